//! Read connections, kept ready.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::Connection;

use crate::fault::Done;
use crate::open;
use crate::options::Options;

/// How many steps of SQLite's machine pass between two looks at the time.
const STEPS: i32 = 1_000;

/// Ready connections, the latest used on top, so that a quiet server warms only a few.
#[derive(Debug)]
pub(crate) struct Pool {
    path: PathBuf,
    options: Options,
    idle: Mutex<Vec<Reader>>,
}

/// One read connection with its stop-watch.
#[derive(Debug)]
struct Reader {
    db: Connection,
    watch: Arc<Watch>,
}

/// When a statement has to end.
#[derive(Debug)]
struct Watch {
    start: Instant,
    /// Nanoseconds after `start`; 0 for never.
    end: AtomicU64,
}

impl Pool {
    pub(crate) fn new(path: PathBuf, options: Options) -> Self {
        Self { path, options, idle: Mutex::new(Vec::new()) }
    }

    /// A connection for the caller alone, in a snapshot that begins with the first statement.
    pub(crate) fn take(self: &Arc<Self>) -> Done<Snapshot> {
        let ready = self.idle.lock().pop();
        let reader = match ready {
            Some(reader) => reader,
            None => self.open()?,
        };
        reader.db.prepare_cached("BEGIN")?.execute([])?;
        Ok(Snapshot { reader: Some(reader), pool: self.clone() })
    }

    fn open(&self) -> Done<Reader> {
        let db = open::reader(&self.path, &self.options)?;
        let watch = Arc::new(Watch { start: Instant::now(), end: AtomicU64::new(0) });
        let seen = watch.clone();
        let mut reader = Reader { db, watch };
        reader.db.progress_handler(STEPS, Some(move || seen.is_over()))?;
        Ok(reader)
    }

    fn give_back(&self, reader: Reader) {
        let mut idle = self.idle.lock();
        if idle.len() < self.options.readers {
            idle.push(reader);
        }
    }

    /// Closes what is idle.
    pub(crate) fn clear(&self) {
        self.idle.lock().clear();
    }
}

impl Watch {
    fn is_over(&self) -> bool {
        let end = self.end.load(Ordering::Relaxed);
        end != 0 && u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX) > end
    }
}

/// A read transaction that ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Always there until dropped.
    reader: Option<Reader>,
    pool: Arc<Pool>,
}

impl Snapshot {
    /// Runs statements that are given up after so long.
    pub(crate) fn within<R>(&self, limit: Duration, run: impl FnOnce(&Connection) -> Done<R>) -> Done<R> {
        let Some(reader) = &self.reader else {
            unreachable!("a snapshot has its connection until it is dropped")
        };
        let end = reader.watch.start.elapsed().saturating_add(limit).as_nanos();
        reader.watch.end.store(u64::try_from(end).unwrap_or(u64::MAX).max(1), Ordering::Relaxed);
        let result = run(&reader.db);
        reader.watch.end.store(0, Ordering::Relaxed);
        result
    }
}

impl Deref for Snapshot {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match &self.reader {
            Some(reader) => &reader.db,
            None => unreachable!("a snapshot has its connection until it is dropped"),
        }
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        let Some(reader) = self.reader.take() else { return };
        let ended = reader.db.prepare_cached("COMMIT").and_then(|mut end| end.execute([]));
        // A connection that cannot end its transaction is closed rather than used again.
        if ended.is_ok() {
            self.pool.give_back(reader);
        }
    }
}
