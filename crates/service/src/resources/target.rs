//! Which resource type a request is about, and whether the caller may do that to it.

use std::sync::Arc;

use scim::{Registry, ResourceType, ScimError};
use store::{Kind, ResourceId, Scope};

use super::{Attempt, Explanation, Failure};
use crate::{Context, Service};

/// The resource type at an endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Its definition.
    pub(crate) rt: Arc<ResourceType>,
    /// The number that its records carry.
    pub(crate) kind: Kind,
}

/// Why a resource type does not exist for a caller (ruling 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// Groups are switched off.
    Off,
    /// The token covers users only.
    Scope,
}

impl Service {
    /// Whether the endpoint exists, before anything else about a request is looked at.
    ///
    /// # Errors
    /// 404.
    pub fn check_endpoint(&self, cx: &Context, endpoint: &str) -> Result<(), ScimError> {
        target(cx, endpoint).map(|_| ()).map_err(|failure| failure.into_parts().0)
    }
}

/// The resource type at an endpoint: `Users`.
///
/// # Errors
/// 404.
pub(crate) fn target(cx: &Context, endpoint: &str) -> Attempt<Target> {
    let session = &cx.session;
    let found = session
        .tenant
        .registry
        .by_endpoint(endpoint, &session.dialect)
        .and_then(|rt| Some(Target { rt: Arc::clone(rt), kind: session.tenant.kind_of(rt)? }));
    found.ok_or_else(|| {
        let name: String = endpoint.chars().filter(|c| !c.is_control()).take(60).collect();
        let detail = format!("There is no endpoint /{name}. See /ResourceTypes for those there are.");
        Failure::because(Explanation::UnknownEndpoint, ScimError::plain(404, detail))
    })
}

/// Whether, and why, this type does not exist for the caller.
pub(crate) fn hidden(cx: &Context, kind: Kind) -> Option<Hidden> {
    let session = &cx.session;
    if kind == Kind::USER {
        None
    } else if session.caller.grant.scope == Scope::Users {
        Some(Hidden::Scope)
    } else if kind == Kind::GROUP && !session.connection.groups {
        Some(Hidden::Off)
    } else {
        None
    }
}

/// The schemas and resource types as they are for this caller: without types that are hidden, and without the
/// attributes that only point at those, such as the `groups` of users (ruling 6).
pub(crate) fn visible(cx: &Context) -> Registry {
    let tenant = &cx.session.tenant;
    let all = &tenant.registry;
    let is_hidden =
        |rt: &&Arc<ResourceType>| tenant.kind_of(rt).is_some_and(|kind| hidden(cx, kind).is_some());
    let gone: Vec<_> = all.types().iter().filter(is_hidden).map(Arc::clone).collect();
    gone.iter().fold(all.clone(), |left, rt| left.without_type(&rt.name))
}

/// Whether the caller may write resources of this type now.
///
/// # Errors
/// 403 for a token that may not, 501 for groups that are off, 503 while the connection is paused.
pub(crate) fn may_write(cx: &Context, target: &Target) -> Attempt<()> {
    let session = &cx.session;
    if !session.caller.grant.write {
        let error = ScimError::plain(403, "This token may only read. Use a token that may write.");
        return Err(Failure::because(Explanation::ReadOnlyToken, error));
    }
    match hidden(cx, target.kind) {
        Some(Hidden::Scope) => {
            let detail = format!("This token covers users only, not {}.", target.rt.endpoint);
            return Err(Failure::because(Explanation::GroupsNotCovered, ScimError::plain(403, detail)));
        }
        Some(Hidden::Off) => {
            let error = ScimError::plain(
                501,
                "Groups are not synchronised on this connection. Disable group provisioning in the identity provider, \
                 or have groups switched on here.",
            );
            return Err(Failure::because(Explanation::GroupsOff, error));
        }
        None => {}
    }
    if session.connection.paused.is_some() {
        let error = ScimError::plain(503, "This connection is paused. Try again later; nothing is lost.");
        return Err(Failure::because(Explanation::Paused, error));
    }
    Ok(())
}

/// The id in a path. Anything that is not an id is simply not found (S-GET-04).
///
/// # Errors
/// 404.
pub(crate) fn resource_id(target: &Target, id: &str) -> Attempt<ResourceId> {
    id.parse().map_err(|_| not_found(target, id))
}

/// There is no such resource.
pub(crate) fn not_found(target: &Target, id: &str) -> Failure {
    let id: String = id.chars().filter(|c| !c.is_control()).take(60).collect();
    let detail = format!("There is no {} with the id {id}.", target.rt.name);
    Failure::because(Explanation::NotFound, ScimError::plain(404, detail))
}
