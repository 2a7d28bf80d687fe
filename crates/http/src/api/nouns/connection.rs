//! A connection as it is shown, and its policies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use service::ConnectionSummary;
use service::noun::{self, Connection};
use utoipa::ToSchema;

use crate::api::time::micros;

/// Which provider stands at the other end.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConnectionKind {
    Entra,
    Okta,
    Google,
    Generic,
}

/// When a create takes over a learner that no connection owns.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AdoptPolicy {
    Username,
    Email,
    Never,
}

/// What an existing user name with another `externalId` leads to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum IdentityPolicy {
    Flag,
    Refuse,
}

/// When deactivations are held from the app: more than both within a day.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GuardPolicy {
    /// Never below this many.
    pub(super) floor: u32,
    /// Share of the connection's learners, in percent.
    #[schema(maximum = 100)]
    pub(super) percent: u32,
}

/// What a group's member that does not exist leads to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MemberPolicy {
    Refuse,
    Skip,
}

/// A connection.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Connection)]
pub(super) struct ConnectionView {
    /// Name within the tenant.
    name: String,
    /// The public handle that its tokens carry.
    handle: String,
    /// Provider.
    kind: ConnectionKind,
    /// Dialect.
    dialect: String,
    /// Quirks switched against the dialect's own setting.
    quirks: BTreeMap<String, bool>,
    /// Whether groups are synchronised.
    groups: bool,
    /// When a create takes over a learner.
    adopt: AdoptPolicy,
    /// What an identity alarm leads to.
    identity: IdentityPolicy,
    /// When deactivations are held.
    guard: GuardPolicy,
    /// What a group's member that does not exist leads to.
    missing_members: MemberPolicy,
    /// Since when its writes are refused, while it is paused.
    #[schema(format = DateTime, required)]
    paused: Option<String>,
    /// Since when it exists.
    #[schema(format = DateTime)]
    created: String,
    /// Until when successful reads are logged one by one.
    #[schema(format = DateTime)]
    traced_until: String,
    /// When its first cycle was done.
    #[schema(format = DateTime, required)]
    first_synced: Option<String>,
    /// Learners it manages.
    managed: u64,
    /// Events that the mass-change guard holds back.
    held: u64,
    /// Tokens that still open it.
    live_tokens: u64,
    /// The tenant's revision; the ETag.
    pub(super) revision: i64,
}

impl ConnectionView {
    pub(super) fn of(summary: ConnectionSummary, revision: i64) -> Self {
        let Connection { policies, .. } = summary.connection;
        let own = summary.connection;
        Self {
            name: own.name,
            handle: own.handle,
            kind: match own.kind {
                noun::ConnectionKind::Entra => ConnectionKind::Entra,
                noun::ConnectionKind::Okta => ConnectionKind::Okta,
                noun::ConnectionKind::Google => ConnectionKind::Google,
                noun::ConnectionKind::Generic => ConnectionKind::Generic,
            },
            dialect: own.dialect,
            quirks: own.quirks.into_iter().collect(),
            groups: own.groups,
            adopt: match policies.adopt {
                noun::Adopt::Username => AdoptPolicy::Username,
                noun::Adopt::Email => AdoptPolicy::Email,
                noun::Adopt::Never => AdoptPolicy::Never,
            },
            identity: match policies.identity {
                noun::IdentityPolicy::Flag => IdentityPolicy::Flag,
                noun::IdentityPolicy::Refuse => IdentityPolicy::Refuse,
            },
            guard: GuardPolicy { floor: policies.guard.floor, percent: policies.guard.percent },
            missing_members: match policies.members {
                noun::MissingMembers::Refuse => MemberPolicy::Refuse,
                noun::MissingMembers::Skip => MemberPolicy::Skip,
            },
            paused: own.paused.map(micros),
            created: micros(own.created),
            traced_until: micros(own.traced_until),
            first_synced: own.first_synced.map(micros),
            managed: summary.managed,
            held: summary.held,
            live_tokens: summary.live_tokens as u64,
            revision,
        }
    }
}

impl From<ConnectionKind> for noun::ConnectionKind {
    fn from(kind: ConnectionKind) -> Self {
        match kind {
            ConnectionKind::Entra => Self::Entra,
            ConnectionKind::Okta => Self::Okta,
            ConnectionKind::Google => Self::Google,
            ConnectionKind::Generic => Self::Generic,
        }
    }
}

impl From<AdoptPolicy> for noun::Adopt {
    fn from(policy: AdoptPolicy) -> Self {
        match policy {
            AdoptPolicy::Username => Self::Username,
            AdoptPolicy::Email => Self::Email,
            AdoptPolicy::Never => Self::Never,
        }
    }
}

impl From<IdentityPolicy> for noun::IdentityPolicy {
    fn from(policy: IdentityPolicy) -> Self {
        match policy {
            IdentityPolicy::Flag => Self::Flag,
            IdentityPolicy::Refuse => Self::Refuse,
        }
    }
}

impl From<MemberPolicy> for noun::MissingMembers {
    fn from(policy: MemberPolicy) -> Self {
        match policy {
            MemberPolicy::Refuse => Self::Refuse,
            MemberPolicy::Skip => Self::Skip,
        }
    }
}
