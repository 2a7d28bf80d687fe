//! `/api/v1/webhooks`: endpoints that are told what happened.

use serde::{Deserialize, Serialize};
use service::{NewWebhook, Operator, WebhookChange, WebhookRow, WebhookSettings};
use utoipa::ToSchema;

use super::event::EventCause;
use super::tokens::span;
use super::webhook_view::{AttemptPage, AttemptView, WebhookPage, WebhookView};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let (all, one) = ("/api/v1/webhooks", "/api/v1/webhooks/{webhook}");
    vec![
        Endpoint::get(all, "listWebhooks", run!(index))
            .about(
                "List webhooks",
                "By creation, with how far each is; never the secrets. A key for one tenant sees that one's.",
            )
            .answer::<WebhookPage>(200, "The webhooks"),
        Endpoint::post(all, "createWebhook", run!(create))
            .about(
                "Create a webhook",
                "For one tenant, or without `tenant` for all; a key for one tenant makes only webhooks for that one. \
                 `secret` is shown only in this answer: signatures are checked with it, as Standard Webhooks says. A \
                 `mailto:` address is told of notices by e-mail, and has no secret.",
            )
            .admin()
            .body::<WebhookCreate>()
            .answer::<WebhookCreated>(201, "The webhook"),
        Endpoint::get(one, "getWebhook", run!(show))
            .about("Show a webhook", "With how far it is.")
            .answer::<WebhookView>(200, "The webhook"),
        Endpoint::patch(one, "updateWebhook", run!(update))
            .about(
                "Change a webhook",
                "What is left out stays. What held it back holds it back no longer: it is tried at once.",
            )
            .admin()
            .body::<WebhookUpdate>()
            .answer::<WebhookView>(200, "The webhook"),
        Endpoint::delete(one, "removeWebhook", run!(remove))
            .about("Remove a webhook", "Nothing is sent there any more.")
            .admin()
            .empty("It is removed"),
        Endpoint::post("/api/v1/webhooks/{webhook}/rotate-secret", "rotateWebhookSecret", run!(rotate))
            .about(
                "Rotate a webhook's secret",
                "For `overlapSeconds`, a day unless said, messages are signed with the old secret too.",
            )
            .admin()
            .body::<WebhookRotate>()
            .optional()
            .answer::<WebhookSecret>(200, "The new secret"),
        Endpoint::post("/api/v1/webhooks/{webhook}/test", "testWebhook", run!(test))
            .about(
                "Send a test message",
                "Sends `webhook.test` now, also when the webhook is disabled, and tells what came of it.",
            )
            .admin()
            .answer::<AttemptView>(200, "What came of it"),
        Endpoint::post("/api/v1/webhooks/{webhook}/replay", "replayWebhook", run!(replay))
            .about(
                "Send events once more",
                "Those after a position up to another, the newest unless said. They keep their ids, and go out beside \
                 what is new.",
            )
            .admin()
            .body::<WebhookReplay>()
            .answer::<WebhookReplaying>(202, "They will be sent"),
        Endpoint::get("/api/v1/webhooks/{webhook}/attempts", "listWebhookAttempts", run!(attempts))
            .about("List attempts", "The latest hundred, newest first.")
            .answer::<AttemptPage>(200, "The attempts"),
    ]
}

/// A webhook to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WebhookCreate {
    /// Where to: https, at a public address; or `mailto:ops@example.org` for notices by e-mail.
    #[schema(max_length = 2000)]
    url: String,
    /// The only tenant whose events it hears.
    tenant: Option<String>,
    /// Your words for it.
    #[serde(default)]
    description: String,
    /// Only these types: `learner.created`, `group.*`. Empty means all.
    #[serde(default)]
    types: Vec<String>,
    /// Only for these causes. Empty means all.
    #[serde(default)]
    causes: Vec<EventCause>,
    /// Whether private addresses and plain http are permitted; only a key for all tenants may say so.
    #[serde(default)]
    allow_private: bool,
    /// For so many seconds `learner.updated` of one learner waits for more of it, and goes out as one. A mail waits as long
    /// for more notices: a minute, unless said.
    #[schema(maximum = 300)]
    coalesce_seconds: Option<u32>,
    /// It begins after this position of the feed; without it, with what happens from now on.
    after: Option<i64>,
}

/// A webhook just made.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookCreated {
    /// What signatures are checked with. It is shown only now; `null` for a mail address.
    #[schema(required)]
    secret: Option<String>,
    /// The webhook.
    webhook: WebhookView,
}

/// A change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WebhookUpdate {
    /// Where to.
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// Your words for it.
    description: Option<String>,
    /// Only these types. Empty means all.
    types: Option<Vec<String>>,
    /// Only for these causes. Empty means all.
    causes: Option<Vec<EventCause>>,
    /// Whether private addresses and plain http are permitted; only a key for all tenants may say so.
    allow_private: Option<bool>,
    /// Window of coalescing, in seconds.
    #[schema(maximum = 300)]
    coalesce_seconds: Option<u32>,
    /// Whether anything is sent. A webhook that was switched off is switched on again by `true`.
    enabled: Option<bool>,
}

/// How to rotate.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct WebhookRotate {
    /// How many seconds the old secret signs too; a day unless said, 0 ends it at once.
    #[schema(maximum = 315360000)]
    overlap_seconds: Option<u64>,
}

/// A secret just made.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookSecret {
    /// What signatures are checked with. It is shown only now.
    secret: String,
}

/// Which events to send once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookReplay {
    /// After this position.
    #[schema(minimum = 0)]
    after: i64,
    /// Up to this one; the newest unless said.
    until: Option<i64>,
}

/// A replay that will be done.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookReplaying {
    /// Counts the webhook's replays.
    number: u64,
    /// After this position.
    after: i64,
    /// Up to this one.
    until: i64,
}

/// The tenant that the caller is bound to.
async fn home(call: &Call) -> Outcome<Option<Operator>> {
    let service = call.service();
    match service.api_home(&call.caller).await? {
        Some(own) => Ok(Some(service.api_operator(&call.caller, &own.name, None).await?)),
        None => Ok(None),
    }
}

/// Private networks are the operator's: a tenant's key must not look around there.
fn may_be_private(home: Option<&Operator>, wanted: bool) -> Outcome<()> {
    if wanted && home.is_some() {
        let detail = "A key for one tenant cannot permit private addresses.";
        return Err(Problem::new(Code::Forbidden, detail).hint("ask the operator of the server"));
    }
    Ok(())
}

async fn view(call: &Call, home: Option<&Operator>, id: &str) -> Outcome<WebhookRow> {
    Ok(call.service().webhook(home, id).await?)
}

async fn index(call: Call) -> Outcome<Reply> {
    let rows = call.service().webhooks(home(&call).await?.as_ref()).await?;
    Reply::json(&WebhookPage::of(&rows))
}

async fn create(call: Call) -> Outcome<Reply> {
    let body: WebhookCreate = call.json()?;
    let home = home(&call).await?;
    may_be_private(home.as_ref(), body.allow_private)?;
    let op = match &body.tenant {
        Some(name) => Some(call.service().api_operator(&call.caller, name, None).await?),
        None if home.is_some() => {
            let detail = "A webhook for all tenants can be made only by a key for all tenants.";
            return Err(Problem::new(Code::Forbidden, detail).hint("name the tenant"));
        }
        None => None,
    };
    let settings = WebhookSettings {
        description: body.description,
        types: body.types,
        causes: body.causes.into_iter().map(EventCause::noun).collect(),
        allow_private: body.allow_private,
        coalesce: body.coalesce_seconds.unwrap_or_else(|| WebhookSettings::usual_coalesce(&body.url)),
        url: body.url,
        ..WebhookSettings::default()
    };
    let made = call.service().webhook_create(op.as_ref(), NewWebhook { settings, after: body.after }).await?;
    let row = view(&call, op.as_ref(), &made.webhook.id).await?;
    let secret = made.secret.map(base::Secret::into_exposed);
    let created = WebhookCreated { secret, webhook: WebhookView::of(&row) };
    Ok(Reply::created(&created)?.header("cache-control", "no-store"))
}

async fn show(call: Call) -> Outcome<Reply> {
    let home = home(&call).await?;
    Reply::json(&WebhookView::of(&view(&call, home.as_ref(), call.param("webhook")).await?))
}

async fn update(call: Call) -> Outcome<Reply> {
    let body: WebhookUpdate = call.json()?;
    let home = home(&call).await?;
    may_be_private(home.as_ref(), body.allow_private == Some(true))?;
    let before = view(&call, home.as_ref(), call.param("webhook")).await?;
    // Where private addresses are permitted already, a tenant's key must not choose others.
    may_be_private(home.as_ref(), body.url.is_some() && before.webhook.settings.allow_private)?;
    let change = WebhookChange {
        url: body.url,
        description: body.description,
        types: body.types,
        causes: body.causes.map(|causes| causes.into_iter().map(EventCause::noun).collect()),
        allow_private: body.allow_private,
        coalesce: body.coalesce_seconds,
        enabled: body.enabled,
    };
    let webhook = call.service().webhook_set(home.as_ref(), &before.webhook.id, &change).await?;
    Reply::json(&WebhookView::of(&view(&call, home.as_ref(), &webhook.id).await?))
}

async fn remove(call: Call) -> Outcome<Reply> {
    call.service().webhook_remove(home(&call).await?.as_ref(), call.param("webhook")).await?;
    Ok(Reply::empty())
}

async fn rotate(call: Call) -> Outcome<Reply> {
    let body: WebhookRotate = call.json_or_default()?;
    let overlap = span(body.overlap_seconds.unwrap_or(24 * 3600), "overlapSeconds")?;
    let home = home(&call).await?;
    let secret = call.service().webhook_rotate(home.as_ref(), call.param("webhook"), overlap).await?;
    let secret = WebhookSecret { secret: secret.expose().clone() };
    Ok(Reply::json(&secret)?.header("cache-control", "no-store"))
}

async fn test(call: Call) -> Outcome<Reply> {
    let home = home(&call).await?;
    let attempt = call.service().webhook_test(home.as_ref(), call.param("webhook")).await?;
    Reply::json(&AttemptView::of(&attempt))
}

async fn replay(call: Call) -> Outcome<Reply> {
    let body: WebhookReplay = call.json()?;
    let home = home(&call).await?;
    let service = call.service();
    let order = service.webhook_replay(home.as_ref(), call.param("webhook"), body.after, body.until).await?;
    let replaying = WebhookReplaying { number: order.number, after: order.after, until: order.until };
    Reply::with(202, &replaying)
}

async fn attempts(call: Call) -> Outcome<Reply> {
    let home = home(&call).await?;
    let row = view(&call, home.as_ref(), call.param("webhook")).await?;
    Reply::json(&AttemptPage::of(&row.standing.attempts))
}
