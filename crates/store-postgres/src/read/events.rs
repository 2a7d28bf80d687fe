//! The feed of one tenant, and its held events.

use std::collections::HashSet;

use store::{ConnectionId, Event, EventFilter, HeldEvent, ResourceId, TenantId};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::fault::Done;
use crate::link::Link;
use crate::row::{self, event_columns};

pub(super) async fn events(
    db: &Link,
    tenant: TenantId,
    after: i64,
    filter: &EventFilter,
    limit: u32,
) -> Done<Vec<Event>> {
    let kinds: Vec<i16> = filter.kinds.iter().map(|kind| kind.code()).collect();
    let limit = i64::from(limit);
    let rows = match &filter.subject {
        None => {
            let sql = concat!(
                "SELECT f.last - f.n + 1 + e.ordinal, ",
                event_columns!(e),
                " FROM feed f CROSS JOIN LATERAL (
                    SELECT * FROM event WHERE tenant = $1 AND ticket = f.ticket OFFSET 0) e
                 WHERE f.tenant = $1 AND f.last > $2 AND f.last - f.n + 1 + e.ordinal > $2
                   AND (cardinality($3::smallint[]) = 0 OR e.kind = ANY($3))
                 ORDER BY f.last, e.ordinal LIMIT $4"
            );
            db.query(sql, &[&tenant.0, &after, &kinds, &limit]).await?
        }
        Some(subject) => {
            let sql = concat!(
                "SELECT f.last - f.n + 1 + e.ordinal, ",
                event_columns!(e),
                " FROM event e JOIN feed f ON f.tenant = $1 AND f.ticket = e.ticket
                 WHERE e.tenant = $1 AND e.subject = $5 AND f.last - f.n + 1 + e.ordinal > $2
                   AND (cardinality($3::smallint[]) = 0 OR e.kind = ANY($3))
                 ORDER BY f.last, e.ordinal LIMIT $4"
            );
            db.query(sql, &[&tenant.0, &after, &kinds, &limit, &subject.0]).await?
        }
    };
    let read = |row: &Row| -> Done<Event> {
        Ok(Event { position: row.try_get(0)?, tenant, event: row::event(row, 1)? })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn held(
    db: &Link,
    tenant: TenantId,
    connection: ConnectionId,
    after: i64,
    limit: u32,
) -> Done<Vec<HeldEvent>> {
    let sql = concat!(
        "SELECT sequence, ",
        event_columns!(),
        " FROM held_event WHERE tenant = $1 AND holder = $2 AND sequence > $3 ORDER BY sequence LIMIT $4"
    );
    let rows = db.query(sql, &[&tenant.0, &connection.0, &after, &i64::from(limit)]).await?;
    let read = |row: &Row| -> Done<HeldEvent> {
        Ok(HeldEvent { sequence: row.try_get(0)?, event: row::event(row, 1)? })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn are_held(db: &Link, tenant: TenantId, ids: &[ResourceId]) -> Done<Vec<bool>> {
    let sql = "SELECT DISTINCT subject FROM held_event WHERE tenant = $1 AND subject = ANY($2)";
    let asked: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = db.query(sql, &[&tenant.0, &asked]).await?;
    let found: HashSet<Uuid> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok(ids.iter().map(|id| found.contains(&id.0)).collect())
}
