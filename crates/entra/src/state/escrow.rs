//! What failed and waits to be tried again.

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::model::Kind;
use crate::state::fault::Done;
use crate::state::{State, StateFault, code, kind_of};

/// Whether the object itself failed or its references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The object itself.
    Object,
    /// Its manager or members.
    References,
}

impl Part {
    pub(super) const fn code(self) -> i64 {
        match self {
            Self::Object => 0,
            Self::References => 1,
        }
    }
}

/// A failure that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escrow {
    /// The error code of the last attempt.
    pub code: String,
    /// What happened then.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it failed first, in microseconds since the epoch.
    pub first_at: i64,
    /// When it is tried again.
    pub retry_at: i64,
}

impl State {
    /// What waits, after the place of a kind, id and part, in that order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn escrows(&self, limit: usize) -> Result<Vec<(Kind, String, Part, Escrow)>, StateFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT kind, id, part, code, reason, attempts, first_at, retry_at FROM escrow
             ORDER BY retry_at, kind, id, part LIMIT ?1",
        )?;
        let mut rows = statement.query([i64::try_from(limit).unwrap_or(i64::MAX)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let part = if row.get::<_, i64>(2)? == 0 { Part::Object } else { Part::References };
            if let Some(escrow) = read(row, 3)? {
                found.push((kind_of(row.get(0)?), row.get(1)?, part, escrow));
            }
        }
        Ok(found)
    }
}

/// Reads the columns `code, reason, attempts, first_at, retry_at` from a place on.
pub(super) fn read(row: &Row<'_>, at: usize) -> Done<Option<Escrow>> {
    let Some(code) = row.get::<_, Option<String>>(at)? else { return Ok(None) };
    Ok(Some(Escrow {
        code,
        reason: row.get(at + 1)?,
        attempts: row.get(at + 2)?,
        first_at: row.get(at + 3)?,
        retry_at: row.get(at + 4)?,
    }))
}

pub(super) fn put(db: &Connection, kind: Kind, id: &str, part: Part, escrow: &Escrow) -> Done<()> {
    db.prepare_cached("INSERT OR REPLACE INTO escrow VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(
        params![
            code(kind),
            id,
            part.code(),
            escrow.code,
            escrow.reason,
            escrow.attempts,
            escrow.first_at,
            escrow.retry_at
        ],
    )?;
    Ok(())
}

pub(super) fn release(db: &Connection, kind: Kind, id: &str, part: Part) -> Done<()> {
    db.prepare_cached("DELETE FROM escrow WHERE kind = ?1 AND id = ?2 AND part = ?3")?.execute(params![
        code(kind),
        id,
        part.code()
    ])?;
    Ok(())
}
