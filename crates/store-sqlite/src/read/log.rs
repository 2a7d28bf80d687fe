//! The provisioning log, the ring of traced reads, traffic, identity alarms.

use base::Timestamp;
use rusqlite::{Connection, params};
use store::{
    ConnectionId, IdentityAlarm, LogEntry, LogFilter, ResourceId, TenantId, TraceEntry, TrafficMinute,
};
use uuid::Uuid;

use crate::fault::Done;
use crate::row;
use crate::system::all;

pub(super) fn entries(
    db: &Connection,
    tenant: TenantId,
    filter: &LogFilter,
    limit: u32,
) -> Done<Vec<LogEntry>> {
    // Without statistics both keys look alike to the planner, and it takes the one that reads the whole log.
    let index = if filter.failures && filter.subject.is_none() { "INDEXED BY log_entry_failure" } else { "" };
    let mut sql = format!(
        "SELECT sequence, at, connection, request, action, outcome, status, scim_type, subject_kind, subject, label,
            paths, code, detail, raw, times
         FROM log_entry {index} WHERE tenant = ?1 AND sequence < ?2 AND (?3 IS NULL OR connection = ?3)",
    );
    sql.push_str(if filter.subject.is_some() { " AND subject = ?4" } else { " AND ?4 IS NULL" });
    if filter.failures {
        sql.push_str(" AND outcome >= 3");
    }
    sql.push_str(" ORDER BY sequence DESC LIMIT ?5");
    let subject = filter.subject.as_ref().map(|id| id.0.as_bytes());
    let before = filter.before.unwrap_or(i64::MAX);
    all(db, &sql, params![tenant.0, before, filter.connection.map(|c| c.0), subject, limit], row::log_entry)
}

pub(super) fn trace(db: &Connection, tenant: TenantId, connection: ConnectionId) -> Done<Vec<TraceEntry>> {
    all(
        db,
        "SELECT at, body FROM trace WHERE tenant = ?1 AND connection = ?2 ORDER BY sequence DESC",
        (tenant.0, connection.0),
        |row| Ok(TraceEntry { at: Timestamp::from_micros(row.get(0)?), connection, body: row.get(1)? }),
    )
}

pub(super) fn traffic(
    db: &Connection,
    tenant: TenantId,
    connection: ConnectionId,
    from_minute: i64,
) -> Done<Vec<TrafficMinute>> {
    all(
        db,
        "SELECT minute, reads, writes, failures FROM traffic
         WHERE tenant = ?1 AND connection = ?2 AND minute >= ?3 ORDER BY minute",
        (tenant.0, connection.0, from_minute),
        |row| {
            Ok(TrafficMinute {
                connection,
                minute: row.get(0)?,
                reads: row.get(1)?,
                writes: row.get(2)?,
                failures: row.get(3)?,
            })
        },
    )
}

pub(super) fn alarms(
    db: &Connection,
    tenant: TenantId,
    connection: ConnectionId,
    since: Timestamp,
    limit: u32,
) -> Done<Vec<IdentityAlarm>> {
    all(
        db,
        "SELECT learner, claim, at, label, refused FROM identity_alarm
         WHERE tenant = ?1 AND connection = ?2 AND at >= ?3 ORDER BY at DESC LIMIT ?4",
        (tenant.0, connection.0, since.as_micros(), limit),
        |row| {
            Ok(IdentityAlarm {
                connection,
                learner: ResourceId(Uuid::from_bytes(row.get(0)?)),
                claim: row.get(1)?,
                label: row.get(3)?,
                refused: row.get(4)?,
                at: Timestamp::from_micros(row.get(2)?),
            })
        },
    )
}
