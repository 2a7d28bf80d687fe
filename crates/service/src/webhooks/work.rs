//! What the worker needs: endpoints to work on, their events, and a place to write down what was done.

use std::time::Duration;

use base::Timestamp;
use serde_json::json;
use store::code::to_json;
use store::{
    Actor, Cause, Conflict, ConnectionId, Event, EventFilter, EventKind, NewEvent, Progress, Purpose,
    ResourceId, StoreError, TenantId, WebhookClaim, WebhookSettled, WriteTx,
};
use tokio::sync::watch;

use super::counts::DeliveryCounts;
use super::endpoint::{Disabled, Webhook};
use super::list::standing;
use super::standing::WebhookStanding;
use crate::operator::{DEFAULT, system_caller};
use crate::{Service, ServiceResult};

/// An endpoint that this worker holds for a while.
#[derive(Debug, Clone)]
pub struct HeldWebhook {
    /// The endpoint.
    pub webhook: Webhook,
    /// How far it is.
    pub standing: WebhookStanding,
}

/// What was done for an endpoint.
#[derive(Debug, Clone)]
pub struct SettledWebhook {
    /// Whose.
    pub tenant: Option<TenantId>,
    /// Which.
    pub id: String,
    /// How far it is.
    pub standing: WebhookStanding,
    /// Nothing is to be sent before.
    pub not_before: Timestamp,
    /// When there is something to do even without a new event.
    pub wake: Option<Timestamp>,
    /// Whether it fails or is slow.
    pub troubled: bool,
    /// How long it is held further; `None` lets it go.
    pub keep: Option<Duration>,
}

impl Service {
    /// Word of new events within this process.
    #[must_use]
    pub fn bell(&self) -> watch::Receiver<bool> {
        self.bell.listen()
    }

    /// Takes endpoints on which there is something to do, for a while, in the name of a worker.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_webhooks(
        &self,
        owner: &str,
        troubled: bool,
        keep: Duration,
        limit: u32,
    ) -> ServiceResult<Vec<HeldWebhook>> {
        let now = self.clock.now();
        let claim = WebhookClaim { owner: owner.to_owned(), now, until: now.plus(keep), troubled, limit };
        let found = self.store.system(Purpose::Webhooks).await?.claim_webhooks(&claim).await?;
        found
            .iter()
            .map(|(stored, progress)| {
                Ok(HeldWebhook { webhook: Webhook::read(stored)?, standing: standing(progress)? })
            })
            .collect()
    }

    /// Holds those of these that a worker still holds for longer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn renew_webhooks(
        &self,
        owner: &str,
        held: &[(Option<TenantId>, String)],
        keep: Duration,
    ) -> ServiceResult<u64> {
        let now = self.clock.now();
        let mut system = self.store.system(Purpose::Webhooks).await?;
        Ok(system.renew_webhooks(owner, held, now, now.plus(keep)).await?)
    }

    /// Writes down how far endpoints are; for each, whether it was still held.
    ///
    /// # Errors
    /// When the database does not answer: then nothing of it is written.
    pub async fn settle_webhooks(&self, owner: &str, settled: &[SettledWebhook]) -> ServiceResult<Vec<bool>> {
        let now = self.clock.now();
        let rows: Vec<_> = settled
            .iter()
            .map(|one| WebhookSettled {
                tenant: one.tenant,
                id: one.id.clone(),
                owner: owner.to_owned(),
                revision: one.standing.revision,
                progress: Progress {
                    cursor: one.standing.cursor,
                    not_before: one.not_before,
                    wake: one.wake,
                    troubled: one.troubled,
                    body: to_json(&one.standing),
                },
                at: now,
                until: one.keep.map(|keep| now.plus(keep)),
            })
            .collect();
        Ok(self.store.system(Purpose::Webhooks).await?.settle_webhooks(&rows).await?)
    }

    /// Events for an endpoint after a position, in order, wanted or not.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn webhook_events(
        &self,
        webhook: &Webhook,
        after: i64,
        limit: u32,
    ) -> ServiceResult<Vec<Event>> {
        Ok(match webhook.tenant {
            Some(tenant) => {
                let mut read = self.store.read(&system_caller(tenant, ConnectionId(0))).await?;
                read.events(after, &EventFilter::default(), limit).await?
            }
            None => self.store.system(Purpose::Feed).await?.events(after, limit).await?,
        })
    }

    /// Events of one subject after a position; without a subject, the next one of the tenant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn subject_events(
        &self,
        tenant: i64,
        subject: Option<uuid::Uuid>,
        after: i64,
        limit: u32,
    ) -> ServiceResult<Vec<Event>> {
        let filter = EventFilter { kinds: Vec::new(), subject: subject.map(ResourceId) };
        let limit = if subject.is_some() { limit } else { 1 };
        let mut read = self.store.read(&system_caller(TenantId(tenant), ConnectionId(0))).await?;
        Ok(read.events(after, &filter, limit).await?)
    }

    /// The end of the feed and the position up to which events are gone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_ends(&self) -> ServiceResult<(i64, i64)> {
        let mut system = self.store.system(Purpose::Feed).await?;
        Ok((system.last_position().await?, system.feed_floor().await?))
    }

    /// Switches an endpoint off and tells so, by an event of its tenant; of an endpoint for all tenants, of `default`. Who
    /// changed it meanwhile is left in peace.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn disable_webhook(&self, webhook: &Webhook, reason: &str) -> ServiceResult<()> {
        let now = self.clock.now();
        let mut off = webhook.clone();
        off.enabled = false;
        off.settings.disabled = Some(Disabled { at: now.as_micros(), reason: reason.to_owned() });
        let mut system = self.store.system(Purpose::Webhooks).await?;
        match system.put_webhook(&off.write(), 0).await {
            Ok(_) => {}
            Err(StoreError::Conflict(Conflict::Revision | Conflict::Gone(_))) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        self.deliveries.disabled();
        let tenant = match webhook.tenant {
            Some(tenant) => Some(tenant),
            None => system.tenant(DEFAULT).await?.map(|tenant| tenant.id),
        };
        drop(system);
        let Some(tenant) = tenant else { return Ok(()) };
        let data = json!({"webhook": webhook.id, "url": webhook.settings.url, "reason": reason});
        let event = NewEvent {
            id: self.ids.uuid_v7(),
            kind: EventKind::WebhookDisabled,
            subject: None,
            object: None,
            cause: Cause::Changed,
            batch: None,
            connection: None,
            request: self.ids.request_id(),
            actor: Actor::System,
            at: now,
            data: data.to_string(),
        };
        let mut tx = WriteTx::new(system_caller(tenant, ConnectionId(0)));
        tx.events.push(event);
        match self.store.commit(tx).await {
            Ok(_) | Err(StoreError::Conflict(Conflict::Gone(_))) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What is counted about deliveries.
    #[must_use]
    pub fn deliveries(&self) -> &DeliveryCounts {
        &self.deliveries
    }

    /// Looks how far endpoints are behind, for the metrics.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn measure_webhooks(&self) -> ServiceResult<()> {
        let rows = self.webhooks(None).await?;
        let live = rows.iter().filter(|row| row.webhook.enabled);
        let (mut lag, mut parked) = (0, 0);
        for row in live {
            lag = lag.max(row.lag);
            parked += i64::try_from(row.standing.parked.len()).unwrap_or(i64::MAX);
        }
        self.deliveries.behind(lag, parked);
        Ok(())
    }
}
