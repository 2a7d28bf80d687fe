//! Counting.

use crate::model::Kind;
use crate::state::{State, StateFault, code};

/// How much there is of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects of the source that are not deleted.
    pub objects: u64,
    /// Objects that stand in the target and are ours.
    pub linked: u64,
    /// Those of them that need no work.
    pub resting: u64,
    /// Objects that have to be worked on.
    pub due: u64,
    /// Objects whose references have to be looked at.
    pub references_due: u64,
    /// Objects whose removal is held back.
    pub staged: u64,
}

impl State {
    /// Counts one kind.
    ///
    /// # Errors
    /// When the database fails.
    pub fn counts(&self, kind: Kind) -> Result<Counts, StateFault> {
        let db = self.db();
        let count = |sql: &str| -> Result<u64, StateFault> {
            Ok(db
                .prepare_cached(sql)?
                .query_row([code(kind)], |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()))?)
        };
        Ok(Counts {
            objects: count("SELECT count(*) FROM object WHERE kind = ?1 AND deleted_at IS NULL")?,
            linked: count("SELECT count(*) FROM link WHERE kind = ?1 AND managed = 1")?,
            resting: count(
                "SELECT count(*) FROM link l JOIN object o ON o.kind = l.kind AND o.id = l.source_id
                 WHERE l.kind = ?1 AND l.managed = 1 AND o.due = 0",
            )?,
            due: count("SELECT count(*) FROM object WHERE kind = ?1 AND due = 1")?,
            references_due: count("SELECT count(*) FROM object WHERE kind = ?1 AND references_due = 1")?,
            staged: count("SELECT count(*) FROM object WHERE kind = ?1 AND staged = 1")?,
        })
    }

    /// How many failures wait: of objects, of references.
    ///
    /// # Errors
    /// When the database fails.
    pub fn escrow_counts(&self) -> Result<(u64, u64), StateFault> {
        let db = self.db();
        let sql = "SELECT coalesce(sum(part = 0), 0), coalesce(sum(part = 1), 0) FROM escrow";
        Ok(db.prepare_cached(sql)?.query_row([], |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
        })?)
    }
}
