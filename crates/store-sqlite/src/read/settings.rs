//! The tenant, its connections, tokens, schemas and jobs.

use rusqlite::{Connection as Database, params};
use store::code::from_json;
use store::{Connection, Job, JobId, Kind, SchemaDoc, SetupLink, Tenant, TenantId, Token};

use crate::fault::Done;
use crate::row;
use crate::system::{all, first};

pub(super) fn tenant(db: &Database, tenant: TenantId) -> Done<Option<Tenant>> {
    first(
        db,
        "SELECT id, name, display_name, created, revision, settings FROM tenant WHERE id = ?1",
        [tenant.0],
        |row| row::tenant(row, 0),
    )
}

pub(super) fn connections(db: &Database, tenant: TenantId) -> Done<Vec<Connection>> {
    all(db, "SELECT id, tenant, body FROM connection WHERE tenant = ?1 ORDER BY id", [tenant.0], |row| {
        row::connection(row, 0)
    })
}

pub(super) fn tokens(db: &Database, tenant: TenantId) -> Done<Vec<Token>> {
    all(
        db,
        "SELECT tenant, id, connection, name, scope, writes, digest, created, expires, revoked, last_used
         FROM token WHERE tenant = ?1 ORDER BY created, id",
        [tenant.0],
        row::token,
    )
}

pub(super) fn setup_links(db: &Database, tenant: TenantId) -> Done<Vec<SetupLink>> {
    all(
        db,
        "SELECT tenant, id, connection, name, digest, created, expires, revoked, opened
         FROM setup_link WHERE tenant = ?1 ORDER BY created, id",
        [tenant.0],
        row::setup_link,
    )
}

pub(super) fn schemas(db: &Database, tenant: TenantId) -> Done<Vec<SchemaDoc>> {
    all(db, "SELECT name, kind, body FROM schema_doc WHERE tenant = ?1 ORDER BY name", [tenant.0], |row| {
        let body: String = row.get(2)?;
        Ok(SchemaDoc {
            name: row.get(0)?,
            kind: row.get::<_, Option<i16>>(1)?.map(Kind),
            body: from_json(&body, "schema_doc", "body")?,
        })
    })
}

pub(super) fn job(db: &Database, tenant: TenantId, id: JobId) -> Done<Option<Job>> {
    first(
        db,
        "SELECT id, kind, state, created, moved, progress, payload FROM job WHERE tenant = ?1 AND id = ?2",
        params![tenant.0, id.0.as_bytes()],
        |row| row::job(row, 0),
    )
}

pub(super) fn jobs(db: &Database, tenant: TenantId, limit: u32) -> Done<Vec<Job>> {
    all(
        db,
        "SELECT id, kind, state, created, moved, progress, payload FROM job WHERE tenant = ?1
         ORDER BY created DESC, id DESC LIMIT ?2",
        (tenant.0, limit),
        |row| row::job(row, 0),
    )
}
