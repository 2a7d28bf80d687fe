//! Telling a connection's owner why its token was refused, at a bounded cost.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use base::{Timestamp, TokenShape};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use store::{Actor, Change, ConnectionId, Purpose, Refusal as Counted, StoreResult, TenantId, WriteTx};

use super::sessions::Handle;
use super::{Refusal, Why};
use crate::{DEFAULT, Service};

/// How long a connection found by its handle is remembered for refusals alone.
const HANDLE_AGE: Duration = Duration::from_secs(30);

/// At most so many refusals a minute are written per connection, with a burst for a person who is trying things.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
const BURST: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// The valve in front of the log.
pub(crate) struct Refusals {
    // Keyed by connections that exist, so it cannot be made to grow by invented handles.
    valve: DefaultKeyedRateLimiter<ConnectionId>,
    /// In front of the look-up of tenants for requests that carry no handle.
    nameless: DefaultDirectRateLimiter,
}

impl Refusals {
    pub(crate) fn new() -> Self {
        Self {
            valve: RateLimiter::keyed(Quota::per_minute(PER_MINUTE).allow_burst(BURST)),
            nameless: RateLimiter::direct(Quota::per_second(BURST)),
        }
    }

    /// Forgets connections whose allowance is whole again.
    pub(crate) fn forget_old(&self) {
        self.valve.retain_recent();
    }
}

impl Service {
    /// Counts the refusal in the log of the connection that has this handle. An unknown handle has no log: it is for
    /// the metrics alone. The write is not waited for, so that the answer's time tells nothing.
    pub(crate) async fn explain(&self, handle: &str, why: Why, now: Timestamp) -> StoreResult<()> {
        let Some(found) = self.by_handle(handle, now).await? else { return Ok(()) };
        let connection = found.connection.id;
        self.pulse.link(found.tenant.id, connection).failed(now);
        self.count_refusal(found.tenant.id, connection, &why, now);
        Ok(())
    }

    /// Counts a refused request that carries no handle in the log of the tenant that its path names, at the connection
    /// `default`. All of it happens later, so that the answer's time does not tell whether there is such a tenant.
    pub fn explain_nameless(self: &Arc<Self>, tenant: Option<&str>, refusal: &Refusal) {
        let why = match refusal.code {
            code if code == Why::Missing.code() => Why::Missing,
            code if code == TokenShape::NotOurs.code() => Why::Shape(TokenShape::NotOurs),
            _ => return,
        };
        let Some(name) = tenant.map(str::to_owned) else { return };
        if self.refusals.nameless.check().is_err() {
            return;
        }
        let service = Arc::clone(self);
        self.background.spawn(async move {
            let Ok(op) = service.operator(Actor::System, &name, DEFAULT).await else { return };
            let (tenant, connection, now) = (op.caller.tenant, op.connection.id, service.clock.now());
            service.pulse.link(tenant, connection).failed(now);
            service.count_refusal(tenant, connection, &why, now);
        });
    }

    /// Adds a refusal to the connection's log, unless too many have been added just now.
    pub(crate) fn count_refusal(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        why: &Why,
        now: Timestamp,
    ) {
        if self.refusals.valve.check_key(&connection).is_err() {
            return;
        }
        let mut tx = WriteTx::new(crate::operator::system_caller(tenant, connection));
        tx.changes.push(Change::CountRefusal(Counted {
            at: now,
            connection,
            status: why.status(),
            code: why.code().to_owned(),
            detail: why.detail(),
        }));
        let store = Arc::clone(&self.store);
        self.background.spawn(async move {
            if let Err(error) = store.commit(tx).await {
                tracing::warn!(%error, "cannot record a refusal");
            }
        });
    }

    async fn by_handle(&self, handle: &str, now: Timestamp) -> StoreResult<Option<Arc<Handle>>> {
        if let Some(found) = self.sessions.handle(handle, now, HANDLE_AGE) {
            return Ok(Some(found));
        }
        let mut tx = self.store.system(Purpose::Authenticate).await?;
        let found = tx.connection(handle).await?;
        Ok(found.map(|(connection, tenant)| {
            self.sessions.keep_handle(Handle { connection, tenant, read_at: now })
        }))
    }
}
