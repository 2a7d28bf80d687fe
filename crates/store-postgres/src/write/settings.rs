//! Connections, tokens, setup links, schemas, the tenant's own settings, and jobs.

use store::code::{Code, to_json};
use store::{Conflict, Connection, ConnectionId, Job, SchemaDoc, SetupLink, TenantId, Token};

use super::outcome::{Plan, params};
use crate::text::Text;

/// Makes a connection, when `$2` is 0, or changes it: whether it was there, whose name or handle is taken, its new id.
pub(crate) const MAKE_CONNECTION: &str = "WITH found AS MATERIALIZED (
        SELECT EXISTS (SELECT FROM connection WHERE tenant = $1 AND id = $2) AS known,
            EXISTS (SELECT FROM connection WHERE tenant = $1 AND name = $3 AND id <> $2) AS name_taken,
            EXISTS (SELECT FROM connection WHERE handle = $4 AND id <> $2) AS handle_taken
     ), changed AS (
        UPDATE connection SET name = $3, handle = $4, body = $5 FROM found
        WHERE tenant = $1 AND id = $2 AND NOT found.name_taken AND NOT found.handle_taken
     ), made AS (
        INSERT INTO connection (tenant, name, handle, body)
        SELECT $1::bigint, $3::text, $4::text, $5::text FROM found
        WHERE $2::bigint = 0 AND NOT found.name_taken AND NOT found.handle_taken RETURNING id
     )
     SELECT known, name_taken, handle_taken, (SELECT id FROM made) FROM found";

const RAISE: &str = "UPDATE tenant SET revision = revision + 1 WHERE id = $1";

/// Makes a connection (noting its id) when its id is 0, else changes it.
pub(super) fn put_connection<'a>(plan: &mut Plan<'a>, tenant: TenantId, connection: &'a Connection) {
    let id = connection.id.0;
    let (name, handle) = (Text::from(&connection.name), Text::from(&connection.handle));
    plan.add(
        MAKE_CONNECTION,
        params![tenant.0, id, name, handle, Text::from(to_json(connection))],
        move |rows, outcome| {
            let Some(row) = rows.first() else { return Ok(()) };
            let (known, name_taken, handle_taken): (bool, bool, bool) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            if id != 0 && !known {
                return Err(Conflict::Gone(format!("connection {}", connection.name)).into());
            }
            if name_taken {
                return Err(Conflict::NameTaken(connection.name.clone()).into());
            }
            if handle_taken {
                return Err(Conflict::NameTaken(connection.handle.clone()).into());
            }
            let made: Option<i64> = row.try_get(3)?;
            outcome.done.connections.extend(made.map(ConnectionId));
            Ok(())
        },
    );
    plan.run(RAISE, params![tenant.0]);
}

/// Makes or changes a token.
pub(super) fn put_token<'a>(plan: &mut Plan<'a>, tenant: TenantId, token: &'a Token) {
    plan.add(
        "WITH found AS MATERIALIZED (
            SELECT EXISTS (SELECT FROM token WHERE digest = $7 AND (tenant <> $1 OR id <> $2)) AS taken,
                EXISTS (SELECT FROM connection WHERE tenant = $1 AND id = $3) AS connected
         ), put AS (
            INSERT INTO token (tenant, id, connection, name, scope, writes, digest, created, expires, revoked, last_used)
            SELECT $1::bigint, $2::text, $3::bigint, $4::text, $5::smallint, $6::boolean, $7::bytea, $8::bigint,
                $9::bigint, $10::bigint, $11::bigint
            FROM found WHERE connected AND NOT taken
            ON CONFLICT (tenant, id) DO UPDATE SET connection = excluded.connection, name = excluded.name,
                scope = excluded.scope, writes = excluded.writes, digest = excluded.digest,
                expires = excluded.expires, revoked = excluded.revoked,
                last_used = greatest(token.last_used, excluded.last_used)
         )
         SELECT taken, connected FROM found",
        params![
            tenant.0,
            Text::from(&token.id),
            token.connection.0,
            Text::from(&token.name),
            token.grant.scope.code(),
            token.grant.write,
            &token.digest[..],
            token.created.as_micros(),
            token.expires.map(|t| t.as_micros()),
            token.revoked.map(|t| t.as_micros()),
            token.last_used.map(|t| t.as_micros()),
        ],
        move |rows, _| refused(rows, &token.id, "token"),
    );
}

/// Makes or changes a setup link.
pub(super) fn put_setup_link<'a>(plan: &mut Plan<'a>, tenant: TenantId, link: &'a SetupLink) {
    plan.add(
        "WITH found AS MATERIALIZED (
            SELECT EXISTS (SELECT FROM setup_link WHERE digest = $5 AND (tenant <> $1 OR id <> $2)) AS taken,
                EXISTS (SELECT FROM connection WHERE tenant = $1 AND id = $3) AS connected
         ), put AS (
            INSERT INTO setup_link (tenant, id, connection, name, digest, created, expires, revoked, opened)
            SELECT $1::bigint, $2::text, $3::bigint, $4::text, $5::bytea, $6::bigint, $7::bigint, $8::bigint, $9::bigint
            FROM found WHERE connected AND NOT taken
            ON CONFLICT (tenant, id) DO UPDATE SET connection = excluded.connection, name = excluded.name,
                digest = excluded.digest, expires = excluded.expires, revoked = excluded.revoked,
                opened = coalesce(setup_link.opened, excluded.opened)
         )
         SELECT taken, connected FROM found",
        params![
            tenant.0,
            Text::from(&link.id),
            link.connection.0,
            Text::from(&link.name),
            &link.digest[..],
            link.created.as_micros(),
            link.expires.as_micros(),
            link.revoked.map(|t| t.as_micros()),
            link.opened.map(|t| t.as_micros()),
        ],
        move |rows, _| refused(rows, &link.id, "setup link"),
    );
}

/// Whether a digest is taken or the connection gone.
fn refused(rows: &[tokio_postgres::Row], id: &str, what: &str) -> crate::fault::Done<()> {
    let Some(row) = rows.first() else { return Ok(()) };
    if row.try_get(0)? {
        return Err(Conflict::NameTaken(id.to_owned()).into());
    }
    if !row.try_get(1)? {
        return Err(Conflict::Gone(format!("connection of {what} {id}")).into());
    }
    Ok(())
}

/// Loads or replaces a schema or resource type.
pub(super) fn put_schema<'a>(plan: &mut Plan<'a>, tenant: TenantId, doc: &'a SchemaDoc) {
    plan.run(
        "INSERT INTO schema_doc (tenant, name, kind, body) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant, name) DO UPDATE SET kind = excluded.kind, body = excluded.body",
        params![tenant.0, Text::from(&doc.name), doc.kind.map(|k| k.0), Text::from(to_json(&doc.body))],
    );
    plan.run(RAISE, params![tenant.0]);
}

/// A schema or resource type goes.
pub(super) fn drop_schema<'a>(plan: &mut Plan<'a>, tenant: TenantId, name: &'a str) {
    plan.add(
        "DELETE FROM schema_doc WHERE tenant = $1 AND name = $2 RETURNING 1",
        params![tenant.0, Text::from(name)],
        move |rows, _| match rows.first() {
            None => Err(Conflict::Gone(format!("schema {name}")).into()),
            Some(_) => Ok(()),
        },
    );
    plan.run(RAISE, params![tenant.0]);
}

/// The tenant's display name and settings.
pub(super) fn put_tenant<'a>(
    plan: &mut Plan<'a>,
    tenant: TenantId,
    display_name: &'a str,
    settings: &serde_json::Value,
) {
    plan.run(
        "UPDATE tenant SET display_name = $2, settings = $3, revision = revision + 1 WHERE id = $1",
        params![tenant.0, Text::from(display_name), Text::from(to_json(settings))],
    );
}

/// A job is made or moves on; its payload is written once, and goes when it is over.
pub(super) fn put_job<'a>(plan: &mut Plan<'a>, tenant: TenantId, job: &'a Job) {
    plan.run(
        "INSERT INTO job (tenant, id, kind, state, created, moved, progress, payload)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant, id) DO UPDATE SET kind = excluded.kind, state = excluded.state, moved = excluded.moved,
            progress = excluded.progress, payload = CASE WHEN excluded.state = 1 THEN job.payload ELSE '' END",
        params![
            tenant.0,
            job.id.0,
            Text::from(&job.kind),
            job.state.code(),
            job.created.as_micros(),
            job.moved.as_micros(),
            Text::from(&job.progress),
            job.payload.as_slice(),
        ],
    );
}
