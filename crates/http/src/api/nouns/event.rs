//! An event as the feed, a history and the list of held changes show it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::noun::{Cause, Event, Kind, NewEvent, ResourceId};
use utoipa::ToSchema;

use super::log::Subject;

/// An event in the feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedEvent)]
pub(super) struct EventView {
    /// Its place in the feed, ascending: the cursor to go on from.
    pub(super) position: i64,
    /// The event.
    #[serde(flatten)]
    content: EventContent,
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Event)]
pub(super) struct EventContent {
    /// For telling repetitions.
    id: String,
    /// What happened: `learner.created`.
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    /// Name of the tenant.
    tenant: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// To whom.
    #[schema(required)]
    subject: Option<Subject>,
    /// The other party: who joined or left a group, who was merged.
    #[schema(required)]
    object: Option<Subject>,
    /// Why.
    cause: EventCause,
    /// The run of changes that it belongs to.
    #[schema(required)]
    batch: Option<String>,
    /// Name of the connection, if it came through one.
    #[schema(required)]
    connection: Option<String>,
    /// The request's id, as in the log.
    request: String,
    /// Who did it.
    actor: EventActor,
    /// What is to be known: the learner's `profile`, `changes` with old and new values, and the like.
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// Why something happened.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum EventCause {
    InitialSync,
    Adopted,
    Changed,
    Returned,
    Restored,
    Imported,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
struct EventActor {
    /// `token`, `cli`, `console`, `api_key`, `import`, `system`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Name of the token, session, key or import.
    #[schema(required)]
    name: Option<String>,
}

/// A page of a learner's events.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventPage {
    /// This page.
    pub(super) items: Vec<EventView>,
    /// The cursor of the next page; `null` on the last.
    #[schema(required)]
    pub(super) next: Option<String>,
}

impl EventCause {
    pub(super) fn of(cause: Cause) -> Self {
        match cause {
            Cause::InitialSync => Self::InitialSync,
            Cause::Adopted => Self::Adopted,
            Cause::Changed => Self::Changed,
            Cause::Returned => Self::Returned,
            Cause::Restored => Self::Restored,
            Cause::Imported => Self::Imported,
        }
    }

    pub(super) fn noun(self) -> Cause {
        match self {
            Self::InitialSync => Cause::InitialSync,
            Self::Adopted => Cause::Adopted,
            Self::Changed => Cause::Changed,
            Self::Returned => Cause::Returned,
            Self::Restored => Cause::Restored,
            Self::Imported => Cause::Imported,
        }
    }
}

impl EventView {
    pub(super) fn of(event: &Event, tenant: &str, connection: Option<String>) -> Self {
        Self { position: event.position, content: EventContent::of(&event.event, tenant, connection) }
    }

    /// The type.
    pub(super) fn kind(&self) -> &'static str {
        self.content.kind
    }
}

impl EventContent {
    pub(super) fn of(event: &NewEvent, tenant: &str, connection: Option<String>) -> Self {
        let (kind, name) = event.actor.parts();
        let party = |party: Option<(Kind, ResourceId)>| party.map(Subject::of);
        Self {
            id: event.id.to_string(),
            kind: event.kind.as_str(),
            tenant: tenant.to_owned(),
            at: event.at.to_string(),
            subject: party(event.subject),
            object: party(event.object),
            cause: EventCause::of(event.cause),
            batch: event.batch.map(|id| id.to_string()),
            connection,
            request: event.request.clone(),
            actor: EventActor { kind, name: name.map(str::to_owned) },
            // A purged event has no data left.
            data: serde_json::from_str(&event.data).unwrap_or_default(),
        }
    }
}
