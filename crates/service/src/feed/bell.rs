//! Word of new events within this process, so that who waits for them need not ask all the time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use store::{Caller, Committed, Purpose, ReadTx, Store, StoreResult, SystemTx, WriteTx};
use tokio::sync::watch;

/// Rings when events were written here, and for the last time when nobody is to wait any longer.
#[derive(Debug)]
pub(crate) struct Bell {
    /// Whether the end has come.
    rung: watch::Sender<bool>,
}

impl Bell {
    pub(crate) fn new() -> Self {
        Self { rung: watch::Sender::new(false) }
    }

    /// Hears every ring from now on.
    pub(crate) fn listen(&self) -> watch::Receiver<bool> {
        self.rung.subscribe()
    }

    /// Whether nobody is to wait any longer.
    pub(super) fn is_over(&self) -> bool {
        *self.rung.borrow()
    }

    pub(super) fn end(&self) {
        self.rung.send_replace(true);
    }

    fn ring(&self) {
        self.rung.send_modify(|_| ());
    }
}

/// A store whose commits ring the bell.
pub(crate) struct Watched {
    store: Arc<dyn Store>,
    bell: Arc<Bell>,
}

impl Watched {
    pub(crate) fn new(store: Arc<dyn Store>, bell: Arc<Bell>) -> Self {
        Self { store, bell }
    }
}

#[async_trait]
impl Store for Watched {
    async fn read(&self, caller: &Caller) -> StoreResult<Box<dyn ReadTx + '_>> {
        self.store.read(caller).await
    }

    async fn glance(&self, caller: &Caller) -> StoreResult<Box<dyn ReadTx + '_>> {
        self.store.glance(caller).await
    }

    async fn commit(&self, tx: WriteTx) -> StoreResult<Committed> {
        let committed = self.store.commit(tx).await?;
        if committed.position.is_some() {
            self.bell.ring();
        }
        Ok(committed)
    }

    async fn system(&self, purpose: Purpose) -> StoreResult<Box<dyn SystemTx + '_>> {
        self.store.system(purpose).await
    }

    fn listen(&self, hear: Box<dyn Fn() + Send + Sync>) {
        self.store.listen(hear);
    }

    fn unheard(&self) -> Option<Duration> {
        self.store.unheard()
    }

    async fn close(&self) -> StoreResult<()> {
        self.store.close().await
    }
}
