//! What the app is told: the payloads of events, and the one rule that picks a write's event (ruling 10).

use base::Timestamp;
use serde::Serialize;
use store::{Actor, Cause, ConnectionId, EventKind, Kind, NewEvent, ResourceId, State};
use uuid::Uuid;

use crate::changes::FieldChange;
use crate::profile::Profile;

/// What all events of one write share.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// When.
    pub(crate) at: Timestamp,
    /// The request.
    pub(crate) request: String,
    /// Who.
    pub(crate) actor: Actor,
    /// Through which connection, if through one.
    pub(crate) connection: Option<ConnectionId>,
    /// The run of changes.
    pub(crate) batch: Option<Uuid>,
}

impl Origin {
    /// An event of this write.
    pub(crate) fn event(
        &self,
        id: Uuid,
        kind: EventKind,
        subject: Option<(Kind, ResourceId)>,
        cause: Cause,
        data: &impl Serialize,
    ) -> NewEvent {
        NewEvent {
            id,
            kind,
            subject,
            object: None,
            cause,
            batch: self.batch,
            connection: self.connection,
            request: self.request.clone(),
            actor: self.actor.clone(),
            at: self.at,
            // Payloads are maps with text keys, which always serialise.
            data: serde_json::to_string(data).unwrap_or_else(|_| "{}".to_owned()),
        }
    }
}

/// Payload of `learner.*`.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct LearnerData<'a> {
    /// After the change; of a removed learner, the last one.
    pub(crate) profile: &'a Profile,
    /// What changed.
    pub(crate) changes: &'a [FieldChange],
    /// Why the identity alarm went off, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identity: Option<&'a Alarm>,
}

/// Payload of `group.*` and `resource.*`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceData<'a> {
    /// SCIM resource type.
    pub(crate) resource_type: &'a str,
    /// Name to show.
    pub(crate) display_name: &'a str,
    /// `externalId`, as the connection gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<&'a str>,
    /// What changed.
    pub(crate) changes: &'a [FieldChange],
}

/// Payload of `membership.*`.
#[derive(Debug, Serialize)]
pub(crate) struct MembershipData<'a> {
    /// The group.
    pub(crate) group: Party<'a>,
    /// Who joined or left.
    pub(crate) member: Party<'a>,
}

/// One side of a membership.
#[derive(Debug, Serialize)]
pub(crate) struct Party<'a> {
    /// SCIM id.
    pub(crate) id: String,
    /// SCIM resource type.
    #[serde(rename = "type")]
    pub(crate) resource_type: &'a str,
    /// Name to show.
    pub(crate) display: &'a str,
}

/// Why a learner may not be the person that the name stood for so far (design §2, identity alarm).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub(crate) enum Alarm {
    /// The user name arrived with another `externalId`.
    ExternalIdChanged {
        /// What it was.
        old: String,
        /// What it is now.
        new: String,
    },
    /// A new learner has a user name, address or `externalId` that a removed one had.
    ResemblesRemoved {
        /// The removed learner.
        removed: String,
        /// Which attribute they share.
        attribute: &'static str,
    },
}

/// Payload of `connection.identity_refused`.
#[derive(Debug, Serialize)]
pub(crate) struct RefusedIdentityData<'a> {
    /// The connection's name.
    pub(crate) connection: &'a str,
    /// The user name as it came.
    pub(crate) user_name: &'a str,
    /// Why the identity alarm went off.
    pub(crate) identity: &'a Alarm,
}

/// Which event tells of an update: a change of state wins, then the identity alarm (ruling 10).
pub(crate) fn learner_event(old: State, new: State, alarm: bool) -> EventKind {
    match (old, new) {
        (State::Active, State::Inactive) => EventKind::LearnerDeactivated,
        (State::Inactive, State::Active) => EventKind::LearnerReactivated,
        _ if alarm => EventKind::LearnerIdentityChanged,
        _ => EventKind::LearnerUpdated,
    }
}
