//! Connections, kept ready and bounded.
//!
//! Reads and commits have places of their own: a request may hold a snapshot when it commits, and if both took from one
//! pool, requests that hold the last connections could wait for each other.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::fault::{Done, unavailable};
use crate::link::Link;
use crate::options::Options;
use crate::target::Target;

/// The connections of one store.
#[derive(Debug)]
pub(crate) struct Pool {
    target: Target,
    options: Options,
    runtime: Handle,
    /// The latest used on top, so that a quiet server keeps only a few warm.
    idle: Mutex<Vec<Link>>,
    readers: Arc<Semaphore>,
    writers: Arc<Semaphore>,
    /// Counter slots that no writer uses.
    slots: Mutex<Vec<i16>>,
    closed: AtomicBool,
}

/// A connection for one caller. What it leaves open is rolled back.
#[derive(Debug)]
pub(crate) struct Lease {
    /// Always there until dropped.
    link: Option<Link>,
    pool: Arc<Pool>,
    is_open: bool,
    was_committing: bool,
    slot: Option<i16>,
    _place: OwnedSemaphorePermit,
}

impl Pool {
    pub(crate) fn new(target: Target, options: Options) -> Self {
        let places = |n: usize| Arc::new(Semaphore::new(n.max(1)));
        let slots = (0..i16::try_from(options.writers.max(1)).unwrap_or(i16::MAX)).rev().collect();
        Self {
            readers: places(options.readers),
            writers: places(options.writers),
            slots: Mutex::new(slots),
            target,
            options,
            runtime: Handle::current(),
            idle: Mutex::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// A connection to read with.
    pub(crate) async fn reader(self: &Arc<Self>) -> Done<Lease> {
        self.take(&self.readers, false).await
    }

    /// A connection to commit with.
    pub(crate) async fn writer(self: &Arc<Self>) -> Done<Lease> {
        self.take(&self.writers, true).await
    }

    /// A connection outside the places, for the sequencer.
    pub(crate) async fn extra(&self) -> Done<Link> {
        let (target, connect, patience) = (self.target.clone(), self.options.connect, self.options.patience);
        // Its driver runs where the store was opened, whoever needs the connection first: deliveries have a runtime that
        // gives way to requests.
        let made = self.runtime.spawn(async move { Link::connect(&target, connect, patience).await });
        made.await.map_err(|_| unavailable("the program is ending"))?
    }

    /// Where the database is.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// How it is reached.
    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    async fn take(self: &Arc<Self>, places: &Arc<Semaphore>, writes: bool) -> Done<Lease> {
        self.check_open()?;
        let waiting = tokio::time::timeout(self.options.wait, places.clone().acquire_owned());
        let place = waiting
            .await
            .map_err(|_| unavailable("every connection to the database is in use"))?
            .map_err(|_| closed())?;
        // One that was lost while it lay idle is dropped here.
        let ready = loop {
            match self.idle.lock().pop() {
                Some(link) if !link.is_usable() => {}
                other => break other,
            }
        };
        let link = match ready {
            Some(link) => link,
            None => self.extra().await?,
        };
        let slot = if writes { Some(self.slots.lock().pop().unwrap_or(0)) } else { None };
        Ok(Lease {
            link: Some(link),
            pool: self.clone(),
            is_open: false,
            was_committing: false,
            slot,
            _place: place,
        })
    }

    fn check_open(&self) -> Done<()> {
        if self.is_closed() { Err(closed()) } else { Ok(()) }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Takes nobody more, waits for commits under way, and closes what is idle. Snapshots that somebody still looks at end
    /// with their holders.
    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        let all = u32::try_from(self.options.writers.max(1)).unwrap_or(u32::MAX);
        let under_way = self.writers.acquire_many(all);
        if tokio::time::timeout(self.options.patience, under_way).await.is_err() {
            tracing::warn!("a commit is still under way while the database is being closed");
        }
        self.idle.lock().clear();
    }
}

fn closed() -> crate::fault::Fault {
    unavailable("the store is closed")
}

impl Lease {
    /// Begins a transaction, in the packet of its first statement.
    pub(crate) fn begin(&mut self, sql: &str) {
        self.send(sql);
        self.is_open = true;
    }

    /// Whether a transaction has begun.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// The transaction has ended.
    pub(crate) fn ended(&mut self) {
        self.is_open = false;
    }

    /// From here on, a lost connection may have committed.
    pub(crate) fn committing(&mut self) {
        self.was_committing = true;
    }

    /// Whether a lost connection may have committed.
    pub(crate) fn was_committing(&self) -> bool {
        self.was_committing
    }

    /// The counter slot that no other writer of this process uses now.
    pub(crate) fn slot(&self) -> i16 {
        self.slot.unwrap_or(0)
    }
}

impl Deref for Lease {
    type Target = Link;

    fn deref(&self) -> &Link {
        match &self.link {
            Some(link) => link,
            None => unreachable!("a lease has its connection until it is dropped"),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            self.pool.slots.lock().push(slot);
        }
        let Some(link) = self.link.take() else { return };
        if self.is_open {
            // Nobody waits for it: whoever uses the connection next is served after it.
            link.send("ROLLBACK");
        }
        if link.is_usable() && !self.pool.is_closed() {
            self.pool.idle.lock().push(link);
        }
    }
}
