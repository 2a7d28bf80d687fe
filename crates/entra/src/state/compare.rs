//! Tables for comparing the source with the target as a whole. They are of one connection, and gone with it.

use rusqlite::{OptionalExtension, params};

use crate::model::Kind;
use crate::state::{State, StateFault, code};

impl State {
    /// Begins a comparison.
    ///
    /// # Errors
    /// When the database fails.
    pub fn compare(&self) -> Result<(), StateFault> {
        self.db().execute_batch(
            "DROP TABLE IF EXISTS temp.wanted;
             CREATE TABLE temp.wanted (
                 kind INTEGER, id TEXT, value TEXT, found INTEGER DEFAULT 0, PRIMARY KEY (kind, id)) WITHOUT ROWID;
             CREATE INDEX temp.wanted_value ON wanted (kind, value);",
        )?;
        Ok(())
    }

    /// Objects that are to be in the target, each with the value it is matched by, in lower case.
    ///
    /// # Errors
    /// When the database fails.
    pub fn want(&self, kind: Kind, objects: &[(String, Option<String>)]) -> Result<(), StateFault> {
        let mut db = self.db();
        let tx = db.transaction()?;
        for (id, value) in objects {
            tx.prepare_cached("INSERT OR REPLACE INTO temp.wanted (kind, id, value) VALUES (?1, ?2, ?3)")?
                .execute(params![code(kind), id, value])?;
        }
        tx.commit()?;
        Ok(())
    }

    /// The object that is matched by a value, in lower case.
    ///
    /// # Errors
    /// When the database fails.
    pub fn wanted_by(&self, kind: Kind, value: &str) -> Result<Option<String>, StateFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT id FROM temp.wanted WHERE kind = ?1 AND value = ?2 AND found = 0 ORDER BY id LIMIT 1",
        )?;
        Ok(statement.query_row(params![code(kind), value], |row| row.get(0)).optional()?)
    }

    /// An object was found in the target.
    ///
    /// # Errors
    /// When the database fails.
    pub fn found(&self, kind: Kind, id: &str) -> Result<(), StateFault> {
        self.db()
            .prepare_cached("UPDATE temp.wanted SET found = 1 WHERE kind = ?1 AND id = ?2")?
            .execute(params![code(kind), id])?;
        Ok(())
    }

    /// Objects that were not found, after an id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn not_found(&self, kind: Kind, after: &str, limit: usize) -> Result<Vec<String>, StateFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT id FROM temp.wanted WHERE kind = ?1 AND found = 0 AND id > ?2 ORDER BY id LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![code(kind), after, limit], |row| row.get(0))?;
        rows.map(|id| id.map_err(StateFault::from)).collect()
    }
}
