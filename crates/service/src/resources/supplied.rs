//! What a write supplied, for the one class of attributes whose answer depends on it: those that are returned on
//! request (RFC 7643 §7, S-SCHEMA-06).

use std::sync::Arc;

use scim::patch::PatchRequest;
use scim::path::{self, PathTarget};
use scim::schema::{Resolved, Returned};
use scim::{Dialect, Document, ResourceType};
use serde_json::Value;

/// An attribute: the extension that holds it, and its name.
pub(crate) type Supplied = (Option<Arc<str>>, String);

/// The attributes returned on request that a body holds.
pub(crate) fn by_body(rt: &ResourceType, document: &Document) -> Vec<Supplied> {
    if rt.is_plain() {
        return Vec::new();
    }
    on_request(rt).filter(|at| document.get(at).is_some()).map(named).collect()
}

/// The attributes returned on request that a PATCH writes.
pub(crate) fn by_patch(rt: &ResourceType, request: &PatchRequest, dialect: &Dialect) -> Vec<Supplied> {
    if rt.is_plain() {
        return Vec::new();
    }
    let wanted: Vec<Resolved> = on_request(rt).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut written: Vec<Resolved> = Vec::new();
    for operation in &request.operations {
        match (&operation.path, &operation.value) {
            (Some(path), value) => touch(rt, path, value.as_ref(), dialect, &mut written),
            (None, Some(Value::Object(members))) => {
                for (key, value) in members {
                    touch(rt, key, Some(value), dialect, &mut written);
                }
            }
            (None, _) => {}
        }
    }
    let is_written = |at: &Resolved| {
        written.iter().any(|w| w.container == at.container && w.attribute.name == at.attribute.name)
    };
    wanted.into_iter().filter(is_written).map(named).collect()
}

/// What a path, or a bare URN with its members, writes.
fn touch(
    rt: &ResourceType,
    text: &str,
    value: Option<&Value>,
    dialect: &Dialect,
    written: &mut Vec<Resolved>,
) {
    if let (Some(extension), Some(Value::Object(members))) = (rt.container(text), value) {
        for name in members.keys() {
            touch(rt, &format!("{}:{name}", extension.schema.id), None, dialect, written);
        }
        return;
    }
    // The engine has accepted the request; what cannot be read here was ignored there.
    let Ok(path) = path::parse(text, dialect).and_then(|p| p.check(rt, dialect)) else { return };
    match path.target {
        PathTarget::Attr(at) | PathTarget::Element { attr: at, .. } => written.push(at),
        PathTarget::Schema(_) => {}
    }
}

fn on_request(rt: &ResourceType) -> impl Iterator<Item = Resolved> {
    let core = rt.schema.attributes.iter().map(|a| (None, a));
    let extended = rt
        .extensions
        .iter()
        .flat_map(|e| e.schema.attributes.iter().map(|a| (Some(Arc::clone(&e.schema.id)), a)));
    core.chain(extended)
        .filter(|(_, a)| a.returned == Returned::Request)
        .map(|(container, attribute)| Resolved { container, attribute: Arc::clone(attribute), sub: None })
}

fn named(at: Resolved) -> Supplied {
    (at.container, at.attribute.name.clone())
}
