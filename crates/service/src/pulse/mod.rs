//! The pulse of connections: what runs through each, in memory, so that counting costs a request nothing to speak of.
//!
//! A *batch* is a run of changes without a pause of [`crate::Config::quiet`]; its end is what the app is told as
//! `connection.synced`. The sweep writes all of this down now and then.

mod link;

pub(crate) use link::{Batch, Link};

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base::{Ids, Timestamp};
use parking_lot::RwLock;
use store::{Cause, ConnectionId, TenantId, TrafficMinute};
use uuid::Uuid;

use crate::session::Context;

/// What an event says about the run of changes that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// `InitialSync` until the connection's first cycle is done (ruling 18); `None` leaves the cause to the use case.
    pub cause: Option<Cause>,
    /// The batch.
    pub batch: Uuid,
}

/// All connections that have been heard of in this process.
#[derive(Debug)]
pub(crate) struct Pulse {
    ids: Ids,
    quiet: Duration,
    links: RwLock<HashMap<ConnectionId, Arc<Link>>>,
}

impl Pulse {
    pub(crate) fn new(ids: Ids, quiet: Duration) -> Self {
        Self { ids, quiet, links: RwLock::default() }
    }

    /// The connection's own counters; sessions hold on to them.
    pub(crate) fn link(&self, tenant: TenantId, connection: ConnectionId) -> Arc<Link> {
        if let Some(link) = self.links.read().get(&connection) {
            return Arc::clone(link);
        }
        let mut links = self.links.write();
        Arc::clone(links.entry(connection).or_insert_with(|| Arc::new(Link::new(tenant, connection))))
    }

    /// Every connection heard of.
    pub(crate) fn links(&self) -> Vec<Arc<Link>> {
        self.links.read().values().cloned().collect()
    }

    /// When the connection's latest request came to this process.
    pub(crate) fn heard(&self, connection: ConnectionId) -> Option<Timestamp> {
        self.links.read().get(&connection)?.heard()
    }

    /// What was counted in this process and is not written yet.
    pub(crate) fn unwritten(&self, connection: ConnectionId) -> Vec<TrafficMinute> {
        self.links.read().get(&connection).map(|link| link.unwritten()).unwrap_or_default()
    }

    /// The connection is gone.
    pub(crate) fn forget(&self, connection: ConnectionId) {
        self.links.write().remove(&connection);
    }

    /// Stamps the events of a write that is about to be committed.
    pub(crate) fn stamp(&self, cx: &Context, now: Timestamp) -> Stamp {
        let first = cx.session.connection.first_synced.is_none();
        Stamp {
            cause: first.then_some(Cause::InitialSync),
            batch: cx.session.link.batch(now, self.quiet, || self.ids.uuid_v7()),
        }
    }

    /// A read was answered.
    pub(crate) fn read(&self, cx: &Context, now: Timestamp) {
        cx.session.link.read(now);
    }

    /// A write was committed that changed something.
    pub(crate) fn wrote(&self, cx: &Context, now: Timestamp) {
        cx.session.link.wrote(now);
    }

    /// A request was refused or failed.
    pub(crate) fn failed(&self, cx: &Context, now: Timestamp) {
        cx.session.link.failed(now);
    }
}
