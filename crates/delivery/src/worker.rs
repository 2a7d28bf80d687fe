//! The worker: takes endpoints, and goes a round for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base::{Entropy, random_bytes};
use service::{AttemptOutcome, Courier, HeldWebhook, Service, SettledWebhook, Webhook, WebhookStanding};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::held::{Held, Holding};
use crate::options::Options;
use crate::round::{self, Came, Rules};
use crate::settle::Settler;
use crate::window::{MOST_PARKED, Queue, Window, window};

/// How long an endpoint is held unless it is held further: so long the others wait for what a node held that died.
const LEASE: Duration = Duration::from_secs(6);
/// How often what is held is held further.
const RENEW: Duration = Duration::from_secs(2);
/// A window begins nothing any more after this.
const WINDOW: Duration = Duration::from_secs(10);
/// A round ends after this, so that the other endpoints of the line have their turn.
const ROUND: Duration = Duration::from_secs(5);
/// An endpoint whose window took longer than this waits with those that fail.
const SLOW: Duration = Duration::from_secs(3);
/// How often the database is asked for what no bell tells: other nodes' events, and what is due by now.
const POLL: Duration = Duration::from_millis(500);
/// Endpoints are not asked for more often than this.
const BREATH: Duration = Duration::from_millis(10);
/// Endpoints taken at once.
const TAKE: usize = 64;
/// How often it is measured how far endpoints are behind.
const MEASURE: Duration = Duration::from_secs(30);

/// Tells apps what happened.
pub struct Worker {
    service: Arc<Service>,
    courier: Arc<dyn Courier>,
    options: Options,
    owner: String,
    settler: Settler,
    /// Endpoints with a round under way.
    held: Arc<Held>,
    /// Changes with every window: the jitter of pauses.
    dice: AtomicU64,
}

impl Worker {
    /// A worker of its own name. Must be called within a runtime.
    #[must_use]
    pub fn new(
        service: Arc<Service>,
        courier: Arc<dyn Courier>,
        options: Options,
        entropy: &dyn Entropy,
    ) -> Arc<Self> {
        let bytes: [u8; 16] = random_bytes(entropy);
        let owner: String = bytes[8..].iter().map(|byte| format!("{byte:02x}")).collect();
        let seed = bytes[..8].iter().fold(0, |seed, byte| seed << 8 | u64::from(*byte));
        let settler = Settler::start(Arc::clone(&service), owner.clone());
        Arc::new(Self {
            service,
            courier,
            options,
            owner,
            settler,
            held: Arc::default(),
            dice: AtomicU64::new(seed),
        })
    }

    /// Works until it is told to stop; then ends what is under way, without beginning anything.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let well = Arc::clone(&self).line(false, self.options.width, stop.clone());
        let troubled = Arc::clone(&self).line(true, self.options.troubled_width, stop.clone());
        let measuring = async {
            while !stop.is_cancelled() {
                if let Err(error) = self.service.measure_webhooks().await {
                    tracing::debug!(%error, "webhooks cannot be measured");
                }
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(MEASURE) => {}
                }
            }
        };
        let over = CancellationToken::new();
        let renewing = async {
            // Also while what is under way ends.
            while !over.is_cancelled() {
                let held = self.held.all();
                if !held.is_empty()
                    && let Err(error) = self.service.renew_webhooks(&self.owner, &held, LEASE).await
                {
                    tracing::warn!(%error, "webhooks cannot be held further");
                }
                tokio::select! {
                    () = over.cancelled() => {}
                    () = tokio::time::sleep(RENEW) => {}
                }
            }
        };
        let working = async {
            tokio::join!(well, troubled);
            over.cancel();
        };
        tokio::join!(working, measuring, renewing);
    }

    /// Those who do well and those in trouble wait in lines of their own, so that many who do not answer take no place
    /// from those who do.
    async fn line(self: Arc<Self>, troubled: bool, width: usize, stop: CancellationToken) {
        let mut rounds = JoinSet::new();
        let mut bell = self.service.bell();
        while !stop.is_cancelled() {
            while rounds.try_join_next().is_some() {}
            let room = width.saturating_sub(rounds.len()).min(TAKE);
            let mut found = 0;
            if room > 0 {
                let limit = u32::try_from(room).unwrap_or(u32::MAX);
                match self.service.claim_webhooks(&self.owner, troubled, LEASE, limit).await {
                    Ok(held) => {
                        found = held.len();
                        for one in held {
                            if let Some(holding) = self.held.begin(&one.webhook) {
                                rounds.spawn(Arc::clone(&self).round(one, holding, stop.clone()));
                            }
                        }
                    }
                    Err(error) => tracing::warn!(%error, "webhooks cannot be claimed"),
                }
            }
            if found > 0 && found == room {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(POLL) => {}
                Some(_) = rounds.join_next(), if !rounds.is_empty() => {}
                // The last ring says that the end has come.
                Ok(()) = bell.changed(), if !troubled => {}
            }
            tokio::time::sleep(BREATH).await;
        }
        while rounds.join_next().await.is_some() {}
    }

    async fn round(self: Arc<Self>, held: HeldWebhook, holding: Holding, stop: CancellationToken) {
        let began = Instant::now();
        let mut holding = Some(holding);
        let webhook = Arc::new(held.webhook);
        let mut standing = held.standing;
        loop {
            let now = self.service.now();
            round::refresh(&mut standing, &webhook, now);
            let window = match self.look(&webhook, &mut standing).await {
                Ok(window) => window,
                Err(error) => {
                    // The lease ends by itself.
                    tracing::warn!(%error, webhook = webhook.id, "a webhook's events cannot be read");
                    return;
                }
            };
            let started = Instant::now();
            let mut told = window;
            let queues = std::mem::take(&mut told.queues);
            let idle = queues.is_empty() && told.cursor == standing.cursor;
            let Some(came) = self.tell(&webhook, queues, &stop).await else { return };
            let now = self.service.now();
            let rules = Rules {
                schedule: &self.options.schedule,
                disable_after: self.options.disable_after,
                now,
                dice: self.dice.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed) >> 16,
            };
            let next = round::step(&mut standing, &told, &came, &rules);
            self.service.deliveries().attempts(next.counts.0, next.counts.1);
            // Too many wait for anything new to be begun: the next of them has its turn first.
            let full =
                if idle && standing.parked.len() >= MOST_PARKED { round::wake(&standing) } else { None };
            let not_before = next.not_before.max(told.coalescing).max(full);
            let due = round::wake(&standing).is_some_and(|wake| wake <= now);
            let goes_on = not_before.is_none()
                && next.disable.is_none()
                && (told.more || due)
                && began.elapsed() < ROUND
                && !stop.is_cancelled();
            if !goes_on {
                // As soon as it is let go, another round may begin.
                drop(holding.take());
            }
            let held = self
                .settler
                .settle(SettledWebhook {
                    tenant: webhook.tenant,
                    id: webhook.id.clone(),
                    standing: standing.clone(),
                    not_before: not_before.unwrap_or(base::Timestamp::EPOCH),
                    wake: round::wake(&standing),
                    troubled: standing.failures > 0 || started.elapsed() > SLOW,
                    keep: goes_on.then_some(LEASE),
                })
                .await;
            if let Some(reason) = next.disable.filter(|_| held) {
                tracing::warn!(webhook = webhook.id, reason, "a webhook is switched off");
                if let Err(error) = self.service.disable_webhook(&webhook, &reason).await {
                    tracing::warn!(%error, webhook = webhook.id, "a webhook could not be switched off");
                }
            }
            if !held || !goes_on {
                return;
            }
        }
    }

    /// What is to be told now. Events that are gone from the feed are not waited for.
    async fn look(
        &self,
        webhook: &Webhook,
        standing: &mut WebhookStanding,
    ) -> service::ServiceResult<Window> {
        let (_, floor) = self.service.feed_ends().await?;
        if standing.cursor < floor {
            tracing::warn!(
                webhook = webhook.id,
                floor,
                "events went from the feed before a webhook was told of them"
            );
            standing.missed = Some(floor);
            standing.cursor = floor;
        }
        window(&self.service, webhook, standing, self.service.now()).await
    }

    /// Tells what is in the queues: one after another within each, several of them at once. `None` when it is not known
    /// what came of them: then nothing is written down, and all of it is told again.
    async fn tell(
        &self,
        webhook: &Arc<Webhook>,
        queues: Vec<Queue>,
        stop: &CancellationToken,
    ) -> Option<Vec<Came>> {
        let cut = Arc::new(AtomicUsize::new(0));
        let end = Instant::now() + WINDOW;
        let mut waiting = queues.into_iter();
        let mut under_way = JoinSet::new();
        let mut came = Vec::new();
        loop {
            while under_way.len() < self.options.per_endpoint
                && let Some(queue) = waiting.next()
            {
                under_way.spawn(tell_one(
                    Arc::clone(&self.courier),
                    Arc::clone(webhook),
                    queue,
                    Arc::clone(&cut),
                    end,
                    stop.clone(),
                ));
            }
            match under_way.join_next().await {
                Some(Ok(one)) => came.push(one),
                Some(Err(error)) => {
                    tracing::error!(%error, webhook = webhook.id, "a delivery broke off");
                    return None;
                }
                None => return Some(came),
            }
        }
    }
}

/// Tells what is in one queue, one after another, until one fails or the window is cut.
async fn tell_one(
    courier: Arc<dyn Courier>,
    webhook: Arc<Webhook>,
    queue: Queue,
    cut: Arc<AtomicUsize>,
    end: Instant,
    stop: CancellationToken,
) -> Came {
    let mut came = Came { queue, told: 0, attempts: Vec::new() };
    for item in &came.queue.items {
        if cut.load(Ordering::Relaxed) >= round::CUT || Instant::now() >= end || stop.is_cancelled() {
            break;
        }
        let attempt = courier.send(&webhook, &item.message).await;
        let outcome = attempt.outcome;
        came.attempts.push(attempt);
        if outcome != AttemptOutcome::Delivered {
            cut.fetch_add(round::weight(outcome), Ordering::Relaxed);
            break;
        }
        came.told += 1;
    }
    came
}
