//! The feed as server-sent events (WHATWG HTML §9.2).

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use service::{Feed, Service};

use super::event::EventView;
use super::events::{Asked, expired};
use crate::api::call::Call;
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

/// After so long without an event something is sent all the same, so that nobody in between closes the connection.
const BEAT: Duration = Duration::from_secs(15);

/// A stream under way.
struct Walk {
    service: Arc<Service>,
    asked: Asked,
    over: bool,
}

/// Begins a stream. What is wrong at its beginning is said by a status.
pub(super) async fn open(call: &Call, mut asked: Asked) -> Outcome<Reply> {
    let service = Arc::clone(call.service());
    let first = match service.feed(asked.op.as_ref(), &asked.query).await? {
        Feed::Expired { floor } => return Err(expired(floor, asked.op.as_ref())),
        Feed::Page { events, next, .. } => {
            asked.query.after = Some(next);
            let views = events.into_iter().map(|e| EventView::of(&e.event, &e.tenant, e.connection));
            text(views, next)
        }
    };
    let walk = Walk { service, asked, over: false };
    let rest = stream::unfold(walk, step);
    let begin = stream::once(async move { Ok::<_, std::io::Error>(Bytes::from(first)) });
    Ok(Reply::stream("text/event-stream", Body::from_stream(futures_util::StreamExt::chain(begin, rest))))
}

async fn step(mut walk: Walk) -> Option<(Result<Bytes, std::io::Error>, Walk)> {
    if walk.over || walk.service.is_ending() {
        return None;
    }
    let found = walk.service.feed_wait(walk.asked.op.as_ref(), &walk.asked.query, BEAT).await;
    let out = match found {
        Ok(Feed::Page { events, next, .. }) => {
            walk.asked.query.after = Some(next);
            let views = events.into_iter().map(|e| EventView::of(&e.event, &e.tenant, e.connection));
            text(views, next)
        }
        Ok(Feed::Expired { floor }) => {
            walk.over = true;
            format!("event: cursor_expired\ndata: {{\"floor\":{floor}}}\n\n")
        }
        Err(error) => {
            // The client comes again with its Last-Event-ID.
            tracing::warn!(%error, "a stream of events broke off");
            walk.over = true;
            return None;
        }
    };
    Some((Ok(Bytes::from(out)), walk))
}

/// Events as text; without any, a comment that keeps the connection open and says where the stream is.
fn text(events: impl Iterator<Item = EventView>, next: i64) -> String {
    let mut out = String::new();
    for event in events {
        // Texts and numbers always serialise, on one line.
        let data = serde_json::to_string(&event).unwrap_or_default();
        out.push_str(&format!("id: {}\nevent: {}\ndata: {data}\n\n", event.position, event.kind()));
    }
    if out.is_empty() {
        out = format!(": {next}\n\n");
    }
    out
}
