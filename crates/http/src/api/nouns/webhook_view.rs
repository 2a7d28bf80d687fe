//! Webhooks and attempts, as the API shows them.

use base::Timestamp;
use serde::Serialize;
use service::{Attempt, WebhookRow};
use utoipa::ToSchema;

use super::event::EventCause;
use crate::api::page::page;

/// A webhook, with how far it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Webhook)]
pub(super) struct WebhookView {
    /// Names it.
    id: String,
    /// The only tenant whose events it hears; `null` for all.
    #[schema(required)]
    tenant: Option<String>,
    /// Where to.
    url: String,
    /// Your words for it.
    description: String,
    /// Only these types; empty means all.
    types: Vec<String>,
    /// Only for these causes; empty means all.
    causes: Vec<EventCause>,
    /// Whether private addresses are permitted.
    allow_private: bool,
    /// Window of coalescing, in seconds.
    coalesce_seconds: u32,
    /// Whether anything is sent.
    enabled: bool,
    /// Why it was switched off, when no operator did it.
    #[schema(required)]
    disabled_reason: Option<String>,
    /// When that was.
    #[schema(format = DateTime, required)]
    disabled_at: Option<String>,
    /// Since when.
    #[schema(format = DateTime)]
    created: String,
    /// How many secrets sign its messages.
    secrets: usize,
    /// How far it is.
    progress: WebhookProgress,
}

/// How far a webhook is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WebhookProgress {
    /// Events up to this position are told, or their subject waits.
    position: i64,
    /// How many events of the feed it has not come to; not all of them need be for it.
    lag: i64,
    /// Learners and groups whose next event could not be told yet.
    waiting: usize,
    /// Since when nothing can be told.
    #[schema(format = DateTime, required)]
    failing_since: Option<String>,
    /// When it is tried again.
    #[schema(format = DateTime, required)]
    next_attempt: Option<String>,
    /// When an event was told last.
    #[schema(format = DateTime, required)]
    last_delivered: Option<String>,
    /// Events told.
    delivered: u64,
    /// Attempts that failed.
    failed: u64,
    /// Events given up after the whole schedule.
    given_up: u64,
    /// Events up to this position were gone from the feed before they were told: read a snapshot.
    #[schema(required)]
    missed_up_to: Option<i64>,
    /// Replays that are not done.
    replays: usize,
}

page!(
    /// The webhooks.
    WebhookPage of WebhookView
);

/// An attempt to deliver an event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookAttempt)]
pub(super) struct AttemptView {
    /// When it began.
    #[schema(format = DateTime)]
    at: String,
    /// Id of the event: the header `webhook-id`.
    event: String,
    /// Its position; `null` for a test.
    #[schema(required)]
    position: Option<i64>,
    /// Its type.
    #[serde(rename = "type")]
    kind: String,
    /// `delivered`, `refused`, `busy`, `timed_out`, `unreachable`, `forbidden` or `gone`.
    outcome: &'static str,
    /// Status of the answer.
    #[schema(required)]
    status: Option<u16>,
    /// How long it took.
    milliseconds: u32,
    /// What went wrong.
    #[schema(required)]
    detail: Option<String>,
}

page!(
    /// Attempts.
    AttemptPage of AttemptView
);

impl WebhookView {
    pub(super) fn of(row: &WebhookRow) -> Self {
        let (webhook, settings, standing) = (&row.webhook, &row.webhook.settings, &row.standing);
        let time = |micros: i64| Timestamp::from_micros(micros).to_string();
        Self {
            id: webhook.id.clone(),
            tenant: row.tenant.clone(),
            url: settings.url.clone(),
            description: settings.description.clone(),
            types: settings.types.clone(),
            causes: settings.causes.iter().copied().map(EventCause::of).collect(),
            allow_private: settings.allow_private,
            coalesce_seconds: settings.coalesce,
            enabled: webhook.enabled,
            disabled_reason: settings.disabled.as_ref().map(|d| d.reason.clone()),
            disabled_at: settings.disabled.as_ref().map(|d| time(d.at)),
            created: webhook.created.to_string(),
            secrets: webhook.secrets.len(),
            progress: WebhookProgress {
                position: standing.cursor,
                lag: row.lag,
                waiting: standing.parked.len(),
                failing_since: standing.failing_since.map(time),
                next_attempt: row.not_before.map(|at| at.to_string()),
                last_delivered: standing.delivered_at.map(time),
                delivered: standing.delivered,
                failed: standing.failed,
                given_up: standing.given_up,
                missed_up_to: standing.missed,
                replays: settings.replays.iter().filter(|r| r.number > standing.replayed).count(),
            },
        }
    }
}

impl WebhookPage {
    pub(super) fn of(rows: &[WebhookRow]) -> Self {
        Self { items: rows.iter().map(WebhookView::of).collect(), next: None }
    }
}

impl AttemptView {
    pub(super) fn of(attempt: &Attempt) -> Self {
        Self {
            at: attempt.began().to_string(),
            event: attempt.event.clone(),
            position: attempt.position,
            kind: attempt.kind.clone(),
            outcome: attempt.outcome.as_str(),
            status: attempt.status,
            milliseconds: attempt.millis,
            detail: attempt.detail.clone(),
        }
    }
}

impl AttemptPage {
    pub(super) fn of<'a>(attempts: impl IntoIterator<Item = &'a Attempt>) -> Self {
        Self { items: attempts.into_iter().map(AttemptView::of).collect(), next: None }
    }
}
