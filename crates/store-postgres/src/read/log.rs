//! The provisioning log, the ring of traced reads, traffic, identity alarms.

use base::Timestamp;
use store::{
    ConnectionId, IdentityAlarm, LogEntry, LogFilter, ResourceId, TenantId, TraceEntry, TrafficMinute,
};
use tokio_postgres::Row;

use crate::fault::Done;
use crate::link::Link;
use crate::row;

pub(super) async fn entries(
    db: &Link,
    tenant: TenantId,
    filter: &LogFilter,
    limit: u32,
) -> Done<Vec<LogEntry>> {
    let mut sql = String::from(
        "SELECT sequence, at, connection, request, action, outcome, status, scim_type, subject_kind, subject, label,
            paths, code, detail, raw, times
         FROM log_entry WHERE tenant = $1 AND sequence < $2 AND ($3::bigint IS NULL OR connection = $3)",
    );
    sql.push_str(if filter.subject.is_some() { " AND subject = $4" } else { " AND $4::uuid IS NULL" });
    if filter.failures {
        sql.push_str(" AND outcome >= 3");
    }
    sql.push_str(" ORDER BY sequence DESC LIMIT $5");
    let before = filter.before.unwrap_or(i64::MAX);
    let (connection, subject) = (filter.connection.map(|c| c.0), filter.subject.map(|id| id.0));
    let rows = db.query(&sql, &[&tenant.0, &before, &connection, &subject, &i64::from(limit)]).await?;
    rows.iter().map(row::log_entry).collect()
}

pub(super) async fn trace(db: &Link, tenant: TenantId, connection: ConnectionId) -> Done<Vec<TraceEntry>> {
    let sql = "SELECT at, body FROM trace WHERE tenant = $1 AND connection = $2 ORDER BY sequence DESC";
    let rows = db.query(sql, &[&tenant.0, &connection.0]).await?;
    let read = |row: &Row| -> Done<TraceEntry> {
        Ok(TraceEntry { at: Timestamp::from_micros(row.try_get(0)?), connection, body: row::text(row, 1)? })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn traffic(
    db: &Link,
    tenant: TenantId,
    connection: ConnectionId,
    from_minute: i64,
) -> Done<Vec<TrafficMinute>> {
    let sql = "SELECT minute, reads, writes, failures FROM traffic
         WHERE tenant = $1 AND connection = $2 AND minute >= $3 ORDER BY minute";
    let rows = db.query(sql, &[&tenant.0, &connection.0, &from_minute]).await?;
    let number = |row: &Row, index: usize| -> Done<u32> {
        Ok(u32::try_from(row.try_get::<_, i64>(index)?).unwrap_or(u32::MAX))
    };
    let read = |row: &Row| -> Done<TrafficMinute> {
        Ok(TrafficMinute {
            connection,
            minute: row.try_get(0)?,
            reads: number(row, 1)?,
            writes: number(row, 2)?,
            failures: number(row, 3)?,
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn alarms(
    db: &Link,
    tenant: TenantId,
    connection: ConnectionId,
    since: Timestamp,
    limit: u32,
) -> Done<Vec<IdentityAlarm>> {
    let sql = "SELECT learner, claim, at, label, refused FROM identity_alarm
         WHERE tenant = $1 AND connection = $2 AND at >= $3 ORDER BY at DESC LIMIT $4";
    let rows = db.query(sql, &[&tenant.0, &connection.0, &since.as_micros(), &i64::from(limit)]).await?;
    let read = |row: &Row| -> Done<IdentityAlarm> {
        Ok(IdentityAlarm {
            connection,
            learner: ResourceId(row.try_get(0)?),
            claim: row::digest(row, 1, "identity_alarm")?,
            label: row::text(row, 3)?,
            refused: row.try_get(4)?,
            at: Timestamp::from_micros(row.try_get(2)?),
        })
    };
    rows.iter().map(read).collect()
}
