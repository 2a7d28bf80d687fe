//! The tenant, its connections, tokens, setup links, schemas and jobs.

use store::code::from_json;
use store::{Connection, Job, JobId, Kind, SchemaDoc, SetupLink, Tenant, TenantId, Token};
use tokio_postgres::Row;

use crate::fault::Done;
use crate::link::Link;
use crate::row;

pub(super) async fn tenant(db: &Link, tenant: TenantId) -> Done<Option<Tenant>> {
    let sql = "SELECT id, name, display_name, created, revision, settings FROM tenant WHERE id = $1";
    db.first(sql, &[&tenant.0]).await?.map(|row| row::tenant(&row, 0)).transpose()
}

pub(super) async fn connections(db: &Link, tenant: TenantId) -> Done<Vec<Connection>> {
    let sql = "SELECT id, tenant, body FROM connection WHERE tenant = $1 ORDER BY id";
    db.query(sql, &[&tenant.0]).await?.iter().map(|row| row::connection(row, 0)).collect()
}

pub(super) async fn tokens(db: &Link, tenant: TenantId) -> Done<Vec<Token>> {
    let sql =
        "SELECT tenant, id, connection, name, scope, writes, digest, created, expires, revoked, last_used
         FROM token WHERE tenant = $1 ORDER BY created, id";
    db.query(sql, &[&tenant.0]).await?.iter().map(row::token).collect()
}

pub(super) async fn setup_links(db: &Link, tenant: TenantId) -> Done<Vec<SetupLink>> {
    let sql = "SELECT tenant, id, connection, name, digest, created, expires, revoked, opened
         FROM setup_link WHERE tenant = $1 ORDER BY created, id";
    db.query(sql, &[&tenant.0]).await?.iter().map(row::setup_link).collect()
}

pub(super) async fn schemas(db: &Link, tenant: TenantId) -> Done<Vec<SchemaDoc>> {
    let sql = "SELECT name, kind, body FROM schema_doc WHERE tenant = $1 ORDER BY name";
    let read = |row: &Row| -> Done<SchemaDoc> {
        Ok(SchemaDoc {
            name: row::text(row, 0)?,
            kind: row.try_get::<_, Option<i16>>(1)?.map(Kind),
            body: from_json(row.try_get(2)?, "schema_doc", "body")?,
        })
    };
    db.query(sql, &[&tenant.0]).await?.iter().map(read).collect()
}

pub(super) async fn job(db: &Link, tenant: TenantId, id: JobId) -> Done<Option<Job>> {
    let sql =
        "SELECT id, kind, state, created, moved, progress, payload FROM job WHERE tenant = $1 AND id = $2";
    db.first(sql, &[&tenant.0, &id.0]).await?.map(|row| row::job(&row, 0)).transpose()
}

pub(super) async fn jobs(db: &Link, tenant: TenantId, limit: u32) -> Done<Vec<Job>> {
    let sql = "SELECT id, kind, state, created, moved, progress, payload FROM job WHERE tenant = $1
         ORDER BY created DESC, id DESC LIMIT $2";
    db.query(sql, &[&tenant.0, &i64::from(limit)]).await?.iter().map(|row| row::job(row, 0)).collect()
}
