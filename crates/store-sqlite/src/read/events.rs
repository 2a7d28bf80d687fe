//! The feed of one tenant, and its held events.

use rusqlite::{Connection, params};
use store::code::to_json;
use store::{ConnectionId, Event, EventFilter, HeldEvent, ResourceId, TenantId};

use crate::fault::Done;
use crate::row::{self, event_columns};
use crate::system::all;

pub(super) fn events(
    db: &Connection,
    tenant: TenantId,
    after: i64,
    filter: &EventFilter,
    limit: u32,
) -> Done<Vec<Event>> {
    let kinds: Vec<i16> = filter.kinds.iter().map(|kind| kind.code()).collect();
    let kinds = if kinds.is_empty() { None } else { Some(to_json(&kinds)) };
    let read = |row: &rusqlite::Row<'_>| {
        let position = row.get(0)?;
        Ok(Event { position, tenant, event: row::event(row, 1)? })
    };
    match &filter.subject {
        None => all(
            db,
            concat!(
                "SELECT position, ",
                event_columns!(),
                " FROM event WHERE tenant = ?1 AND position > ?2
                   AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3))) ORDER BY position LIMIT ?4"
            ),
            (tenant.0, after, kinds, limit),
            read,
        ),
        Some(subject) => all(
            db,
            concat!(
                "SELECT position, ",
                event_columns!(),
                " FROM event WHERE tenant = ?1 AND position > ?2
                   AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3))) AND subject = ?5
                   ORDER BY position LIMIT ?4"
            ),
            params![tenant.0, after, kinds, limit, subject.0.as_bytes()],
            read,
        ),
    }
}

pub(super) fn held(
    db: &Connection,
    tenant: TenantId,
    connection: ConnectionId,
    after: i64,
    limit: u32,
) -> Done<Vec<HeldEvent>> {
    all(
        db,
        concat!(
            "SELECT sequence, ",
            event_columns!(),
            " FROM held_event WHERE tenant = ?1 AND holder = ?2 AND sequence > ?3 ORDER BY sequence LIMIT ?4"
        ),
        (tenant.0, connection.0, after, limit),
        |row| Ok(HeldEvent { sequence: row.get(0)?, event: row::event(row, 1)? }),
    )
}

pub(super) fn are_held(db: &Connection, tenant: TenantId, ids: &[ResourceId]) -> Done<Vec<bool>> {
    let sql = "SELECT EXISTS (SELECT 1 FROM held_event WHERE tenant = ?1 AND subject = ?2)";
    let mut statement = db.prepare_cached(sql)?;
    ids.iter()
        .map(|id| Ok(statement.query_row(params![tenant.0, id.0.as_bytes()], |row| row.get(0))?))
        .collect()
}
