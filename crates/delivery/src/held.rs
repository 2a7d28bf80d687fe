//! Endpoints on which rounds of this worker are under way: those it goes on holding. A round that breaks off holds nothing
//! any more, and the lease of its endpoint ends by itself.

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;
use service::Webhook;
use service::noun::TenantId;

type Key = (Option<TenantId>, String);

/// Endpoints with a round.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<HashSet<Key>>);

impl Held {
    /// Begins a round; `None` when one is under way: a lease that ended too early may be claimed a second time.
    pub(crate) fn begin(self: &Arc<Self>, webhook: &Webhook) -> Option<Holding> {
        let key = (webhook.tenant, webhook.id.clone());
        let new = self.0.lock().insert(key.clone());
        new.then(|| Holding { held: Arc::clone(self), key })
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<Key> {
        self.0.lock().iter().cloned().collect()
    }
}

/// A round under way, until this goes.
#[derive(Debug)]
pub(crate) struct Holding {
    held: Arc<Held>,
    key: Key,
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.held.0.lock().remove(&self.key);
    }
}
