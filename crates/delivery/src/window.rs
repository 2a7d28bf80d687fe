//! What an endpoint is told at once: a few subjects that were parked and are due, a stretch of the feed, or a stretch of a
//! replay; in a queue for each subject.

use std::collections::HashMap;
use std::time::Duration;

use base::Timestamp;
use service::noun::{Event, EventKind};
use service::{Message, Service, ServiceResult, Webhook, WebhookStanding, coalesce};
use uuid::Uuid;

use crate::digest;

/// Most events told in one window.
pub(crate) const MOST: usize = 128;
/// Most subjects of one endpoint that wait. When so many do, nothing new is begun until some of them are told.
pub(crate) const MOST_PARKED: usize = 256;
/// Events of one parked subject told in one window.
const OF_ONE: u32 = 16;
/// Events of the feed read for one window; few of them may be wanted.
const READ: u32 = 512;

/// Where a queue comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A parked subject, by its place in the list.
    Parked(usize),
    /// The feed after the cursor.
    New,
    /// A replay.
    Replay,
}

/// A message and the first event that it stands for.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Position of the first event that it tells of.
    pub(crate) from: i64,
    /// Position of the last one.
    pub(crate) to: i64,
    pub(crate) message: Message,
}

/// Events of one subject, in order.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) origin: Origin,
    pub(crate) tenant: i64,
    pub(crate) subject: Option<Uuid>,
    pub(crate) items: Vec<Item>,
    /// Of a parked subject that has more: where that begins.
    pub(crate) rest: Option<i64>,
}

/// What is told at once.
#[derive(Debug, Default)]
pub(crate) struct Window {
    pub(crate) queues: Vec<Queue>,
    /// The cursor when all of it is told or parked.
    pub(crate) cursor: i64,
    /// Of parked subjects: the first new event that was passed over because of that.
    pub(crate) passed: HashMap<(i64, Uuid), i64>,
    /// The replay's place afterwards.
    pub(crate) replayed: Option<i64>,
    /// Whether there is more to do right away.
    pub(crate) more: bool,
    /// New events wait until then for others of their subject.
    pub(crate) coalescing: Option<Timestamp>,
}

/// A queue before its messages are made.
struct Draft {
    origin: Origin,
    tenant: i64,
    subject: Option<Uuid>,
    events: Vec<Event>,
    rest: Option<i64>,
}

/// Finds out what to tell now.
pub(crate) async fn window(
    service: &Service,
    webhook: &Webhook,
    standing: &WebhookStanding,
    now: Timestamp,
) -> ServiceResult<Window> {
    if webhook.is_mail() {
        return digest::window(service, webhook, standing, now).await;
    }
    let mut window = Window { cursor: standing.cursor, ..Window::default() };
    // An endpoint in trouble is asked one thing, and everything once it answers.
    let budget = if standing.failures > 0 { 1 } else { MOST };
    let mut drafts = Vec::new();
    let mut due: Vec<usize> = (0..standing.parked.len()).collect();
    due.retain(|at| standing.parked[*at].next <= now.as_micros());
    due.sort_by_key(|at| standing.parked[*at].next);
    window.more = due.len() > budget;
    for at in due.into_iter().take(budget) {
        drafts.push(parked(service, webhook, standing, at, budget).await?);
    }
    let room = budget.saturating_sub(drafts.len()).min(MOST_PARKED.saturating_sub(standing.parked.len()));
    if room > 0 {
        new(service, webhook, standing, room, now, &mut window, &mut drafts).await?;
    }
    if drafts.is_empty() && standing.failures == 0 {
        replay(service, webhook, standing, now, &mut window, &mut drafts).await?;
    }
    fill(service, webhook, &mut window, drafts).await?;
    Ok(window)
}

async fn parked(
    service: &Service,
    webhook: &Webhook,
    standing: &WebhookStanding,
    at: usize,
    budget: usize,
) -> ServiceResult<Draft> {
    let parked = &standing.parked[at];
    let limit = OF_ONE.min(u32::try_from(budget).unwrap_or(OF_ONE));
    let mut events =
        service.subject_events(parked.tenant, parked.subject, parked.position - 1, limit).await?;
    let full = parked.subject.is_some() && events.len() == limit as usize;
    let last = events.last().map(|event| event.position);
    // What comes after the cursor is not this queue's, and what comes alone is one event.
    events.retain(|event| {
        event.position <= standing.cursor && (parked.subject.is_some() || event.position == parked.position)
    });
    let rest = last.filter(|last| full && *last < standing.cursor).map(|last| last + 1);
    events.retain(|event| webhook.wants(event));
    Ok(Draft { origin: Origin::Parked(at), tenant: parked.tenant, subject: parked.subject, events, rest })
}

async fn new(
    service: &Service,
    webhook: &Webhook,
    standing: &WebhookStanding,
    room: usize,
    now: Timestamp,
    window: &mut Window,
    drafts: &mut Vec<Draft>,
) -> ServiceResult<()> {
    let events = service.webhook_events(webhook, standing.cursor, READ).await?;
    window.more |= events.len() == READ as usize;
    let patience = Duration::from_secs(webhook.settings.coalesce.into());
    let mut taken = 0;
    for event in events {
        let ripe = event.event.at.plus(patience);
        if !patience.is_zero() && now < ripe {
            window.coalescing = Some(ripe);
            window.more = false;
            break;
        }
        let subject = event.event.subject.map(|(_, id)| id.0);
        let closes = event.event.kind == EventKind::ConnectionSynced;
        // The end of a batch is told when what it closes has been told, as far as that can be.
        if taken == room || (closes && taken > 0) {
            window.more = true;
            break;
        }
        window.cursor = event.position;
        if !webhook.wants(&event) {
            continue;
        }
        let tenant = event.tenant.0;
        if let Some(id) = subject
            && standing.parked_at(tenant, id).is_some()
        {
            window.passed.entry((tenant, id)).or_insert(event.position);
            continue;
        }
        taken += 1;
        push(drafts, Origin::New, tenant, subject, event);
        if closes {
            window.more = true;
            break;
        }
    }
    Ok(())
}

async fn replay(
    service: &Service,
    webhook: &Webhook,
    standing: &WebhookStanding,
    now: Timestamp,
    window: &mut Window,
    drafts: &mut Vec<Draft>,
) -> ServiceResult<()> {
    let Some(state) = standing.replay.filter(|state| state.next <= now.as_micros()) else { return Ok(()) };
    let Some(order) = webhook.settings.replays.iter().find(|order| order.number == state.number) else {
        window.replayed = Some(i64::MAX);
        return Ok(());
    };
    // What has not been told for the first time comes by itself.
    let until = order.until.min(standing.cursor);
    let mut reached = until;
    let mut taken = 0;
    let events = service.webhook_events(webhook, state.after, READ).await?;
    let full = events.len() == READ as usize;
    let last = events.last().map(|event| event.position);
    for event in events {
        if event.position > until {
            break;
        }
        if taken == MOST {
            reached = event.position - 1;
            break;
        }
        let subject = event.event.subject.map(|(_, id)| id.0);
        let waits = |id| {
            let parked = standing.parked_at(event.tenant.0, id).map(|at| &standing.parked[at]);
            parked.is_some_and(|parked| parked.position <= event.position)
        };
        if webhook.wants(&event) && !subject.is_some_and(waits) {
            taken += 1;
            push(drafts, Origin::Replay, event.tenant.0, subject, event);
        }
    }
    if full && let Some(last) = last {
        reached = reached.min(last);
    }
    window.replayed = Some(if reached >= until { i64::MAX } else { reached });
    window.more = true;
    Ok(())
}

/// Behind the others of its subject; an event without one stands alone.
fn push(drafts: &mut Vec<Draft>, origin: Origin, tenant: i64, subject: Option<Uuid>, event: Event) {
    let same = |draft: &&mut Draft| {
        draft.origin == origin && draft.tenant == tenant && draft.subject == subject && subject.is_some()
    };
    match drafts.iter_mut().find(same) {
        Some(draft) => draft.events.push(event),
        None => drafts.push(Draft { origin, tenant, subject, events: vec![event], rest: None }),
    }
}

/// Makes the messages.
async fn fill(
    service: &Service,
    webhook: &Webhook,
    window: &mut Window,
    drafts: Vec<Draft>,
) -> ServiceResult<()> {
    let mut all = Vec::new();
    let mut froms = Vec::new();
    let mut counts = Vec::with_capacity(drafts.len());
    let mut heads = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let first = draft.events.first().map_or(0, |event| event.position);
        let events = if webhook.settings.coalesce > 0 { coalesce(draft.events) } else { draft.events };
        counts.push(events.len());
        let mut from = first;
        for event in &events {
            froms.push(from);
            from = event.position + 1;
        }
        all.extend(events);
        heads.push((draft.origin, draft.tenant, draft.subject, draft.rest));
    }
    let tos: Vec<_> = all.iter().map(|event| event.position).collect();
    let messages = service.messages(all).await?;
    let mut items =
        messages.into_iter().zip(froms).zip(tos).map(|((message, from), to)| Item { from, to, message });
    for ((origin, tenant, subject, rest), count) in heads.into_iter().zip(counts) {
        let items = items.by_ref().take(count).collect();
        window.queues.push(Queue { origin, tenant, subject, items, rest });
    }
    Ok(())
}
