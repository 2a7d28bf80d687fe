//! Read connections, kept ready, each with the snapshot it used last.
//!
//! While nothing is committed, the next read goes on in the last one's snapshot: beginning and ending one costs more
//! than most reads. A commit of this process ends that at once, so everybody reads what was acknowledged; what another
//! process commits is seen within a tenth of a second.

mod janitor;
mod reader;

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;
use store::StoreError;

use crate::fault::Done;
use crate::options::Options;
use reader::Reader;

/// How often the file's length is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Ready connections.
#[derive(Debug)]
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    options: Options,
    /// Commits of this process so far.
    commits: AtomicU64,
    idle: Mutex<Idle>,
    /// Tells the janitor that there is something to do, or that it is over.
    wake: Condvar,
}

#[derive(Debug)]
struct Idle {
    /// The latest used on top, so that a quiet server warms only a few.
    readers: Vec<Reader>,
    /// Whether the janitor is on its rounds.
    watched: bool,
    /// Whether snapshots end with their reads for now.
    letting_go: bool,
    closed: bool,
    looked: Instant,
}

/// Says that something was committed; held by the writer.
#[derive(Debug, Clone)]
pub(crate) struct Commits {
    shared: Arc<Shared>,
}

impl Commits {
    /// Before a commit is acknowledged: from now on nobody begins a read in an older snapshot.
    pub(crate) fn tell(&self) {
        self.shared.commits.fetch_add(1, Ordering::AcqRel);
    }

    /// Ends the snapshots of idle connections and has none kept, until [`Self::go_on`]: a snapshot that stays open
    /// would keep the write-ahead log from being used again from its beginning.
    pub(crate) fn let_go(&self) {
        let mut idle = self.shared.idle.lock();
        idle.letting_go = true;
        idle.readers.retain_mut(|reader| reader.end().is_ok());
    }

    /// Has snapshots kept again.
    pub(crate) fn go_on(&self) {
        self.shared.idle.lock().letting_go = false;
    }
}

impl Shared {
    fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// Puts a connection back.
    fn give_back(&self, mut reader: Reader) {
        // What is no longer the newest is of use to nobody.
        if !reader.is_fresh(self.commits()) && reader.end().is_err() {
            return;
        }
        let mut idle = self.idle.lock();
        if idle.closed || idle.readers.len() >= self.options.readers {
            return;
        }
        if idle.letting_go && reader.end().is_err() {
            return;
        }
        if reader.is_open() && !idle.watched {
            idle.watched = true;
            self.wake.notify_one();
        }
        idle.readers.push(reader);
    }

    /// A ready connection; outgrown ones are closed on the way.
    fn ready(&self) -> Option<Reader> {
        let mut idle = self.idle.lock();
        if idle.looked.elapsed() <= LOOK {
            return idle.readers.pop();
        }
        idle.looked = Instant::now();
        let length = reader::length(&self.path);
        let outgrown: Vec<_> = idle.readers.extract_if(.., |reader| reader.is_outgrown(length)).collect();
        let ready = idle.readers.pop();
        drop(idle);
        // Giving a large mapping up takes milliseconds, for which nobody else has to wait.
        drop(outgrown);
        ready
    }
}

impl Pool {
    pub(crate) fn new(path: PathBuf, options: Options) -> Done<Self> {
        let idle = Idle {
            readers: Vec::new(),
            watched: false,
            letting_go: false,
            closed: false,
            looked: Instant::now(),
        };
        let shared = Arc::new(Shared {
            path,
            options,
            commits: AtomicU64::new(0),
            idle: Mutex::new(idle),
            wake: Condvar::new(),
        });
        janitor::start(&shared)
            .map_err(|e| StoreError::Unavailable(format!("the janitor thread does not start: {e}")))?;
        Ok(Self { shared })
    }

    /// What the writer tells commits to.
    pub(crate) fn commits(&self) -> Commits {
        Commits { shared: Arc::clone(&self.shared) }
    }

    /// A connection for the caller alone, in a snapshot with everything that this process has acknowledged.
    pub(crate) fn take(&self) -> Done<Snapshot> {
        let mut reader = match self.shared.ready() {
            Some(reader) => reader,
            None => Reader::open(&self.shared.path, &self.shared.options)?,
        };
        // Read before the snapshot begins, so that it holds at least so many.
        let commits = self.shared.commits();
        if !reader.is_fresh(commits) {
            reader.begin(commits)?;
        }
        Ok(Snapshot { reader: Some(reader), shared: Arc::clone(&self.shared) })
    }

    /// Closes what is idle, and keeps nothing from now on.
    pub(crate) fn close(&self) {
        let mut idle = self.shared.idle.lock();
        idle.closed = true;
        idle.readers.clear();
        self.shared.wake.notify_one();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

/// A snapshot, for as long as it is held.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Always there until dropped.
    reader: Option<Reader>,
    shared: Arc<Shared>,
}

impl Snapshot {
    fn reader(&self) -> &Reader {
        match &self.reader {
            Some(reader) => reader,
            None => unreachable!("a snapshot has its connection until it is dropped"),
        }
    }

    /// Runs statements that are given up after so long.
    pub(crate) fn within<R>(&self, limit: Duration, run: impl FnOnce(&Connection) -> Done<R>) -> Done<R> {
        self.reader().within(limit, run)
    }
}

impl Deref for Snapshot {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.reader().db
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.shared.give_back(reader);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pool;
    use crate::open;
    use crate::options::Options;

    #[test]
    fn a_snapshot_that_sqlite_has_ended_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("provost.db");
        open::writer(&path, &Options::default()).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        let pool = Pool::new(path, Options::default()).unwrap();
        for is_stale in [false, true] {
            // As a failure of the disk does.
            pool.take().unwrap().execute_batch("ROLLBACK").unwrap();
            if is_stale {
                pool.commits().tell();
            }
            assert!(!pool.take().unwrap().is_autocommit(), "statements are not of one snapshot");
        }
    }
}
