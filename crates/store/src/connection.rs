//! Connections: one identity provider's link to one tenant.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ConnectionId, TenantId};

/// Which provider stands at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    /// Microsoft Entra ID.
    Entra,
    /// Okta.
    Okta,
    /// Google Workspace (no custom SCIM: CSV and API).
    Google,
    /// Anything else that speaks SCIM.
    Generic,
}

/// One connection with its policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Storage key.
    pub id: ConnectionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Name within the tenant; `default` exists from the start.
    pub name: String,
    /// The public handle that its tokens carry.
    pub handle: String,
    /// Provider.
    pub kind: ConnectionKind,
    /// Name of the dialect.
    pub dialect: String,
    /// Quirks switched against the dialect's own setting, by name.
    pub quirks: Vec<(String, bool)>,
    /// Whether groups are synchronised (ruling 6).
    pub groups: bool,
    /// Rules for what arrives.
    pub policies: Policies,
    /// Since when SCIM writes are refused with 503; `None` while it works.
    pub paused: Option<i64>,
    /// Since when (µs).
    pub created: i64,
    /// Until when successful reads are logged one by one (µs).
    pub traced_until: i64,
    /// When the first cycle was done (µs): quiet for ten minutes after the first creates (ruling 18).
    pub first_synced: Option<i64>,
}

impl Connection {
    /// Whether reads are logged one by one at this time.
    #[must_use]
    pub fn is_traced(&self, now: Timestamp) -> bool {
        now.as_micros() < self.traced_until
    }
}

/// What a connection does with what arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// When a create takes over a learner that no connection owns.
    pub adopt: Adopt,
    /// What an existing user name with another `externalId` leads to.
    pub identity: IdentityPolicy,
    /// When deactivations are held from the app.
    pub guard: GuardPolicy,
    /// What a member that does not exist leads to.
    #[serde(default)]
    pub members: MissingMembers,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            adopt: Adopt::Email,
            identity: IdentityPolicy::Flag,
            guard: GuardPolicy::default(),
            members: MissingMembers::Refuse,
        }
    }
}

/// Adoption policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adopt {
    /// By user name only.
    Username,
    /// By user name, or by the work e-mail of a learner that no connection owns.
    Email,
    /// Never: an existing user name is a conflict.
    Never,
}

/// Identity-alarm policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityPolicy {
    /// Do it, and raise `learner.identity_changed`.
    Flag,
    /// Refuse with 409.
    Refuse,
}

/// What becomes of a request that names a member who does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingMembers {
    /// It is refused as a whole with 400.
    #[default]
    Refuse,
    /// It is done without that member, and the log says so. Nobody joins later by himself: the provider must send the
    /// member again.
    Skip,
}

/// Mass-change guard: more than max(`floor`, `percent` of the connection's learners) within a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardPolicy {
    /// Never below this many.
    pub floor: u32,
    /// Share of the connection's learners, in percent.
    pub percent: u32,
}

impl Default for GuardPolicy {
    fn default() -> Self {
        Self { floor: 20, percent: 10 }
    }
}
