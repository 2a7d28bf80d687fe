//! Connections, tokens, schemas, the tenant's own settings, and jobs.

use base::Timestamp;
use rusqlite::params;
use store::code::{Code, to_json};
use store::{Conflict, Connection, ConnectionId, Job, SchemaDoc, TenantId, Token};

use super::Writer;
use crate::fault::Done;
use crate::row;
use crate::system::all;

impl Writer {
    /// Makes a connection (returning its id) when its id is 0, else changes it.
    pub(super) fn put_connection(
        &mut self,
        tenant: TenantId,
        connection: &Connection,
    ) -> Done<Option<ConnectionId>> {
        let id = connection.id.0;
        let known: Option<i64> =
            self.first("SELECT 1 FROM connection WHERE tenant = ?1 AND id = ?2", (tenant.0, id), |row| {
                row.get(0)
            })?;
        if id != 0 && known.is_none() {
            return Err(Conflict::Gone(format!("connection {}", connection.name)).into());
        }
        let name_taken: Option<i64> = self.first(
            "SELECT 1 FROM connection WHERE tenant = ?1 AND name = ?2 AND id <> ?3",
            (tenant.0, &connection.name, id),
            |row| row.get(0),
        )?;
        let handle_taken: Option<i64> = self.first(
            "SELECT 1 FROM connection WHERE handle = ?1 AND id <> ?2",
            (&connection.handle, id),
            |row| row.get(0),
        )?;
        if name_taken.is_some() {
            return Err(Conflict::NameTaken(connection.name.clone()).into());
        }
        if handle_taken.is_some() {
            return Err(Conflict::NameTaken(connection.handle.clone()).into());
        }
        self.raise_revision(tenant)?;
        if known.is_some() {
            self.run_sql(
                "UPDATE connection SET name = ?3, handle = ?4, body = ?5 WHERE tenant = ?1 AND id = ?2",
                (tenant.0, id, &connection.name, &connection.handle, to_json(connection)),
            )?;
            return Ok(None);
        }
        self.run_sql(
            "INSERT INTO connection (tenant, name, handle, body) VALUES (?1, ?2, ?3, ?4)",
            (tenant.0, &connection.name, &connection.handle, to_json(connection)),
        )?;
        Ok(Some(ConnectionId(self.db.last_insert_rowid())))
    }

    /// Makes or changes a token.
    pub(super) fn put_token(&mut self, tenant: TenantId, token: &Token) -> Done<()> {
        let other: Option<i64> = self.first(
            "SELECT 1 FROM token WHERE digest = ?1 AND (tenant <> ?2 OR id <> ?3)",
            (token.digest, tenant.0, &token.id),
            |row| row.get(0),
        )?;
        if other.is_some() {
            return Err(Conflict::NameTaken(token.id.clone()).into());
        }
        let connection: Option<i64> = self.first(
            "SELECT 1 FROM connection WHERE tenant = ?1 AND id = ?2",
            (tenant.0, token.connection.0),
            |row| row.get(0),
        )?;
        if connection.is_none() {
            return Err(Conflict::Gone(format!("connection of token {}", token.id)).into());
        }
        self.run_sql(
            "INSERT INTO token (tenant, id, connection, name, scope, writes, digest, created, expires, revoked, last_used)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (tenant, id) DO UPDATE SET connection = excluded.connection, name = excluded.name,
                scope = excluded.scope, writes = excluded.writes, digest = excluded.digest, expires = excluded.expires,
                revoked = excluded.revoked, last_used = max(coalesce(last_used, excluded.last_used),
                coalesce(excluded.last_used, last_used))",
            params![
                tenant.0,
                token.id,
                token.connection.0,
                token.name,
                token.grant.scope.code(),
                token.grant.write,
                token.digest,
                token.created.as_micros(),
                token.expires.map(|t| t.as_micros()),
                token.revoked.map(|t| t.as_micros()),
                token.last_used.map(|t| t.as_micros()),
            ],
        )?;
        Ok(())
    }

    /// Loads or replaces a schema or resource type.
    pub(super) fn put_schema(&mut self, tenant: TenantId, doc: &SchemaDoc) -> Done<()> {
        self.run_sql(
            "INSERT INTO schema_doc (tenant, name, kind, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET kind = excluded.kind, body = excluded.body",
            (tenant.0, &doc.name, doc.kind.map(|k| k.0), to_json(&doc.body)),
        )?;
        self.raise_revision(tenant)
    }

    /// A schema or resource type goes.
    pub(super) fn drop_schema(&mut self, tenant: TenantId, name: &str) -> Done<()> {
        let dropped =
            self.run_sql("DELETE FROM schema_doc WHERE tenant = ?1 AND name = ?2", (tenant.0, name))?;
        if dropped == 0 {
            return Err(Conflict::Gone(format!("schema {name}")).into());
        }
        self.raise_revision(tenant)
    }

    /// The tenant's display name and settings.
    pub(super) fn put_tenant(
        &mut self,
        tenant: TenantId,
        display_name: &str,
        settings: &serde_json::Value,
    ) -> Done<()> {
        self.run_sql(
            "UPDATE tenant SET display_name = ?2, settings = ?3 WHERE id = ?1",
            (tenant.0, display_name, to_json(settings)),
        )?;
        self.raise_revision(tenant)
    }

    /// A job is made or moves on; its payload is written once.
    pub(super) fn put_job(&mut self, tenant: TenantId, job: &Job) -> Done<()> {
        self.run_sql(
            "INSERT INTO job (tenant, id, kind, state, created, moved, progress, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (tenant, id) DO UPDATE SET kind = excluded.kind, state = excluded.state,
                moved = excluded.moved, progress = excluded.progress,
                payload = CASE WHEN excluded.state = 1 THEN payload ELSE x'' END",
            params![
                tenant.0,
                job.id.0.as_bytes(),
                job.kind,
                job.state.code(),
                job.created.as_micros(),
                job.moved.as_micros(),
                job.progress,
                job.payload,
            ],
        )?;
        Ok(())
    }

    /// Jobs that stand still go to whoever asks.
    pub(crate) fn claim_jobs(
        &mut self,
        kind: &str,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Done<Vec<(TenantId, Job)>> {
        let mut claimed = all(
            &self.db,
            "UPDATE job SET moved = ?3 WHERE row IN (
                SELECT j.row FROM tenant t CROSS JOIN job j ON j.tenant = t.id AND j.state = 1
                WHERE j.kind = ?1 AND j.moved < ?2 ORDER BY j.moved, j.id LIMIT ?4)
             RETURNING tenant, id, kind, state, created, moved, progress, payload",
            (kind, before.as_micros(), now.as_micros(), limit),
            |row| Ok((TenantId(row.get(0)?), row::job(row, 1)?)),
        )?;
        claimed.sort_by_key(|(_, job)| (job.created, job.id.0));
        Ok(claimed)
    }
}
