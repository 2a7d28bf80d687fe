//! What a mail address is told at once: notices in one mail. All that it is told is one line, in which nothing goes before what
//! could not be told yet; so a mail that has to wait takes what came meanwhile along.

use std::time::Duration;

use base::Timestamp;
use service::{Digest, ReplayState, Service, ServiceResult, Webhook, WebhookStanding};
use uuid::Uuid;

use crate::window::{Item, Origin, Queue, Window};

/// Stands for the whole line where a subject is asked for; no learner and no group has this id.
pub(crate) const LINE: Uuid = Uuid::nil();
/// Events of the feed read at once, and how often for one mail: a first sync between two notices makes no mail of its own.
const READ: u32 = 512;
const READS: usize = 16;
/// After a mail, the next one waits so many times as long as one waits for more notices: whatever goes on for hours is told
/// every ten minutes, unless somebody says otherwise.
const SPACING: u32 = 10;

/// Notices of a stretch of the feed.
#[derive(Default)]
struct Gathered {
    digest: Digest,
    /// Position of the last event that was read, wanted or not.
    reached: i64,
    /// Whether there was more to read.
    more: bool,
}

/// Finds out what to mail now.
pub(crate) async fn window(
    service: &Service,
    webhook: &Webhook,
    standing: &WebhookStanding,
    now: Timestamp,
) -> ServiceResult<Window> {
    let mut window = Window { cursor: standing.cursor, ..Window::default() };
    if let Some(waiting) = standing.parked.first() {
        if waiting.next > now.as_micros() {
            window.coalescing = Some(Timestamp::from_micros(waiting.next));
            return Ok(window);
        }
        let found = gather(service, webhook, waiting.position - 1, i64::MAX).await?;
        window.cursor = found.reached.max(standing.cursor);
        window.more = found.more;
        let rest = (found.reached < standing.cursor).then_some(found.reached + 1);
        return queue(service, webhook, window, Origin::Parked(0), found, rest).await;
    }
    let found = gather(service, webhook, standing.cursor, i64::MAX).await?;
    if let Some(first) = found.digest.shown.first() {
        let patience = Duration::from_secs(webhook.settings.coalesce.into());
        let last = standing.delivered_at.map(|at| Timestamp::from_micros(at).plus(patience * SPACING));
        let ripe = last.max(Some(first.event.at.plus(patience))).filter(|ripe| now < *ripe);
        if ripe.is_some() {
            window.cursor = first.position - 1;
            window.coalescing = ripe;
            return Ok(window);
        }
    }
    window.more = found.more;
    window.cursor = found.reached;
    if found.digest.shown.is_empty()
        && let Some(state) = standing.replay.filter(|state| state.next <= now.as_micros())
    {
        return replay(service, webhook, standing, state, window).await;
    }
    queue(service, webhook, window, Origin::New, found, None).await
}

/// The same of a replay. What has not been told for the first time comes by itself.
async fn replay(
    service: &Service,
    webhook: &Webhook,
    standing: &WebhookStanding,
    state: ReplayState,
    mut window: Window,
) -> ServiceResult<Window> {
    window.more = true;
    let Some(order) = webhook.settings.replays.iter().find(|order| order.number == state.number) else {
        window.replayed = Some(i64::MAX);
        return Ok(window);
    };
    let found = gather(service, webhook, state.after, order.until.min(standing.cursor)).await?;
    window.replayed = Some(if found.more { found.reached } else { i64::MAX });
    queue(service, webhook, window, Origin::Replay, found, None).await
}

/// What is wanted of the events after a position up to another.
async fn gather(service: &Service, webhook: &Webhook, after: i64, until: i64) -> ServiceResult<Gathered> {
    let mut found = Gathered { reached: after, ..Gathered::default() };
    for _ in 0..READS {
        let events = service.webhook_events(webhook, found.reached, READ).await?;
        found.more = events.len() == READ as usize;
        for event in events {
            if event.position > until {
                found.more = false;
                return Ok(found);
            }
            found.reached = event.position;
            if webhook.wants(&event) {
                found.digest.add(event);
            }
        }
        if !found.more {
            break;
        }
    }
    Ok(found)
}

/// One mail, alone in the window.
async fn queue(
    service: &Service,
    webhook: &Webhook,
    mut window: Window,
    origin: Origin,
    found: Gathered,
    rest: Option<i64>,
) -> ServiceResult<Window> {
    let from = found.digest.shown.first().map(|event| event.position);
    let to = found.digest.last;
    let mail = service.mail(webhook, found.digest).await?;
    let items: Vec<_> =
        from.zip(mail).map(|(from, message)| Item { from, to, message }).into_iter().collect();
    // Without a mail, a line that waited has nothing to wait for any more.
    if !items.is_empty() || matches!(origin, Origin::Parked(_)) {
        let tenant = webhook.tenant.map_or(0, |tenant| tenant.0);
        window.queues.push(Queue { origin, tenant, subject: Some(LINE), items, rest });
    }
    Ok(window)
}
