//! When the write-ahead log is copied into the database.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::Connection;

use crate::pool::Commits;

/// Follows the size of the log. SQLite would copy it inside some commit every four megabytes; a longer log copies pages
/// that many commits changed only once.
#[derive(Debug)]
pub(super) struct Checkpoints {
    /// Pages in the log after the latest commit; 0 when that has been looked at.
    pages: Arc<AtomicU32>,
    limit: u32,
    /// Whether the log has been copied and not been begun again since.
    copied: Cell<bool>,
}

impl Checkpoints {
    pub(super) fn new(limit: u32) -> Self {
        Self { pages: Arc::default(), limit, copied: Cell::new(false) }
    }

    /// Has the connection tell the size after each commit.
    pub(super) fn watch(&self, db: &mut Connection) -> rusqlite::Result<()> {
        let pages = self.pages.clone();
        db.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, now: i32| {
            pages.store(u32::try_from(now).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))
    }

    /// Copies the log when it has grown enough. Readers go on; what they still need stays in the log.
    pub(super) fn after_commit(&self, db: &Connection, commits: &Commits) {
        // None while nothing was committed since the last look: the log was not begun again either.
        let pages = self.pages.swap(0, Ordering::Relaxed);
        if pages == 0 {
            return;
        }
        if pages >= self.limit {
            commits.let_go();
            run(db, "PRAGMA wal_checkpoint(PASSIVE)");
            self.copied.set(true);
        } else if self.copied.take() {
            commits.go_on();
        }
    }

    /// Leaves a database that the next start need not repair.
    pub(super) fn finish(&self, db: &Connection) {
        run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
}

fn run(db: &Connection, sql: &str) {
    // A failed checkpoint loses nothing: the log keeps what it holds, and the next one tries again.
    if let Err(error) = db.query_row(sql, [], |_| Ok(())) {
        tracing::warn!(%error, "the write-ahead log could not be copied into the database");
    }
}
