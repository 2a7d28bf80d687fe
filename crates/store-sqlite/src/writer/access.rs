//! Statements of the writer: prepared once, run many times.

use rusqlite::{OptionalExtension, Params, Row};
use store::{StoreError, TenantId};

use super::Writer;
use crate::fault::Done;

impl Writer {
    /// Runs a statement that returns nothing; how many rows it changed.
    pub(super) fn run_sql(&self, sql: &str, params: impl Params) -> Done<usize> {
        Ok(self.db.prepare_cached(sql)?.execute(params)?)
    }

    /// The first row, if any.
    pub(super) fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Done<Option<T>> {
        Ok(self.db.prepare_cached(sql)?.query_row(params, read).optional()?)
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Done<Vec<T>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The tenant's revision; `None` when there is no such tenant.
    pub(super) fn revision(&self, tenant: TenantId) -> Done<Option<i64>> {
        self.first("SELECT revision FROM tenant WHERE id = ?1", [tenant.0], |row| row.get(0))
    }

    /// The tenant's settings changed.
    pub(super) fn raise_revision(&self, tenant: TenantId) -> Done<()> {
        self.run_sql("UPDATE tenant SET revision = revision + 1 WHERE id = ?1", [tenant.0])?;
        Ok(())
    }
}

/// A failure that no precondition foresees.
pub(super) fn internal(detail: String) -> crate::fault::Fault {
    StoreError::Internal(detail).into()
}
