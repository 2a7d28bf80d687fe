//! `/api/v1/tenants/{tenant}/log`: the provisioning log.

use serde::{Deserialize, Serialize};
use service::noun::{self, Kind, LogEntry, LogFilter};
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::{after_number, page, size};
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/tenants/{tenant}/log", "listLog", run!(index))
            .about("Read the provisioning log", "Newest first; every failure says what to do about it.")
            .query::<LogQuery>()
            .answer::<LogPage>(200, "A page of entries"),
    ]
}

/// Which entries.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    /// Only of this connection.
    connection: Option<String>,
    /// Only about this resource, by its id.
    subject: Option<String>,
    /// Only failures.
    #[serde(default)]
    #[schema(default = false)]
    failures: bool,
    /// `next` of the page before; without it, the newest.
    cursor: Option<String>,
    /// Most results on the page; 100 unless said.
    #[schema(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// What was attempted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LogAction {
    Create,
    Replace,
    Patch,
    Delete,
    Read,
    Bulk,
    Restore,
    Import,
    Adopt,
    Authenticate,
    Administer,
}

/// How it ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LogOutcome {
    Done,
    Unchanged,
    Refused,
    Failed,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LogEntry)]
pub(super) struct EntryView {
    /// Ascending within the tenant; names the entry.
    sequence: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Name of the connection.
    #[schema(required)]
    connection: Option<String>,
    /// The request's id.
    request: String,
    /// What was attempted.
    action: LogAction,
    /// How it ended.
    outcome: LogOutcome,
    /// HTTP status.
    status: u16,
    /// `scimType` of a failure.
    #[schema(required)]
    scim_type: Option<String>,
    /// On what.
    #[schema(required)]
    subject: Option<Subject>,
    /// Name of the subject, or what was looked for.
    label: String,
    /// Paths that changed.
    paths: Vec<String>,
    /// Explanation of a failure, or a note.
    #[schema(required)]
    code: Option<String>,
    /// What happened and what to do.
    #[schema(required)]
    detail: Option<String>,
    /// What the administrator of the identity provider can do about `code`.
    #[schema(required)]
    advice: Option<&'static str>,
    /// Request and answer, of failures and traced traffic.
    #[schema(required)]
    raw: Option<String>,
    /// How often, for refused sign-ins of one cause and minute.
    times: u32,
}

/// A resource by type and id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceRef)]
pub(super) struct Subject {
    /// SCIM resource type; of a tenant's own type, `Resource`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// SCIM id.
    id: String,
}

page!(
    /// A page of entries.
    LogPage of EntryView
);

impl Subject {
    pub(super) fn of((kind, id): (Kind, noun::ResourceId)) -> Self {
        let kind = match kind {
            Kind::USER => "User",
            Kind::GROUP => "Group",
            _ => "Resource",
        };
        Self { kind, id: id.to_string() }
    }
}

fn action(action: noun::Action) -> LogAction {
    match action {
        noun::Action::Create => LogAction::Create,
        noun::Action::Replace => LogAction::Replace,
        noun::Action::Patch => LogAction::Patch,
        noun::Action::Delete => LogAction::Delete,
        noun::Action::Read => LogAction::Read,
        noun::Action::Bulk => LogAction::Bulk,
        noun::Action::Restore => LogAction::Restore,
        noun::Action::Import => LogAction::Import,
        noun::Action::Adopt => LogAction::Adopt,
        noun::Action::Authenticate => LogAction::Authenticate,
        noun::Action::Administer => LogAction::Administer,
    }
}

impl EntryView {
    pub(super) fn of(entry: LogEntry, connection: Option<String>) -> Self {
        let own = entry.entry;
        Self {
            sequence: entry.sequence,
            at: own.at.to_string(),
            connection,
            request: own.request,
            action: action(own.action),
            outcome: match own.outcome {
                noun::Outcome::Done => LogOutcome::Done,
                noun::Outcome::Unchanged => LogOutcome::Unchanged,
                noun::Outcome::Refused => LogOutcome::Refused,
                noun::Outcome::Failed => LogOutcome::Failed,
            },
            status: own.status,
            scim_type: own.scim_type,
            subject: own.subject.map(Subject::of),
            label: own.label,
            paths: own.paths,
            advice: own.code.as_deref().and_then(service::Fault::advice_of),
            code: own.code,
            detail: own.detail,
            raw: own.raw,
            times: entry.times,
        }
    }
}

async fn index(call: Call) -> Outcome<Reply> {
    let query: LogQuery = call.query()?;
    let op = call.operator_at(query.connection.as_deref()).await?;
    let subject = match &query.subject {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            Problem::new(Code::InvalidRequest, "subject is not an id that this service gave out.")
        })?),
    };
    let filter = LogFilter {
        connection: query.connection.is_some().then_some(op.connection.id),
        subject,
        failures: query.failures,
        before: after_number(query.cursor.as_deref())?,
    };
    let limit = size(query.limit)?;
    let entries = call.service().provisioning_log(&op, &filter, limit).await?;
    let connections = call.service().connections(&op).await?;
    let full = entries.len() == limit as usize;
    let next = entries.last().filter(|_| full).map(|last| last.sequence.to_string());
    let name = |entry: &LogEntry| {
        connections.iter().find(|c| c.id == entry.entry.connection).map(|c| c.name.clone())
    };
    let items = entries.into_iter().map(|entry| {
        let connection = name(&entry);
        EntryView::of(entry, connection)
    });
    Reply::json(&LogPage { items: items.collect(), next })
}
