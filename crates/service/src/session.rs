//! Who is asking: the outcome of authentication, carried through a request.

use std::sync::Arc;

use crate::intake::Intake;
use crate::profile::Mapping;
use crate::pulse::Link;
use scim::{Dialect, Registry, ResourceType};
use store::{Caller, Connection, Kind, Tenant};

/// An authenticated connection, shared by all its requests until something about it changes.
#[derive(Debug, Clone)]
pub struct Session {
    /// Authority for storage.
    pub caller: Caller,
    /// The connection, with its policies.
    pub connection: Arc<Connection>,
    /// Its dialect, with the operator's switches applied.
    pub dialect: Arc<Dialect>,
    /// The tenant with its schemas.
    pub tenant: Arc<TenantView>,
    /// The connection's counters and open batch.
    pub(crate) link: Arc<Link>,
}

impl Session {
    /// Whether groups exist for this caller: the connection has them on and the token covers them (ruling 6).
    #[must_use]
    pub fn sees_groups(&self) -> bool {
        self.connection.groups && matches!(self.caller.grant.scope, store::Scope::UsersAndGroups)
    }
}

/// A tenant as requests see it.
#[derive(Debug)]
pub struct TenantView {
    /// The tenant.
    pub tenant: Tenant,
    /// Its schemas and resource types: built-ins and its own.
    pub registry: Registry,
    /// The number of each resource type, by name.
    pub kinds: Vec<(String, Kind)>,
    /// Learners whom provisioning never locks out.
    pub(crate) protected: std::collections::HashSet<store::ResourceId>,
    /// How its profiles are made.
    pub(crate) profile: Mapping,
    /// What is taken in.
    pub(crate) intake: Intake,
}

impl TenantView {
    /// The number that records of this type carry.
    #[must_use]
    pub fn kind_of(&self, resource_type: &ResourceType) -> Option<Kind> {
        self.kinds.iter().find(|(name, _)| *name == resource_type.name).map(|(_, kind)| *kind)
    }

    /// The type whose records carry this number.
    #[must_use]
    pub fn type_of(&self, kind: Kind) -> Option<&Arc<ResourceType>> {
        let name = self.kinds.iter().find(|(_, k)| *k == kind).map(|(name, _)| name)?;
        self.registry.resource_type(name)
    }
}

/// One request of a session.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who.
    pub session: Arc<Session>,
    /// The request's id: in the log, the events, and the `X-Request-Id` answer header.
    pub request: String,
}
