//! The contract suite, on SQLite.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base::ManualClock;
use provost_store_sqlite::{Options, SqliteSource, SqliteStore, SqliteTarget, Synchronous};
use std::path::PathBuf;
use std::sync::Arc;
use store::suite::Harness;
use store::suite::transfer::Moves;
use store::transfer::{Source, Target};
use store::{Store, StoreResult};
use tempfile::TempDir;

struct File {
    folder: Arc<TempDir>,
    store: SqliteStore,
}

fn options() -> Options {
    // What is tested does not depend on when the disk has it, and hundreds of tests wait for the disk.
    Options {
        synchronous: Synchronous::Normal,
        clock: Arc::new(ManualClock::default()),
        ..Options::default()
    }
}

fn path(folder: &TempDir) -> PathBuf {
    folder.path().join("data").join("provost.db")
}

fn open(folder: &TempDir) -> SqliteStore {
    SqliteStore::open(&path(folder), options()).unwrap()
}

impl Harness for File {
    type S = SqliteStore;

    async fn open() -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let store = open(&folder);
        Self { folder, store }
    }

    fn store(&self) -> &SqliteStore {
        &self.store
    }

    async fn reopen(self) -> Self {
        self.store.close().await.unwrap();
        let store = open(&self.folder);
        Self { folder: self.folder, store }
    }
}

impl Moves for File {
    type Place = Arc<TempDir>;

    fn place(&self) -> Arc<TempDir> {
        Arc::clone(&self.folder)
    }

    async fn elsewhere() -> Arc<TempDir> {
        Arc::new(TempDir::new().unwrap())
    }

    async fn source(place: &Arc<TempDir>) -> StoreResult<Box<dyn Source>> {
        Ok(Box::new(SqliteSource::open(&path(place), &options())?))
    }

    async fn target(place: &Arc<TempDir>) -> StoreResult<Box<dyn Target>> {
        Ok(Box::new(SqliteTarget::new(&path(place), options())))
    }

    async fn at(place: &Arc<TempDir>) -> StoreResult<Self> {
        if !path(place).exists() {
            return Err(store::StoreError::Incomplete);
        }
        let store = SqliteStore::open(&path(place), options())?;
        Ok(Self { folder: Arc::clone(place), store })
    }

    async fn reopen_left(place: &Arc<TempDir>) -> StoreResult<()> {
        SqliteSource::open(&path(place), &options())?.reopen().await
    }
}

store::contract_tests!(File);
store::transfer_tests!(File);
