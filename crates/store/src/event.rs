//! Events: the durable, ordered record of what changed.

use base::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Actor, ConnectionId, Kind, ResourceId, TenantId};

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $text:literal,)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventKind { $($(#[$doc])* $name,)* }

        impl EventKind {
            /// Every kind.
            pub const ALL: &'static [EventKind] = &[$(EventKind::$name,)*];

            /// The number that storage keeps. Never reused.
            #[must_use]
            pub const fn code(self) -> i16 {
                match self { $(EventKind::$name => $code,)* }
            }

            /// The type on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(EventKind::$name => $text,)* }
            }

            /// The kind with this number.
            #[must_use]
            pub fn from_code(code: i16) -> Option<Self> {
                Self::ALL.iter().copied().find(|k| k.code() == code)
            }
        }
    };
}

event_kinds! {
    /// A learner was created.
    LearnerCreated = 1 "learner.created",
    /// A learner's attributes changed.
    LearnerUpdated = 2 "learner.updated",
    /// `active` became false.
    LearnerDeactivated = 3 "learner.deactivated",
    /// `active` became true again.
    LearnerReactivated = 4 "learner.reactivated",
    /// SCIM DELETE.
    LearnerRemoved = 5 "learner.removed",
    /// An operator brought a removed learner back under the same id.
    LearnerRestored = 6 "learner.restored",
    /// A known name arrived with another identity.
    LearnerIdentityChanged = 7 "learner.identity_changed",
    /// Another learner (the event's object) turned out to be the same person and was merged into this one.
    LearnerMerged = 8 "learner.merged",
    /// A group was created.
    GroupCreated = 20 "group.created",
    /// A group's attributes changed.
    GroupUpdated = 21 "group.updated",
    /// A group was removed; its memberships end with it.
    GroupRemoved = 22 "group.removed",
    /// An operator brought a removed group back.
    GroupRestored = 23 "group.restored",
    /// Someone joined a group.
    MembershipAdded = 30 "membership.added",
    /// Someone left a group.
    MembershipRemoved = 31 "membership.removed",
    /// A token was made.
    TokenCreated = 40 "token.created",
    /// A token was rotated.
    TokenRotated = 41 "token.rotated",
    /// A token was revoked.
    TokenRevoked = 42 "token.revoked",
    /// A token expires soon.
    TokenExpiring = 43 "token.expiring",
    /// A batch of changes is complete.
    ConnectionSynced = 50 "connection.synced",
    /// Nothing heard for long.
    ConnectionSilent = 51 "connection.silent",
    /// Requests keep failing.
    ConnectionFailing = 52 "connection.failing",
    /// An operator paused it, or let it go on.
    ConnectionPaused = 53 "connection.paused",
    /// The mass-change guard holds events back.
    ConnectionHeld = 54 "connection.held",
    /// The provider comes only once a day, where it came every 40 minutes: its job seems to be in quarantine.
    ConnectionQuarantined = 55 "connection.quarantined",
    /// A known name arrived with another identity, and the connection's policy refused it. Told once a day of each learner
    /// and identity, however often the provider tries.
    ConnectionIdentityRefused = 56 "connection.identity_refused",
    /// A custom resource was created.
    ResourceCreated = 60 "resource.created",
    /// A custom resource changed.
    ResourceUpdated = 61 "resource.updated",
    /// A custom resource was removed.
    ResourceRemoved = 62 "resource.removed",
    /// A webhook failed for days, or its receiver is gone for good: nothing is sent there any more.
    WebhookDisabled = 70 "webhook.disabled",
}

/// Why it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The connection's first cycle.
    InitialSync,
    /// A connection took over a learner that existed.
    Adopted,
    /// An ordinary change.
    Changed,
    /// A learner came back.
    Returned,
    /// An operator restored a removed one.
    Restored,
    /// A CSV import.
    Imported,
}

/// An event to be written with a change.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// For deduplication by receivers.
    pub id: Uuid,
    /// What happened.
    pub kind: EventKind,
    /// To whom. Events of one subject keep their order.
    pub subject: Option<(Kind, ResourceId)>,
    /// Second party: the member of a `membership.*` (whose subject is the group), the other learner of a
    /// `learner.merged`.
    pub object: Option<(Kind, ResourceId)>,
    /// Why.
    pub cause: Cause,
    /// Which run of changes it belongs to.
    pub batch: Option<Uuid>,
    /// Through which connection, if through one.
    pub connection: Option<ConnectionId>,
    /// The request.
    pub request: String,
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// Payload: JSON object with `profile`, `changes` and the like.
    pub data: String,
}

/// An event in the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Dense, global, ascending; the feed's cursor (ruling 10).
    pub position: i64,
    /// Whose.
    pub tenant: TenantId,
    /// The event.
    pub event: NewEvent,
}

/// An event that the mass-change guard keeps from the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldEvent {
    /// Order among held events.
    pub sequence: i64,
    /// The event.
    pub event: NewEvent,
}

/// Which events to read.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only these kinds; empty means all.
    pub kinds: Vec<EventKind>,
    /// Only of this subject.
    pub subject: Option<ResourceId>,
}
