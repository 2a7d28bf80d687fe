//! One read connection: its stop-watch, and the snapshot it has open.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::fault::Done;
use crate::open;
use crate::options::Options;

/// How many steps of SQLite's machine pass between two looks at the time.
const STEPS: i32 = 1_000;

/// How long a snapshot is used again when nothing was committed here. What another process commits is seen after that.
pub(super) const FRESH: Duration = Duration::from_millis(100);

/// A database that has grown by so much since a connection mapped it is mapped again.
const GROWTH: u64 = 64 << 20;

/// One read connection.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) db: Connection,
    watch: Arc<Watch>,
    open: Option<Open>,
    /// Bytes of the file when it was mapped.
    mapped: u64,
}

/// A read transaction under way.
#[derive(Debug, Clone, Copy)]
struct Open {
    since: Instant,
    /// Commits of this process that it is sure to see.
    commits: u64,
}

/// When a statement has to end.
#[derive(Debug)]
struct Watch {
    start: Instant,
    /// Nanoseconds after `start`; 0 for never.
    end: AtomicU64,
}

impl Reader {
    pub(super) fn open(path: &Path, options: &Options) -> Done<Self> {
        let db = open::reader(path, options)?;
        let watch = Arc::new(Watch { start: Instant::now(), end: AtomicU64::new(0) });
        let seen = watch.clone();
        let mut reader = Self { db, watch, open: None, mapped: length(path) };
        reader.db.progress_handler(STEPS, Some(move || seen.is_over()))?;
        Ok(reader)
    }

    /// Whether it has a snapshot open that is still the newest.
    pub(super) fn is_fresh(&self, commits: u64) -> bool {
        self.is_open()
            && self.open.is_some_and(|open| open.commits == commits && open.since.elapsed() < FRESH)
    }

    /// Whether it has a snapshot open. SQLite itself ends one when the disk fails.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some() && !self.db.is_autocommit()
    }

    /// Begins a snapshot with at least so many commits in it.
    pub(super) fn begin(&mut self, commits: u64) -> Done<()> {
        self.end()?;
        self.db.prepare_cached("BEGIN")?.execute([])?;
        self.open = Some(Open { since: Instant::now(), commits });
        Ok(())
    }

    /// Ends the snapshot, if there is one. After an error the connection is of no use.
    pub(super) fn end(&mut self) -> Done<()> {
        if self.is_open() {
            self.db.prepare_cached("COMMIT")?.execute([])?;
        }
        self.open = None;
        Ok(())
    }

    /// Whether a file of so many bytes has outgrown what this connection mapped.
    pub(super) fn is_outgrown(&self, length: u64) -> bool {
        length > self.mapped + GROWTH.max(self.mapped / 8)
    }

    /// Runs statements that are given up after so long.
    pub(super) fn within<R>(&self, limit: Duration, run: impl FnOnce(&Connection) -> Done<R>) -> Done<R> {
        let end = self.watch.start.elapsed().saturating_add(limit).as_nanos();
        self.watch.end.store(u64::try_from(end).unwrap_or(u64::MAX).max(1), Ordering::Relaxed);
        let result = run(&self.db);
        self.watch.end.store(0, Ordering::Relaxed);
        result
    }
}

impl Watch {
    fn is_over(&self) -> bool {
        let end = self.end.load(Ordering::Relaxed);
        end != 0 && u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX) > end
    }
}

/// Bytes of a file.
pub(super) fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}
