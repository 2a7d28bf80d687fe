//! The feed across tenants.

use std::sync::Arc;

use base::Timestamp;
use store::{Event, TenantId};

use crate::fault::Done;
use crate::link::Link;
use crate::pool::Pool;
use crate::row::{self, event_columns};

pub(super) async fn events(db: &Link, after: i64, limit: u32) -> Done<Vec<Event>> {
    let rows = db
        .query(
            concat!(
                "SELECT f.last - f.n + 1 + e.ordinal, e.tenant, ",
                event_columns!(e),
                " FROM feed f CROSS JOIN LATERAL (
                    SELECT * FROM event WHERE tenant = f.tenant AND ticket = f.ticket OFFSET 0) e
                 WHERE f.last > $1 AND f.last - f.n + 1 + e.ordinal > $1 ORDER BY f.last, e.ordinal LIMIT $2"
            ),
            &[&after, &i64::from(limit)],
        )
        .await?;
    let read = |row| -> Done<Event> {
        let row: &tokio_postgres::Row = row;
        Ok(Event { position: row.try_get(0)?, tenant: TenantId(row.try_get(1)?), event: row::event(row, 2)? })
    };
    rows.iter().map(read).collect()
}

/// The newest position, and the one up to which events are gone.
pub(super) async fn head(db: &Link) -> Done<(i64, i64)> {
    match db.first("SELECT last, trimmed FROM feed_head", &[]).await? {
        Some(row) => Ok((row.try_get(0)?, row.try_get(1)?)),
        None => Ok((0, 0)),
    }
}

/// Deletes old events from the beginning of the feed.
pub(super) async fn trim(pool: &Arc<Pool>, before: Timestamp, limit: u32) -> Done<u64> {
    let mut db = pool.writer().await?;
    db.begin("BEGIN ISOLATION LEVEL READ COMMITTED");
    // Alone: two nodes that trim at once would count the same events.
    db.query("SELECT 1 FROM feed_head FOR UPDATE", &[]).await?;
    let gone = db
        .first(
            "WITH first AS MATERIALIZED (
                SELECT f.tenant, f.ticket, f.last, e.ordinal, f.last - f.n + 1 + e.ordinal AS position, e.at
                FROM feed f JOIN event e ON e.tenant = f.tenant AND e.ticket = f.ticket
                ORDER BY f.last, e.ordinal LIMIT $2
             ), old AS MATERIALIZED (
                SELECT * FROM first
                WHERE position < coalesce((SELECT min(position) FROM first WHERE at >= $1), 9223372036854775807)
             ), trimmed AS (
                DELETE FROM event e USING old o
                WHERE e.tenant = o.tenant AND e.ticket = o.ticket AND e.ordinal = o.ordinal
             ), emptied AS (
                DELETE FROM feed f USING old o WHERE f.tenant = o.tenant AND f.ticket = o.ticket AND o.position = o.last
             ), raised AS (
                UPDATE feed_head SET trimmed = greatest(trimmed, (SELECT max(position) FROM old))
             )
             SELECT count(*) FROM old",
            &[&before.as_micros(), &i64::from(limit)],
        )
        .await?;
    db.batch("COMMIT").await?;
    db.ended();
    Ok(gone.map(|row| row.try_get::<_, i64>(0)).transpose()?.unwrap_or(0).unsigned_abs())
}
