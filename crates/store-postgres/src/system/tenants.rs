//! Tenants: listed, made, deleted.

use std::sync::Arc;

use base::Timestamp;
use store::code::to_json;
use store::{Conflict, Connection, ConnectionId, Job, ResourceId, Tenant, TenantId};

use crate::fault::{Done, internal};
use crate::link::Link;
use crate::listener;
use crate::pool::{Lease, Pool};
use crate::row;
use crate::text::Text;
use crate::write::{Locks, MAKE_CONNECTION};

/// Rows of a departed tenant deleted in one transaction, so that no lock is held for long.
const CHUNK: i64 = 2_000;

/// Every table whose rows belong to a tenant. A test compares the list with the schema. What waits for the sequencer goes
/// before the feed, so that nothing is placed after the feed was swept.
pub(crate) const TENANT_TABLES: &[&str] = &[
    "pending",
    "token",
    "connection",
    "setup_link",
    "webhook",
    "api_key",
    "schema_doc",
    "job",
    "unique_key",
    "lookup_key",
    "membership",
    "resource",
    "removed_key",
    "removed_membership",
    "tombstone",
    "counter",
    "event",
    "feed",
    "held_event",
    "guard_hour",
    "log_entry",
    "refusal",
    "trace",
    "traffic",
    "identity_alarm",
];

pub(super) async fn by_name(db: &Link, name: &str) -> Done<Option<Tenant>> {
    let sql = "SELECT id, name, display_name, created, revision, settings FROM tenant WHERE name = $1";
    db.first(sql, &[&Text::from(name)]).await?.map(|row| row::tenant(&row, 0)).transpose()
}

pub(super) async fn all(db: &Link, after: Option<&str>, limit: u32) -> Done<Vec<Tenant>> {
    let rows = db
        .query(
            "SELECT id, name, display_name, created, revision, settings FROM tenant
             WHERE name > $1 ORDER BY name LIMIT $2",
            // No name is empty.
            &[&Text::from(after.unwrap_or("")), &i64::from(limit)],
        )
        .await?;
    rows.iter().map(|row| row::tenant(row, 0)).collect()
}

/// Makes a tenant with its first connection.
pub(super) async fn create(
    pool: &Arc<Pool>,
    tenant: &Tenant,
    first: &Connection,
) -> Done<(TenantId, ConnectionId)> {
    let mut tries = 0;
    loop {
        tries += 1;
        match create_once(pool, tenant, first).await {
            // Another node took the name or the handle meanwhile: now it can be seen.
            Err(fault) if fault.is_transient() && tries < 5 => {}
            result => return result,
        }
    }
}

async fn create_once(
    pool: &Arc<Pool>,
    tenant: &Tenant,
    first: &Connection,
) -> Done<(TenantId, ConnectionId)> {
    let mut db = pool.writer().await?;
    let taken = || Conflict::NameTaken(tenant.name.clone());
    db.begin("BEGIN ISOLATION LEVEL READ COMMITTED");
    let made = db
        .first(
            "INSERT INTO tenant (name, display_name, created, revision, settings)
             SELECT $1::text, $2::text, $3::bigint, 1, $4::text
             WHERE NOT EXISTS (SELECT FROM tenant WHERE name = $1) RETURNING id",
            &[
                &Text::from(&tenant.name),
                &Text::from(&tenant.display_name),
                &tenant.created.as_micros(),
                &Text::from(to_json(&tenant.settings)),
            ],
        )
        .await?;
    let id: i64 = made.ok_or_else(taken)?.try_get(0)?;
    let first = Connection { id: ConnectionId(0), tenant: TenantId(id), ..first.clone() };
    let (name, handle) = (Text::from(&first.name), Text::from(&first.handle));
    let row = db
        .first(MAKE_CONNECTION, &[&id, &0i64, &name, &handle, &Text::from(to_json(&first))])
        .await?
        .ok_or_else(|| internal("a connection was neither made nor refused"))?;
    if row.try_get(2)? {
        return Err(Conflict::NameTaken(first.handle.clone()).into());
    }
    let connection: i64 = row.try_get(3)?;
    // As the first change of a setting would.
    db.query("UPDATE tenant SET revision = revision + 1 WHERE id = $1", &[&id]).await?;
    db.batch("COMMIT").await?;
    db.ended();
    Ok((TenantId(id), ConnectionId(connection)))
}

/// The tenant, its connections, tokens, keys and links go at once; the rest in chunks.
pub(super) async fn delete(pool: &Arc<Pool>, locks: Locks, id: TenantId) -> Done<()> {
    let mut db = pool.writer().await?;
    db.begin("BEGIN ISOLATION LEVEL READ COMMITTED");
    // Commits under way end first; later ones find no tenant.
    db.query("SELECT pg_advisory_xact_lock($1)", &[&locks.tenant(id.0)]).await?;
    if db.first("DELETE FROM tenant WHERE id = $1 RETURNING 1", &[&id.0]).await?.is_none() {
        return Err(Conflict::Gone(format!("tenant {}", id.0)).into());
    }
    for sql in [
        "INSERT INTO departed (tenant) VALUES ($1)",
        "DELETE FROM token WHERE tenant = $1",
        "DELETE FROM api_key WHERE tenant = $1",
        "DELETE FROM setup_link WHERE tenant = $1",
        "DELETE FROM webhook WHERE tenant = $1",
        "DELETE FROM connection WHERE tenant = $1",
    ] {
        db.query(sql, &[&id.0]).await?;
    }
    db.batch("COMMIT").await?;
    db.ended();
    listener::tell(pool, &db, locks).await;
    while sweep(&mut db).await? {}
    Ok(())
}

/// Deletes some rows of departed tenants, also of those whose node died over it; whether there were any.
pub(super) async fn sweep(db: &mut Lease) -> Done<bool> {
    db.begin("BEGIN ISOLATION LEVEL READ COMMITTED");
    // One after the other: of two nodes at one table, one would find the rows gone that the other is just deleting, and
    // take the table for empty.
    let departed = db.first("SELECT tenant FROM departed ORDER BY tenant LIMIT 1 FOR UPDATE", &[]).await?;
    let tenant: Option<i64> = departed.map(|row| row.try_get(0)).transpose()?;
    if let Some(tenant) = tenant {
        sweep_some(db, tenant).await?;
    }
    db.batch("COMMIT").await?;
    db.ended();
    Ok(tenant.is_some())
}

/// Deletes rows of the first table that has any; when none has, the tenant is done.
async fn sweep_some(db: &Link, tenant: i64) -> Done<()> {
    for table in TENANT_TABLES {
        let sql = format!(
            "WITH gone AS (DELETE FROM {table} WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM {table} WHERE tenant = $1 LIMIT {CHUNK})) RETURNING 1)
             SELECT count(*) FROM gone"
        );
        let gone = db.first(&sql, &[&tenant]).await?;
        if gone.map(|row| row.try_get::<_, i64>(0)).transpose()?.unwrap_or(0) > 0 {
            return Ok(());
        }
    }
    db.query("DELETE FROM departed WHERE tenant = $1", &[&tenant]).await?;
    Ok(())
}

pub(super) async fn purgeable(db: &Link, before: Timestamp, limit: u32) -> Done<Vec<(TenantId, ResourceId)>> {
    let rows = db
        .query(
            "SELECT t.id, s.id FROM tenant t CROSS JOIN LATERAL (
                SELECT id FROM tombstone WHERE tenant = t.id AND removed < $1 AND body IS NOT NULL LIMIT $2) s
             LIMIT $2",
            &[&before.as_micros(), &i64::from(limit)],
        )
        .await?;
    rows.iter().map(|row| Ok((TenantId(row.try_get(0)?), ResourceId(row.try_get(1)?)))).collect()
}

pub(super) async fn running_jobs(db: &Link) -> Done<Vec<(TenantId, Job)>> {
    let rows = db
        .query(
            "SELECT t.id, j.id, j.kind, j.state, j.created, j.moved, j.progress, j.payload
             FROM tenant t JOIN job j ON j.tenant = t.id AND j.state = 1 ORDER BY j.created, j.id",
            &[],
        )
        .await?;
    rows.iter().map(|row| Ok((TenantId(row.try_get(0)?), row::job(row, 1)?))).collect()
}

/// Jobs that stand still go to whoever asks. What another node is just claiming is passed over.
pub(super) async fn claim_jobs(
    db: &Link,
    kind: &str,
    before: Timestamp,
    now: Timestamp,
    limit: u32,
) -> Done<Vec<(TenantId, Job)>> {
    let rows = db
        .query(
            "WITH due AS MATERIALIZED (
                SELECT j.tenant, j.id FROM tenant t JOIN job j ON j.tenant = t.id AND j.state = 1
                WHERE j.kind = $1 AND j.moved < $2 ORDER BY j.moved, j.id LIMIT $4 FOR UPDATE OF j SKIP LOCKED
             )
             UPDATE job j SET moved = $3 FROM due WHERE j.tenant = due.tenant AND j.id = due.id
             RETURNING j.tenant, j.id, j.kind, j.state, j.created, j.moved, j.progress, j.payload",
            &[&Text::from(kind), &before.as_micros(), &now.as_micros(), &i64::from(limit)],
        )
        .await?;
    let read = |row: &tokio_postgres::Row| -> Done<(TenantId, Job)> {
        Ok((TenantId(row.try_get(0)?), row::job(row, 1)?))
    };
    let mut claimed: Vec<_> = rows.iter().map(read).collect::<Done<_>>()?;
    claimed.sort_by_key(|(_, job)| (job.created, job.id.0));
    Ok(claimed)
}
