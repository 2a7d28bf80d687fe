//! Opening a state.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::state::fault::Done;
use crate::state::{State, StateFault, migrate};

impl State {
    /// Opens the state in a folder, which is made when it is not there.
    ///
    /// # Errors
    /// When another process has it open, a newer program wrote it, or the folder cannot be used.
    pub fn open(folder: &Path) -> Result<Self, StateFault> {
        let unusable = |path: &Path, error| StateFault::Folder { path: path.to_owned(), error };
        fs::create_dir_all(folder).map_err(|error| unusable(folder, error))?;
        let path = folder.join("job.lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(|error| unusable(&path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StateFault::Locked(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(unusable(&path, error)),
        }
        let path = folder.join("job.db");
        for_owner_alone(&path).map_err(|error| unusable(&path, error))?;
        let db = Connection::open(&path)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        Self::with(db, Some(lock))
    }

    /// Opens a state only to look at it, also while another process runs the job.
    ///
    /// # Errors
    /// When there is none in the folder, or it cannot be read.
    pub fn look(folder: &Path) -> Result<Self, StateFault> {
        let path = folder.join("job.db");
        if let Err(error) = fs::metadata(&path) {
            return Err(StateFault::Folder { path, error });
        }
        // Not opened read-only: a reader of a WAL database must be able to make its index.
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let state = Self::with(db, None)?;
        state.db().pragma_update(None, "query_only", true)?;
        Ok(state)
    }

    /// A state that is gone when it is dropped: for rehearsals and demonstrations. It is on disk all the same.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn temporary() -> Result<Self, StateFault> {
        // An empty name is SQLite's for a private database in a temporary file.
        Self::with(Connection::open("")?, None)
    }

    /// A copy, to try something out on.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn copy(&self) -> Result<Self, StateFault> {
        let mut copy = Connection::open("")?;
        {
            let db = self.db();
            Backup::new(&db, &mut copy)?.run_to_completion(1024, Duration::ZERO, None)?;
        }
        Self::with(copy, None)
    }

    fn with(mut db: Connection, lock: Option<File>) -> Done<Self> {
        // A commit is safe from the process being killed; one that a power cut takes is matched again.
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "temp_store", "FILE")?;
        db.pragma_update(None, "cache_size", -16_384)?;
        db.pragma_update(None, "trusted_schema", false)?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.set_prepared_statement_cache_capacity(128);
        migrate::migrate(&mut db)?;
        Ok(Self { db: db.into(), _lock: lock })
    }
}

/// Makes the database's file, when it is not there, so that only its owner can read whom it holds. What SQLite puts
/// beside it gets the same permissions.
fn for_owner_alone(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
