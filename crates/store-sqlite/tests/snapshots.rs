//! Reads go on in a snapshot that is kept: who sees which commit, and that the log stays short all the same.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::{Duration, Instant};

use provost_store_sqlite::{Options, SqliteStore, Synchronous};
use store::suite::{Harness, World};
use store::{Purpose, Store};
use tempfile::TempDir;

struct File {
    folder: TempDir,
    store: SqliteStore,
}

/// A log of at most a few hundred kilobytes.
const LOG_PAGES: u32 = 64;

fn open(folder: &Path) -> SqliteStore {
    let options =
        Options { synchronous: Synchronous::Normal, checkpoint_pages: LOG_PAGES, ..Options::default() };
    SqliteStore::open(&folder.join("provost.db"), options).unwrap()
}

impl Harness for File {
    type S = SqliteStore;

    async fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let store = open(folder.path());
        Self { folder, store }
    }

    fn store(&self) -> &SqliteStore {
        &self.store
    }

    async fn reopen(self) -> Self {
        self.store.close().await.unwrap();
        let store = open(self.folder.path());
        Self { folder: self.folder, store }
    }
}

async fn tenants(store: &SqliteStore) -> usize {
    let mut system = store.system(Purpose::Tenants).await.unwrap();
    system.tenants(None, 1000).await.unwrap().len()
}

async fn create(store: &SqliteStore, world: &World<File>, name: &str) {
    let mut system = store.system(Purpose::Tenants).await.unwrap();
    let mut tenant = system.tenants(None, 1000).await.unwrap().remove(0);
    let mut read = store.read(&world.a).await.unwrap();
    let mut connection = read.connections().await.unwrap().remove(0);
    drop(read);
    name.clone_into(&mut tenant.name);
    format!("h{name}").clone_into(&mut connection.handle);
    system.create_tenant(&tenant, &connection).await.unwrap();
}

#[tokio::test]
async fn what_this_process_committed_is_read_at_once() {
    let world = World::<File>::open().await;
    let before = tenants(world.store()).await;
    for n in 1..=50 {
        create(world.store(), &world, &format!("t{n:07}")).await;
        assert_eq!(tenants(world.store()).await, before + n);
    }
}

#[tokio::test]
async fn what_another_process_committed_is_read_within_a_second() {
    let world = World::<File>::open().await;
    let before = tenants(world.store()).await;
    let other = open(world.harness.folder.path());
    create(&other, &world, "elsewhere").await;
    let begin = Instant::now();
    // Reading all the time must not keep the old snapshot alive.
    while tenants(world.store()).await == before {
        assert!(begin.elapsed() < Duration::from_secs(1), "the other process's commit stays unseen");
    }
    other.close().await.unwrap();
}

#[tokio::test]
async fn reads_between_commits_do_not_let_the_log_grow() {
    let world = World::<File>::open().await;
    let path = world.harness.folder.path().join("provost.db-wal");
    let mut longest = 0;
    for n in 0..400 {
        create(world.store(), &world, &format!("t{n:07}")).await;
        tenants(world.store()).await;
        longest = longest.max(std::fs::metadata(&path).unwrap().len());
    }
    let limit = u64::from(LOG_PAGES) * 4096;
    assert!(longest < 3 * limit, "the log grew to {longest} bytes, its limit is {limit}");
}

#[tokio::test]
async fn an_idle_server_does_not_hold_up_another_process() {
    let world = World::<File>::open().await;
    tenants(world.store()).await;
    let other = open(world.harness.folder.path());
    create(&other, &world, "elsewhere").await;
    // The first process has a snapshot from before; left alone, it lets go of it.
    let begin = Instant::now();
    let db = rusqlite::Connection::open(world.harness.folder.path().join("provost.db")).unwrap();
    db.busy_timeout(Duration::ZERO).unwrap();
    loop {
        let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
        if busy == 0 {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(5), "the snapshot of an idle server stays open");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    other.close().await.unwrap();
}
