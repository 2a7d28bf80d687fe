//! `/api/v1/events`: the feed.

use std::time::Duration;

use axum::http::header;
use serde::{Deserialize, Serialize};
use service::noun::EventKind;
use service::{ApiCaller, Feed, FeedQuery, Operator, Service};
use utoipa::ToSchema;

use super::event::EventView;
use super::stream;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::size;
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

/// Longest a request may wait.
const LONGEST: u64 = 60;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/events", "listEvents", run!(index))
            .about(
                "Read the event feed",
                "In order, after a cursor: keep `next` with your own data and give it as `after`. `wait` waits for the \
                 first event when there is none. With `Accept: text/event-stream` the answer is a stream that goes on; \
                 `Last-Event-ID` takes the place of `after`. When events after the cursor are gone, the answer is 410: \
                 read a snapshot of each tenant and go on from its `eventsAfter`.",
            )
            .query::<EventQuery>()
            .answer::<FeedPage>(200, "Events")
            .streams("text/event-stream", "Events"),
    ]
}

/// Which events.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EventQuery {
    /// The cursor: `next` of the answer before, or `eventsAfter` of a snapshot. Without it, the oldest events kept.
    #[schema(minimum = 0, value_type = Option<i64>)]
    after: Option<i64>,
    /// Most events; 100 unless said.
    #[schema(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Only these types, separated by commas: `learner.created,learner.updated`, or `learner.*`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Only of this tenant.
    tenant: Option<String>,
    /// How many seconds to wait for an event when there is none.
    #[schema(minimum = 0, maximum = 60)]
    wait: Option<u64>,
}

/// Events, and where to go on.
#[derive(Debug, Serialize, ToSchema)]
struct FeedPage {
    /// The events.
    items: Vec<EventView>,
    /// The cursor to go on from; it moves also when no event was of a type asked for.
    next: i64,
    /// Whether there is more already.
    more: bool,
}

/// The types that a list names.
fn kinds(text: Option<&str>) -> Outcome<Vec<EventKind>> {
    let mut out = Vec::new();
    for name in text.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let prefix = name.strip_suffix('*').filter(|p| p.ends_with('.'));
        let fits = |kind: &EventKind| match prefix {
            Some(prefix) => kind.as_str().starts_with(prefix),
            None => kind.as_str() == name,
        };
        let found: Vec<_> = EventKind::ALL.iter().copied().filter(fits).collect();
        if found.is_empty() {
            let shown: String = name.chars().take(60).collect();
            return Err(Problem::new(Code::InvalidRequest, format!("There is no event type \"{shown}\"."))
                .hint("types are learner.created, group.*, membership.added …"));
        }
        out.extend(found);
    }
    Ok(out)
}

/// What a request asks of the feed.
pub(super) struct Asked {
    pub(super) op: Option<Operator>,
    pub(super) query: FeedQuery,
}

async fn asked(call: &Call, query: &EventQuery) -> Outcome<Asked> {
    let service = call.service();
    let tenant = match &query.tenant {
        Some(name) => Some(name.clone()),
        // A key for one tenant sees that one's events.
        None => service.api_home(&call.caller).await?.map(|tenant| tenant.name),
    };
    let op = match tenant {
        Some(name) => Some(service.api_operator(&call.caller, &name, None).await?),
        None => None,
    };
    let after = match last_event_id(call)? {
        Some(id) => Some(id),
        None => query.after,
    };
    if after.is_some_and(|after| after < 0) {
        return Err(Problem::new(Code::InvalidRequest, "after is no cursor of the feed."));
    }
    let limit = size(query.limit)?;
    Ok(Asked { op, query: FeedQuery { after, limit, kinds: kinds(query.kind.as_deref())? } })
}

/// Where an interrupted stream goes on.
fn last_event_id(call: &Call) -> Outcome<Option<i64>> {
    let Some(value) = call.headers.get("last-event-id") else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number
        .map(Some)
        .ok_or_else(|| Problem::new(Code::InvalidRequest, "Last-Event-ID is no cursor of the feed."))
}

/// Events and where to go on.
pub(super) struct Found {
    pub(super) items: Vec<EventView>,
    pub(super) next: i64,
    more: bool,
}

/// What the feed answered, or 410 with the way on.
pub(super) fn found(feed: Feed, op: Option<&Operator>) -> Outcome<Found> {
    let detail = match feed {
        Feed::Page { events, next, more } => {
            let views = events.into_iter().map(|e| EventView::of(&e.event, &e.tenant, e.connection));
            return Ok(Found { items: views.collect(), next, more });
        }
        Feed::Expired { floor } => {
            format!("Events up to {floor} are not kept any more; the cursor is older.")
        }
        Feed::Ahead { end } => format!(
            "The newest event is {end}; the cursor is ahead of it. The directory was set back to an older copy."
        ),
    };
    let tenant = op.map_or("{tenant}", |op| &op.tenant.tenant.name);
    Err(Problem::new(Code::CursorExpired, detail).hint(format!(
        "read /api/v1/tenants/{tenant}/snapshot to its end, put your data right by it, then go on with \
         /api/v1/events?after= and its eventsAfter"
    )))
}

/// Whether who has waited may still hear what came: the key may be revoked or the tenant deleted by now.
pub(super) async fn still_welcome(
    service: &Service,
    caller: &ApiCaller,
    op: Option<&Operator>,
) -> Outcome<()> {
    service.api_still_open(caller).await?;
    if let Some(op) = op {
        service.is_still_there(op).await?;
    }
    Ok(())
}

async fn index(call: Call) -> Outcome<Reply> {
    let query: EventQuery = call.query()?;
    if query.wait.is_some_and(|wait| wait > LONGEST) {
        let detail = format!("wait is more than {LONGEST} seconds.");
        return Err(Problem::new(Code::InvalidRequest, detail));
    }
    let asked = asked(&call, &query).await?;
    let accepts = call.headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/event-stream") {
        return stream::open(&call, asked).await;
    }
    let wait = Duration::from_secs(query.wait.unwrap_or(0));
    let feed = call.service().feed_wait(asked.op.as_ref(), &asked.query, wait).await?;
    if !wait.is_zero() {
        still_welcome(call.service(), &call.caller, asked.op.as_ref()).await?;
    }
    let Found { items, next, more } = found(feed, asked.op.as_ref())?;
    Reply::json(&FeedPage { items, next, more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_singly_or_by_their_noun() {
        assert_eq!(kinds(None).unwrap_or_default(), []);
        assert_eq!(
            kinds(Some("learner.created, membership.*")).unwrap_or_default(),
            [EventKind::LearnerCreated, EventKind::MembershipAdded, EventKind::MembershipRemoved]
        );
        for bad in ["learner", "*", "x.*", "learner.created,nothing"] {
            assert!(kinds(Some(bad)).is_err(), "{bad}");
        }
    }
}
