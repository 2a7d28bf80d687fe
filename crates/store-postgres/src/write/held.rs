//! Held events are let into the feed, or dropped.

use store::code::Counted;
use store::{ConnectionId, TenantId};
use tokio_postgres::Row;

use super::counters;
use super::outcome::{Outcome, Plan, params};
use crate::fault::Done;
use crate::row::event_columns;

/// Held events up to a sequence get a ticket, in their order.
pub(super) fn release(plan: &mut Plan<'_>, tenant: TenantId, connection: ConnectionId, through: i64) {
    plan.add(
        concat!(
            "WITH drawn AS MATERIALIZED (
                SELECT nextval('event_ticket') AS ticket
             ), gone AS (
                DELETE FROM held_event WHERE tenant = $1 AND holder = $2 AND sequence <= $3 RETURNING *
             ), written AS (
                INSERT INTO event (tenant, ticket, ordinal, ",
            event_columns!(),
            ")
                SELECT tenant, ticket, row_number() OVER (ORDER BY sequence) - 1, ",
            event_columns!(),
            " FROM gone, drawn
             ), queued AS (
                INSERT INTO pending (tenant, ticket, n) SELECT $1, ticket, count(*) FROM gone, drawn GROUP BY ticket
             )
             SELECT (SELECT count(*) FROM gone), ticket FROM drawn"
        ),
        params![tenant.0, connection.0, through],
        move |rows, outcome| {
            let Some(row) = rows.first() else { return Ok(()) };
            if row.try_get::<_, i64>(0)? > 0 {
                outcome.ticket = Some(row.try_get(1)?);
            }
            fewer(row, connection, outcome)
        },
    );
    start_afresh(plan, tenant, connection);
}

/// Held events up to a sequence go.
pub(super) fn drop(plan: &mut Plan<'_>, tenant: TenantId, connection: ConnectionId, through: i64) {
    plan.add(
        "WITH gone AS (DELETE FROM held_event WHERE tenant = $1 AND holder = $2 AND sequence <= $3 RETURNING 1)
         SELECT count(*) FROM gone",
        params![tenant.0, connection.0, through],
        move |rows, outcome| rows.first().map_or(Ok(()), |row| fewer(row, connection, outcome)),
    );
    start_afresh(plan, tenant, connection);
}

fn fewer(row: &Row, connection: ConnectionId, outcome: &mut Outcome<'_>) -> Done<()> {
    outcome.count(Counted::Held, counters::connection(connection), -row.try_get::<_, i64>(0)?);
    Ok(())
}

/// When nothing stays held, the guard forgets what it counted.
fn start_afresh(plan: &mut Plan<'_>, tenant: TenantId, connection: ConnectionId) {
    plan.run(
        "DELETE FROM guard_hour WHERE tenant = $1 AND connection = $2
         AND NOT EXISTS (SELECT FROM held_event WHERE tenant = $1 AND holder = $2)",
        params![tenant.0, connection.0],
    );
}
