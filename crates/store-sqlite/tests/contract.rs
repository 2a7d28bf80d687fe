//! The contract suite, on SQLite.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base::ManualClock;
use provost_store_sqlite::{Options, SqliteStore, Synchronous};
use std::sync::Arc;
use store::Store;
use store::suite::Harness;
use tempfile::TempDir;

struct File {
    folder: TempDir,
    store: SqliteStore,
}

fn open(folder: &TempDir) -> SqliteStore {
    // What is tested does not depend on when the disk has it, and hundreds of tests wait for the disk.
    let options = Options {
        synchronous: Synchronous::Normal,
        clock: Arc::new(ManualClock::default()),
        ..Options::default()
    };
    SqliteStore::open(&folder.path().join("data").join("provost.db"), options).unwrap()
}

impl Harness for File {
    type S = SqliteStore;

    async fn open() -> Self {
        let folder = TempDir::new().unwrap();
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

store::contract_tests!(File);
