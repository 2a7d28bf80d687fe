//! The directory in one SQLite file.
//!
//! One thread writes, and commits that wait together share a transaction and its wait for the disk. Reads run on the
//! caller's thread, each in a snapshot of its own, from a memory-mapped file. Several processes may use one file.
//!
//! **Invariant**: every statement carries the tenant and finds its rows by a key that begins with it. Values reach SQL
//! as parameters only.

mod backup;
mod fault;
mod filter;
mod functions;
mod inspect;
mod key;
mod mapping;
mod migrate;
mod open;
mod options;
mod pool;
mod read;
mod row;
mod standing;
mod system;
mod transfer;
mod writer;

pub use backup::backup;
pub use inspect::{Inspection, inspect};
pub use options::{Options, Synchronous};
pub use transfer::{SqliteSource, SqliteTarget};

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use store::{Caller, Committed, Purpose, ReadTx, Store, StoreError, StoreResult, SystemTx, WriteTx};

use pool::Pool;
use read::Reading;
use system::Tenantless;
use writer::Orders;

/// A directory in a SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    pool: Arc<Pool>,
    /// `None` once closed.
    orders: Mutex<Option<Orders>>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl SqliteStore {
    /// Opens the file, making it and its folder where they are not there, and brings its schema up to date.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be opened, `SchemaTooNew` when a newer program made it, `MigrationChanged` when
    /// its schema is not the one this program knows under that version, `Incomplete` or `Moved` when a move has left it so.
    pub fn open(path: &Path, options: Options) -> StoreResult<Self> {
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|e| StoreError::Unavailable(format!("cannot make {}: {e}", folder.display())))?;
        }
        let named = |error: StoreError| match error {
            StoreError::Unavailable(detail) => {
                StoreError::Unavailable(format!("{}: {detail}", path.display()))
            }
            other => other,
        };
        let mut db = open::writer(path, &options).map_err(StoreError::from).map_err(named)?;
        if standing::known(&db)?.is_some() {
            standing::check(&db)?;
        }
        migrate::migrate(&mut db, options.clock.now()).map_err(StoreError::from).map_err(named)?;
        let checkpoint_pages = options.checkpoint_pages;
        let pool = Pool::new(path.to_owned(), options)?;
        let (orders, thread) = writer::start(db, checkpoint_pages, pool.commits())?;
        Ok(Self { pool: Arc::new(pool), orders: Mutex::new(Some(orders)), thread: Mutex::new(Some(thread)) })
    }

    fn orders(&self) -> StoreResult<Orders> {
        self.orders.lock().clone().ok_or_else(|| StoreError::Unavailable("the store is closed".to_owned()))
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self, caller: &Caller) -> StoreResult<Box<dyn ReadTx + '_>> {
        Ok(Box::new(Reading::new(self.pool.take()?, caller.tenant)))
    }

    async fn commit(&self, tx: WriteTx) -> StoreResult<Committed> {
        let orders = self.orders()?;
        orders.commit(tx).await
    }

    async fn system(&self, _purpose: Purpose) -> StoreResult<Box<dyn SystemTx + '_>> {
        Ok(Box::new(Tenantless::new(self.pool.clone(), self.orders()?)))
    }

    async fn close(&self) -> StoreResult<()> {
        self.pool.close();
        let orders = self.orders.lock().take();
        if let Some(orders) = orders {
            orders.stop().await;
        }
        let Some(thread) = self.thread.lock().take() else { return Ok(()) };
        tokio::task::spawn_blocking(move || thread.join())
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| StoreError::Internal("the writer thread failed".to_owned()))
    }
}
