//! `/api/v1/tenants/{tenant}/log/{sequence}`: one entry of the provisioning log with what belongs to it.

use serde::Serialize;
use serde_json::Value;
use service::noun::NewEvent;
use utoipa::ToSchema;

use super::event::EventContent;
use super::log::EntryView;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/tenants/{tenant}/log/{sequence}", "getLogEntry", run!(show))
            .about(
                "Look at one entry of the log",
                "With the request and the answer where they were kept, and what the app was told because of it.",
            )
            .answer::<DetailView>(200, "The entry"),
    ]
}

/// An entry with what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogEntryDetail)]
struct DetailView {
    /// The entry as the list has it.
    #[serde(flatten)]
    entry: EntryView,
    /// Request and answer of failures and traced traffic; `null` where they were not kept.
    #[schema(required)]
    exchange: Option<Exchange>,
    /// What the app was told, in order: each with the attributes that changed, old and new. What the guard holds is not in it.
    events: Vec<EventContent>,
}

/// A request and its answer, without secrets.
#[derive(Debug, Serialize, ToSchema)]
struct Exchange {
    /// Method and path.
    #[schema(required)]
    request: Option<String>,
    /// The body that was sent; text where it was no JSON, or where it was long and is cut short.
    #[schema(required)]
    body: Option<Value>,
    /// The error that was answered; `null` for what succeeded.
    #[schema(required)]
    answer: Option<Value>,
}

impl Exchange {
    fn of(raw: Value) -> Option<Self> {
        let Value::Object(mut parts) = raw else { return None };
        let mut part = |name| parts.remove(name).filter(|value| !value.is_null());
        Some(Self {
            request: part("request").and_then(|line| line.as_str().map(str::to_owned)),
            body: part("body"),
            answer: part("answer"),
        })
    }
}

async fn show(call: Call) -> Outcome<Reply> {
    let Ok(sequence) = call.param("sequence").parse::<i64>() else {
        return Err(Problem::new(Code::NotFound, "The sequence of an entry is a number.")
            .hint("the list of the log has it as `sequence`"));
    };
    let op = call.operator().await?;
    let found = call.service().log_entry(&op, sequence).await?;
    let connections = call.service().connections(&op).await?;
    let name = |event: &NewEvent| {
        connections.iter().find(|c| Some(c.id) == event.connection).map(|c| c.name.clone())
    };
    let tenant = &op.tenant.tenant.name;
    let events = found.events.iter().map(|event| EventContent::of(event, tenant, name(event))).collect();
    Reply::json(&DetailView {
        entry: EntryView::of(found.entry, found.connection),
        exchange: found.raw.and_then(Exchange::of),
        events,
    })
}
