//! The feed as server-sent events (WHATWG HTML §9.2).

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use service::{ApiCaller, Service};

use super::events::{Asked, Found, found, still_welcome};
use crate::api::call::Call;
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

/// After so long without an event something is sent all the same, so that nobody in between closes the connection.
const BEAT: Duration = Duration::from_secs(15);

/// A stream under way.
struct Walk {
    service: Arc<Service>,
    caller: ApiCaller,
    asked: Asked,
}

/// Begins a stream. What is wrong at its beginning is said by a status.
pub(super) async fn open(call: &Call, mut asked: Asked) -> Outcome<Reply> {
    let service = Arc::clone(call.service());
    let feed = service.feed(asked.op.as_ref(), &asked.query).await?;
    let first = found(feed, asked.op.as_ref())?;
    asked.query.after = Some(first.next);
    let first = text(&first);
    let walk = Walk { service, caller: call.caller.clone(), asked };
    let rest = stream::unfold(walk, step);
    let begin = stream::once(async move { Ok::<_, std::io::Error>(Bytes::from(first)) });
    Ok(Reply::stream("text/event-stream", Body::from_stream(futures_util::StreamExt::chain(begin, rest))))
}

async fn step(mut walk: Walk) -> Option<(Result<Bytes, std::io::Error>, Walk)> {
    if walk.service.is_ending() {
        return None;
    }
    let feed = match walk.service.feed_wait(walk.asked.op.as_ref(), &walk.asked.query, BEAT).await {
        Ok(feed) => feed,
        Err(error) => {
            // The client comes again with its Last-Event-ID.
            tracing::warn!(%error, "a stream of events broke off");
            return None;
        }
    };
    // Nor is anything told to who may no longer hear it; the client comes again and gets to know why.
    still_welcome(&walk.service, &walk.caller, walk.asked.op.as_ref()).await.ok()?;
    // A cursor that is good no longer ends the stream; the client comes again and is told so by a status.
    let page = found(feed, walk.asked.op.as_ref()).ok()?;
    walk.asked.query.after = Some(page.next);
    Some((Ok(Bytes::from(text(&page))), walk))
}

/// Events as text; without any, a comment that keeps the connection open and says where the stream is.
fn text(page: &Found) -> String {
    let mut out = String::new();
    for event in &page.items {
        // Texts and numbers always serialise, on one line.
        let data = serde_json::to_string(event).unwrap_or_default();
        out.push_str(&format!("id: {}\nevent: {}\ndata: {data}\n\n", event.position, event.kind()));
    }
    if out.is_empty() {
        out = format!(": {}\n\n", page.next);
    }
    out
}
