//! The mass-change guard counts.

use store::WriteTx;

use super::counters;
use super::lock::Locks;
use super::outcome::{Plan, params};

/// Counts a commit's share, and notes whether the day's count exceeds what the policy allows. Before the commit's changes,
/// since the share is of those before them; under a lock, since every earlier write must be counted.
pub(super) fn count<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx, locks: Locks) {
    let Some(guard) = &tx.guard else { return };
    let (tenant, connection) = (tx.caller.tenant.0, guard.connection.0);
    let (first, hour) = guard.window().into_inner();
    plan.run("SELECT pg_advisory_xact_lock($1)", params![locks.guard(connection)]);
    plan.run(
        "DELETE FROM guard_hour WHERE tenant = $1 AND connection = $2 AND hour < $3",
        params![tenant, connection, first],
    );
    plan.run(
        "INSERT INTO guard_hour (tenant, connection, hour, weight, base)
         SELECT $1, $2, $3, $4, coalesce(sum(n), 0)::bigint FROM counter WHERE tenant = $1 AND what = 3 AND key = $5
         ON CONFLICT (tenant, connection, hour) DO UPDATE SET weight = guard_hour.weight + excluded.weight",
        params![tenant, connection, hour, i64::from(guard.weight), counters::connection(guard.connection)],
    );
    plan.add(
        "SELECT weight, base FROM guard_hour WHERE tenant = $1 AND connection = $2 ORDER BY hour",
        params![tenant, connection],
        move |rows, outcome| {
            let hours: Vec<_> = rows
                .iter()
                .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
                .collect::<Result<_, tokio_postgres::Error>>()?;
            outcome.exceeded = guard.is_exceeded(&hours);
            Ok(())
        },
    );
}
