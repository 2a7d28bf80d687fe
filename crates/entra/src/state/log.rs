//! The log's rows.

use base::Timestamp;
use rusqlite::{Connection, params};

use crate::log::{Entry, Status};
use crate::state::fault::Done;
use crate::state::{State, StateFault};

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of one object of the source.
    pub source_id: Option<String>,
    /// That ended so.
    pub status: Option<Status>,
    /// Of one run.
    pub cycle: Option<String>,
}

impl State {
    /// Entries before a place in the log, the newest first; each with its place. `i64::MAX` for the newest.
    ///
    /// # Errors
    /// When the database fails.
    pub fn log(
        &self,
        filter: &LogFilter,
        before: i64,
        limit: usize,
    ) -> Result<Vec<(i64, Entry)>, StateFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT sequence, entry FROM log WHERE sequence < ?1
                 AND (?2 IS NULL OR source_id = ?2) AND (?3 IS NULL OR status = ?3) AND (?4 IS NULL OR cycle = ?4)
             ORDER BY sequence DESC LIMIT ?5",
        )?;
        let mut rows = statement.query(params![
            before,
            filter.source_id,
            filter.status.map(Status::word),
            filter.cycle,
            i64::try_from(limit).unwrap_or(i64::MAX)
        ])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let text = row.get_ref(1)?.as_str().map_err(|e| StateFault::damaged("log entry", e))?;
            let entry = serde_json::from_str(text).map_err(|e| StateFault::damaged("log entry", e))?;
            found.push((row.get(0)?, entry));
        }
        Ok(found)
    }

    /// How many entries ended how: successes, warnings, failures, skips.
    ///
    /// # Errors
    /// When the database fails.
    pub fn log_counts(&self, filter: &LogFilter) -> Result<[u64; 4], StateFault> {
        let db = self.db();
        let mut counts = [0; 4];
        for (count, status) in
            counts.iter_mut().zip([Status::Success, Status::Warning, Status::Failure, Status::Skipped])
        {
            *count = db
                .prepare_cached(
                    "SELECT count(*) FROM log WHERE status = ?1
                         AND (?2 IS NULL OR source_id = ?2) AND (?3 IS NULL OR cycle = ?3)
                         AND (?4 IS NULL OR status = ?4)",
                )?
                .query_row(
                    params![status.word(), filter.source_id, filter.cycle, filter.status.map(Status::word)],
                    |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()),
                )?;
        }
        Ok(counts)
    }

    /// Drops entries from before an instant (entra.md §4.12: 30 or 7 days).
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_log(&self, before: Timestamp) -> Result<(), StateFault> {
        self.db().execute("DELETE FROM log WHERE at < ?1", [before.as_micros()])?;
        Ok(())
    }
}

pub(super) fn append(db: &Connection, entry: &Entry) -> Done<()> {
    let text = serde_json::to_string(entry).map_err(|e| StateFault::damaged("log entry", e))?;
    db.prepare_cached(
        "INSERT INTO log (at, cycle, source_id, status, action, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        entry.at,
        entry.cycle,
        entry.source.id,
        entry.status.word(),
        entry.action.word(),
        text
    ])?;
    Ok(())
}
