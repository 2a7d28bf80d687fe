//! Resources as stored.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ConnectionId, Kind, ResourceId};

/// Where a learner stands. Groups and custom resources are always active or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Works.
    Active,
    /// `active=false`: locked out, visible to filters.
    Inactive,
}

/// Where a resource came from first; never changes (ruling 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An identity provider.
    Scim,
    /// A CSV import.
    Csv,
    /// The REST API.
    Api,
    /// An operator.
    Console,
}

/// One live resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// SCIM `id`.
    pub id: ResourceId,
    /// Resource type.
    pub kind: Kind,
    /// Counts changes from 1; the ETag.
    pub version: i64,
    /// When it was created.
    pub created: Timestamp,
    /// When its state last changed.
    pub modified: Timestamp,
    /// Active or not.
    pub state: State,
    /// Origin.
    pub source: Source,
    /// The connection that manages it, if any.
    pub managed_by: Option<ConnectionId>,
    /// Since when it is managed.
    pub managed_since: Option<Timestamp>,
    /// `externalId` as each connection knows it.
    pub external_ids: Vec<(ConnectionId, String)>,
    /// The canonical document without `externalId`, as JSON text (see `scim::Document`).
    pub body: String,
    /// User name of a learner, display name of anything else: for lists, logs and `display`.
    pub label: String,
}

impl Record {
    /// The `externalId` that this connection gave.
    #[must_use]
    pub fn external_id(&self, connection: ConnectionId) -> Option<&str> {
        self.external_ids.iter().find(|(c, _)| *c == connection).map(|(_, v)| v.as_str())
    }
}

/// A removed resource: gone from SCIM, kept for the retention time (ruling 8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// What it was; `None` once purged.
    pub record: Option<Record>,
    /// Its id, which is never used again.
    pub id: ResourceId,
    /// Resource type.
    pub kind: Kind,
    /// When it was removed.
    pub removed: Timestamp,
}

/// A group that a resource is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRef {
    /// The group.
    pub id: ResourceId,
    /// Its current display name.
    pub display: String,
    /// Whether it is a direct member; direct wins over indirect.
    pub direct: bool,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRef {
    /// The member.
    pub id: ResourceId,
    /// What it is.
    pub kind: Kind,
    /// Its current display name; empty for a learner who has none.
    pub display: String,
}
