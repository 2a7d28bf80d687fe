//! A file that a directory goes into.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rusqlite::Connection;
use store::transfer::{Chunk, Side, Standing, State, Table, Target};
use store::{StoreError, StoreResult};

use super::{Worker, catalogue, key_file, rows};
use crate::fault::Done;
use crate::options::Options;
use crate::{migrate, open, standing};

/// Memory for pages of the file that is being made.
const CACHE_KIB: i64 = 64 * 1024;

/// A place for a directory in a file.
#[derive(Debug)]
pub struct SqliteTarget {
    path: PathBuf,
    options: Options,
    table: Option<&'static Table>,
    /// Once it is being filled.
    draft: Option<Draft>,
}

#[derive(Debug)]
struct Draft {
    worker: Worker,
    /// Locked for as long as this process is at it.
    _lock: File,
}

impl SqliteTarget {
    /// A directory that is to be at `path`. Nothing is made yet.
    #[must_use]
    pub fn new(path: &Path, options: Options) -> Self {
        Self { path: path.to_owned(), options, table: None, draft: None }
    }

    /// The name under which it is made.
    fn draft_path(&self) -> PathBuf {
        self.path.with_extension("db.incoming")
    }

    fn fault(&self, path: &Path, error: &std::io::Error) -> StoreError {
        StoreError::Unavailable(format!("{}: {error}", path.display()))
    }

    /// An empty draft that nobody else works on.
    fn lock(&self) -> StoreResult<File> {
        let path = self.draft_path();
        let locked = |file: &File| match file.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => {
                Err(StoreError::Unavailable(format!("another move is making {}", self.path.display())))
            }
            Err(TryLockError::Error(error)) => Err(self.fault(&path, &error)),
        };
        match File::open(&path) {
            Ok(left) => {
                locked(&left)?;
                // Not emptied: it may be the finished directory's other name.
                std::fs::remove_file(&path).map_err(|error| self.fault(&path, &error))?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(self.fault(&path, &error)),
        }
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        let file = file.map_err(|error| self.fault(&path, &error))?;
        locked(&file)?;
        Ok(file)
    }

    fn create(path: &Path, options: &Options) -> Done<Connection> {
        let mut db = open::connection(path, options)?;
        db.pragma_update(None, "journal_mode", "OFF")?;
        db.pragma_update(None, "synchronous", "OFF")?;
        db.pragma_update(None, "cache_size", -CACHE_KIB)?;
        db.set_prepared_statement_cache_capacity(64);
        migrate::migrate(&mut db, options.clock.now())?;
        rows::register(&db)?;
        catalogue::check(&db)?;
        db.execute_batch("BEGIN IMMEDIATE")?;
        Ok(db)
    }

    fn draft(&mut self) -> StoreResult<&mut Draft> {
        self.draft.as_mut().ok_or_else(|| StoreError::Internal("the target is not prepared".to_owned()))
    }

    /// Removes a directory that an earlier move left half-done.
    fn clear(&self) -> StoreResult<()> {
        for extension in ["db", "db-wal", "db-shm"] {
            let path = self.path.with_extension(extension);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(self.fault(&path, &error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Side for SqliteTarget {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    async fn standing(&mut self) -> StoreResult<Option<Standing>> {
        if !self.path.exists() {
            return Ok(None);
        }
        Ok(standing::known(&open::reader(&self.path, &self.options)?)?)
    }

    async fn count(&mut self, table: &'static Table) -> StoreResult<u64> {
        self.draft()?.worker.run(|db| rows::count(db, table)).await
    }

    async fn read(&mut self, table: &'static Table) -> StoreResult<()> {
        self.draft()?.worker.read(table)
    }

    async fn next(&mut self) -> StoreResult<Option<Chunk>> {
        self.draft()?.worker.next().await
    }
}

#[async_trait]
impl Target for SqliteTarget {
    async fn prepare(&mut self, _of: &str, _from: &str) -> StoreResult<()> {
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| self.fault(folder, &error))?;
        }
        let lock = self.lock()?;
        if self.path.exists() {
            match self.standing().await? {
                Some(Standing { state: State::Filling | State::Whole, .. }) => self.clear()?,
                _ => {
                    // Nothing of ours is in there.
                    drop(std::fs::remove_file(self.draft_path()));
                    return Err(StoreError::NotEmpty(self.name()));
                }
            }
        }
        let db = Self::create(&self.draft_path(), &self.options)?;
        self.draft = Some(Draft { worker: Worker::new(db), _lock: lock });
        Ok(())
    }

    async fn begin(&mut self, table: &'static Table) -> StoreResult<()> {
        self.table = Some(table);
        Ok(())
    }

    async fn put(&mut self, chunk: Chunk) -> StoreResult<()> {
        let table = self.table.ok_or_else(|| StoreError::Internal("no table was begun".to_owned()))?;
        self.draft()?.worker.run(move |db| rows::write(db, table, &chunk)).await
    }

    async fn end(&mut self) -> StoreResult<()> {
        self.table = None;
        Ok(())
    }

    async fn put_shared_key(&mut self, name: &str, key: &[u8]) -> StoreResult<()> {
        let file = key_file(&self.path, name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&file).and_then(|mut out| {
            std::io::Write::write_all(&mut out, key)?;
            out.sync_all()
        });
        written.map_err(|error| self.fault(&file, &error))
    }

    async fn keep(&mut self, of: &str, from: &str) -> StoreResult<()> {
        let draft = self.draft.take();
        let Some(Draft { mut worker, _lock }) = draft else {
            return Err(StoreError::Internal("the target is not prepared".to_owned()));
        };
        let (of, from) = (of.to_owned(), from.to_owned());
        worker
            .run(move |db| {
                let mark = (State::Whole.code(), of, from);
                db.execute("INSERT INTO standing (one, state, of, other) VALUES (1, ?1, ?2, ?3)", mark)?;
                Ok(db.execute_batch("COMMIT; ANALYZE")?)
            })
            .await?;
        if let Some(db) = worker.into_db() {
            db.close().map_err(|(_, error)| crate::fault::Fault::from(error))?;
        }
        let path = self.draft_path();
        let synced = File::open(&path).and_then(|file| file.sync_all());
        synced.map_err(|error| self.fault(&path, &error))?;
        // Linked, not renamed, so that a directory that came to be there meanwhile stays.
        match std::fs::hard_link(&path, &self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(StoreError::NotEmpty(self.name()));
            }
            linked => linked.map_err(|error| self.fault(&self.path, &error))?,
        }
        sync_folder(&self.path).map_err(|error| self.fault(&self.path, &error))
    }

    async fn open_up(&mut self) -> StoreResult<()> {
        let db = open::writer(&self.path, &self.options)?;
        db.execute("DELETE FROM standing", []).map_err(crate::fault::Fault::from)?;
        db.close().map_err(|(_, error)| crate::fault::Fault::from(error))?;
        let draft = self.draft_path();
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(self.fault(&draft, &error)),
            _ => Ok(()),
        }
    }
}

/// Makes the names in a file's folder durable.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
