//! Writes that belong to no tenant.

use base::Timestamp;
use rusqlite::params;
use store::code::to_json;
use store::{Conflict, Connection, ConnectionId, Tenant, TenantId};

use super::Writer;
use crate::fault::Done;

/// Rows of a departed tenant deleted in one transaction, so that other commits come in between.
const CHUNK: i64 = 2_000;

/// Every table whose rows belong to a tenant. A test compares the list with the schema.
pub(crate) const TENANT_TABLES: &[&str] = &[
    "token",
    "connection",
    "setup_link",
    "webhook",
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
    "held_event",
    "guard_hour",
    "log_entry",
    "refusal",
    "trace",
    "traffic",
    "identity_alarm",
];

impl Writer {
    /// Makes a tenant with its first connection.
    pub(crate) fn create_tenant(
        &mut self,
        tenant: &Tenant,
        first: &Connection,
    ) -> Done<(TenantId, ConnectionId)> {
        let taken: Option<i64> =
            self.first("SELECT 1 FROM tenant WHERE name = ?1", [&tenant.name], |row| row.get(0))?;
        if taken.is_some() {
            return Err(Conflict::NameTaken(tenant.name.clone()).into());
        }
        self.run_sql(
            "INSERT INTO tenant (name, display_name, created, revision, settings) VALUES (?1, ?2, ?3, 1, ?4)",
            params![tenant.name, tenant.display_name, tenant.created.as_micros(), to_json(&tenant.settings)],
        )?;
        let id = TenantId(self.db.last_insert_rowid());
        let first = Connection { id: ConnectionId(0), tenant: id, ..first.clone() };
        let connection = self.put_connection(id, &first)?.unwrap_or(first.id);
        Ok((id, connection))
    }

    /// The tenant, its connections, tokens, keys and links go at once; the rest follows in [`Writer::sweep_departed`].
    pub(crate) fn delete_tenant(&mut self, id: TenantId) -> Done<()> {
        let deleted = self.run_sql("DELETE FROM tenant WHERE id = ?1", [id.0])?;
        if deleted == 0 {
            return Err(Conflict::Gone(format!("tenant {}", id.0)).into());
        }
        // Positions stay given although the events go.
        self.run_sql("UPDATE feed SET floor = max(floor, ?1)", [self.memory.position])?;
        self.run_sql("INSERT INTO departed (tenant) VALUES (?1)", [id.0])?;
        for sql in [
            "DELETE FROM token WHERE tenant = ?1",
            "DELETE FROM api_key WHERE tenant = ?1",
            "DELETE FROM setup_link WHERE tenant = ?1",
            "DELETE FROM webhook WHERE tenant = ?1",
            "DELETE FROM connection WHERE tenant = ?1",
        ] {
            self.run_sql(sql, [id.0])?;
        }
        Ok(())
    }

    /// Deletes some rows of departed tenants; whether more are left.
    pub(crate) fn sweep_departed(&mut self) -> Done<bool> {
        let departed: Option<i64> =
            self.first("SELECT min(tenant) FROM departed", [], |row| row.get(0))?.flatten();
        let Some(tenant) = departed else { return Ok(false) };
        for table in TENANT_TABLES {
            let key = row_key(table);
            let sql = format!(
                "DELETE FROM {table} WHERE tenant = ?1 AND ({key}) IN \
                 (SELECT {key} FROM {table} WHERE tenant = ?1 LIMIT {CHUNK})"
            );
            if self.db.prepare(&sql)?.execute([tenant])? > 0 {
                return Ok(true);
            }
        }
        self.run_sql("DELETE FROM departed WHERE tenant = ?1", [tenant])?;
        Ok(true)
    }

    /// When tokens were last used. A use noted late does not turn the clock back.
    pub(crate) fn note_token_use(&mut self, uses: &[(TenantId, String, Timestamp)]) -> Done<()> {
        for (tenant, id, at) in uses {
            self.run_sql(
                "UPDATE token SET last_used = max(coalesce(last_used, ?3), ?3) WHERE tenant = ?1 AND id = ?2",
                (tenant.0, id, at.as_micros()),
            )?;
        }
        Ok(())
    }
}

/// The columns that name one row of a tenant's table.
fn row_key(table: &str) -> &'static str {
    match table {
        "token" | "setup_link" | "webhook" => "id",
        "schema_doc" => "name",
        "unique_key" => "kind, name, value",
        "lookup_key" => "kind, name, value, rid",
        "removed_key" => "kind, name, value, row",
        "membership" | "removed_membership" => "grp, member",
        "counter" => "what, key",
        "guard_hour" => "connection, hour",
        "log_entry" => "sequence",
        "refusal" => "connection, minute, code",
        "trace" => "connection, sequence",
        "traffic" => "connection, minute",
        "identity_alarm" => "learner, connection, claim",
        _ => "rowid",
    }
}
