//! The directory in PostgreSQL.
//!
//! Any number of nodes work on one database: nothing that matters is kept in a node. A commit is one transaction in two
//! round trips, READ COMMITTED under row locks taken in order (see `write`); a read is a snapshot, REPEATABLE READ. Events
//! get their places in the feed from a sequencer after they are committed (see `sequencer`). Filters are SQL as far as
//! indexes and columns answer them exactly; what needs the document itself is decided by `scim::filter::eval` (see
//! `filter`).
//!
//! **Invariant**: every statement carries the tenant and finds its rows by a key that begins with it. Values reach SQL
//! as parameters only.

mod fault;
mod filter;
mod guard;
mod inspect;
mod key;
mod link;
mod listener;
mod migrate;
mod options;
mod pool;
mod read;
mod row;
mod sequencer;
mod standing;
mod system;
mod target;
mod text;
mod transfer;
mod write;

pub use inspect::{Inspection, inspect};
pub use options::Options;
pub use transfer::{PostgresSource, PostgresTarget};

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use store::{Caller, Committed, Purpose, ReadTx, Store, StoreError, StoreResult, SystemTx, WriteTx};
use tokio::task::JoinHandle;

use guard::Counts;
use link::Link;
use listener::Hearing;
use pool::Pool;
use read::Reading;
use system::Tenantless;
use target::Target;
use write::{Aides, Locks};

/// How long a migration may take, and a node that starts waits for another one's.
const MIGRATION: Duration = Duration::from_secs(3_600);

/// A directory in a PostgreSQL database.
#[derive(Debug)]
pub struct PostgresStore {
    pool: Arc<Pool>,
    locks: Locks,
    /// `None` once closed.
    aides: Mutex<Option<Aides>>,
    sequencer: Mutex<Option<JoinHandle<()>>>,
    listeners: Mutex<Vec<(JoinHandle<()>, Arc<Hearing>)>>,
}

impl PostgresStore {
    /// Connects to the database at a `postgres://` address and brings its schema up to date. Must be called within a
    /// runtime, which then keeps the connections.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached, `SchemaTooNew` when a newer program made its schema,
    /// `MigrationChanged` when the schema is not the one this program knows under that version, `Incomplete` or `Moved` when
    /// a move has left it so, `Internal` when the address makes no sense or the server refuses user or database.
    pub async fn open(url: &str, options: Options) -> StoreResult<Self> {
        let target = Target::read(url, options.connect)?;
        let now = options.clock.now();
        let db = Link::connect(&target, options.connect, MIGRATION).await?;
        standing::check(&db).await?;
        migrate::migrate(&db, now).await?;
        let row = db.first("SELECT hashtext(current_schema())", &[]).await?;
        let schema = row.map(|row| row.try_get(0)).transpose().map_err(fault::Fault::from)?.unwrap_or(0);
        let pool = Arc::new(Pool::new(target, options));
        let (places, sequencer) = sequencer::start(pool.clone());
        let locks = Locks::new(schema);
        let counts = Counts::start(pool.clone(), locks);
        Ok(Self {
            pool,
            locks,
            aides: Mutex::new(Some(Aides { places, counts })),
            sequencer: Mutex::new(Some(sequencer)),
            listeners: Mutex::default(),
        })
    }

    /// A key that all nodes share: the one kept under this name, or from now on the one given.
    ///
    /// # Errors
    /// When the database does not answer, or what it holds is no key.
    pub async fn shared_key(&self, name: &str, fresh: [u8; 32]) -> StoreResult<[u8; 32]> {
        let db = self.pool.writer().await?;
        let sql = "INSERT INTO shared_key (name, key) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        db.query(sql, &[&name, &fresh.as_slice()]).await?;
        let row = db.first("SELECT key FROM shared_key WHERE name = $1", &[&name]).await?;
        let key: Option<Vec<u8>> = row.map(|row| row.try_get(0)).transpose().map_err(fault::Fault::from)?;
        let key = key.and_then(|key| key.try_into().ok());
        Ok(key.ok_or_else(|| fault::damaged("shared_key", "key", "not 32 bytes"))?)
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

#[async_trait]
impl Store for PostgresStore {
    async fn read(&self, caller: &Caller) -> StoreResult<Box<dyn ReadTx + '_>> {
        Ok(Box::new(Reading::new(self.pool.clone(), caller.tenant, false)))
    }

    async fn glance(&self, caller: &Caller) -> StoreResult<Box<dyn ReadTx + '_>> {
        Ok(Box::new(Reading::new(self.pool.clone(), caller.tenant, true)))
    }

    async fn commit(&self, tx: WriteTx) -> StoreResult<Committed> {
        let aides = self.aides.lock().clone().ok_or_else(closed)?;
        Ok(write::commit(&self.pool, &aides, self.locks, &tx).await?)
    }

    async fn system(&self, _purpose: Purpose) -> StoreResult<Box<dyn SystemTx + '_>> {
        Ok(Box::new(Tenantless::new(self.pool.clone(), self.locks)))
    }

    fn listen(&self, hear: Box<dyn Fn() + Send + Sync>) {
        let hearing = Arc::new(Hearing::default());
        if let Some(listener) = listener::start(&self.pool, self.locks.channel(), hear, Arc::clone(&hearing))
        {
            self.listeners.lock().push((listener, hearing));
        }
    }

    fn unheard(&self) -> Option<Duration> {
        let listeners = self.listeners.lock();
        let ages: Option<Vec<_>> = listeners.iter().map(|(_, hearing)| hearing.age()).collect();
        ages?.into_iter().max()
    }

    async fn close(&self) -> StoreResult<()> {
        self.listeners.lock().drain(..).for_each(|(listener, _)| listener.abort());
        self.pool.close().await;
        // The sequencer ends when the last commit has its positions.
        drop(self.aides.lock().take());
        let Some(sequencer) = self.sequencer.lock().take() else { return Ok(()) };
        sequencer.await.map_err(|_| StoreError::Internal("the sequencer failed".to_owned()))
    }
}
