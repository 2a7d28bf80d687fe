//! An event as it is sent: CloudEvents 1.0, structured mode, JSON.
//!
//! `data` is the event as the feed has it, so that an app reads both with the same code.

use serde_json::{Map, Value, json};
use store::{Cause, Event, Kind, ResourceId};

use crate::Service;
use crate::feed::FeedEvent;

/// Names the form of `data`. A change that an app has to know of gets a new one.
const SCHEMA: &str = "urn:provost:event:v1";

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// For telling repetitions: the event's id.
    pub id: String,
    /// Its place in the feed; `None` for a test.
    pub position: Option<i64>,
    /// Its type.
    pub kind: String,
    /// The subject of a mail.
    pub subject: Option<String>,
    /// The body: a CloudEvent, or the text of a mail.
    pub body: String,
}

impl Service {
    /// Events as they are sent, in the same order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn messages(&self, events: Vec<Event>) -> crate::ServiceResult<Vec<Message>> {
        let base = &self.config.public_url;
        let named = self.named_all(events).await?;
        Ok(named.iter().map(|event| message(base, event)).collect())
    }

    /// A message that tells of nothing.
    pub(super) fn test_message(&self, webhook: &str, tenant: Option<&str>) -> Message {
        let id = self.ids.uuid_v7().to_string();
        let at = self.clock.now().to_string();
        let data = json!({
            "id": id, "type": "webhook.test", "tenant": tenant, "at": at, "subject": null, "object": null,
            "cause": "changed", "batch": null, "connection": null, "request": self.ids.request_id(),
            "actor": {"type": "system", "name": null},
            "data": {"webhook": webhook},
        });
        let kind = "webhook.test".to_owned();
        let body = envelope(&self.config.public_url, &id, &kind, &at, tenant, None, data);
        Message { id, position: None, kind, subject: None, body: body.to_string() }
    }
}

fn envelope(
    base: &str,
    id: &str,
    kind: &str,
    at: &str,
    tenant: Option<&str>,
    subject: Option<&str>,
    data: Value,
) -> Value {
    let source = match tenant {
        Some(tenant) => format!("{base}/t/{tenant}"),
        None => base.to_owned(),
    };
    let mut event = json!({
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": kind,
        "time": at,
        "datacontenttype": "application/json",
        "dataschema": SCHEMA,
    });
    if let Some(subject) = subject {
        event["subject"] = json!(subject);
    }
    event["data"] = data;
    event
}

fn message(base: &str, named: &FeedEvent) -> Message {
    let event = &named.event.event;
    let (id, at) = (event.id.to_string(), event.at.to_string());
    let subject = event.subject.map(|(_, id)| id.to_string());
    let data = feed_form(named);
    let mut body =
        envelope(base, &id, event.kind.as_str(), &at, Some(&named.tenant), subject.as_deref(), data);
    // Extension attributes (CloudEvents §3.2), for those who route without looking into `data`.
    body["position"] = json!(named.event.position.to_string());
    body["cause"] = cause(event.cause);
    Message {
        id,
        position: Some(named.event.position),
        kind: event.kind.as_str().to_owned(),
        subject: None,
        body: body.to_string(),
    }
}

/// An event as the feed has it.
fn feed_form(named: &FeedEvent) -> Value {
    let event = &named.event.event;
    let (actor, name) = event.actor.parts();
    let data: Map<String, Value> = serde_json::from_str(&event.data).unwrap_or_default();
    json!({
        "position": named.event.position,
        "id": event.id.to_string(),
        "type": event.kind.as_str(),
        "tenant": named.tenant,
        "at": event.at.to_string(),
        "subject": party(event.subject),
        "object": party(event.object),
        "cause": cause(event.cause),
        "batch": event.batch.map(|id| id.to_string()),
        "connection": named.connection,
        "request": event.request,
        "actor": {"type": actor, "name": name},
        "data": data,
    })
}

fn party(party: Option<(Kind, ResourceId)>) -> Value {
    let Some((kind, id)) = party else { return Value::Null };
    let kind = match kind {
        Kind::USER => "User",
        Kind::GROUP => "Group",
        _ => "Resource",
    };
    json!({"type": kind, "id": id.to_string()})
}

fn cause(cause: Cause) -> Value {
    // A name without content always serialises.
    serde_json::to_value(cause).unwrap_or_default()
}
