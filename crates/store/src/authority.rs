//! Authority as a value: who asks, for which tenant, and what they may do.

use serde::{Deserialize, Serialize};

use crate::{ConnectionId, TenantId};

/// On whose behalf storage is opened.
#[derive(Debug, Clone)]
pub enum Authority {
    /// One tenant's data, for a known caller.
    Tenant(Caller),
    /// One of the few statements that belong to no tenant.
    System(Purpose),
}

/// An authenticated caller within one tenant.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The tenant. Every statement carries it.
    pub tenant: TenantId,
    /// The connection whose token was used; for operators, the tenant's default connection.
    pub connection: ConnectionId,
    /// What the caller may do.
    pub grant: Grant,
    /// Who it is, for events and the log.
    pub actor: Actor,
}

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// What the token covers.
    pub scope: Scope,
    /// Whether it may write.
    pub write: bool,
}

/// Which resources a token covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Users and groups (and custom types).
    UsersAndGroups,
    /// Users only: groups look switched off (ruling 6).
    Users,
}

impl Grant {
    /// Everything: what an ordinary connection token carries.
    pub const FULL: Self = Self { scope: Scope::UsersAndGroups, write: true };
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "name")]
pub enum Actor {
    /// An identity provider through a token; the token's name.
    Token(String),
    /// An operator at the command line.
    Cli,
    /// An operator in the console; the session's name.
    Console(String),
    /// The REST API; the key's name.
    ApiKey(String),
    /// A CSV import; the job's id.
    Import(String),
    /// Provost itself (retention, sweeps).
    System,
}

impl Actor {
    /// The word for what it is, as it is serialised, and its name where it has one.
    #[must_use]
    pub fn parts(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Token(name) => ("token", Some(name)),
            Self::Cli => ("cli", None),
            Self::Console(name) => ("console", Some(name)),
            Self::ApiKey(name) => ("api_key", Some(name)),
            Self::Import(id) => ("import", Some(id)),
            Self::System => ("system", None),
        }
    }
}

/// The closed list of reasons to read or write without a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Find the token, or the connection by its handle, that a request presents.
    Authenticate,
    /// List, create, change or delete tenants.
    Tenants,
    /// Background work over all tenants: batches to close, tombstones to purge, tokens about to expire.
    Sweep,
    /// The event feed across tenants.
    Feed,
    /// Make, list, change and revoke keys of the REST API.
    ApiKeys,
    /// Requests of the REST API that may be repeated without being done twice.
    Replays,
    /// Let operators into the console and out of it.
    Console,
    /// Webhooks: endpoints, who works on them, how far they are.
    Webhooks,
    /// Health and readiness.
    Health,
}
