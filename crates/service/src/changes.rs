//! What differs between two states of a resource, attribute by attribute.

use scim::{Document, ResourceType};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One attribute that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FieldChange {
    /// Canonical path: `displayName`, `name.givenName`, `emails`, `urn:…:User:department`.
    pub(crate) path: String,
    /// Before; absent when it was unassigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) old: Option<Value>,
    /// After; absent when it is unassigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) new: Option<Value>,
}

impl FieldChange {
    /// Leaves the path alone.
    pub(crate) fn forget(&mut self) {
        (self.old, self.new) = (None, None);
    }
}

/// The differences, in the order of the old state, then what is new. Lists are compared as a whole, in whatever order
/// their elements stand; `schemas` follows from the rest and is left out.
pub(crate) fn between(rt: &ResourceType, old: &Document, new: &Document) -> Vec<FieldChange> {
    let mut out = Vec::new();
    objects(old.as_map(), new.as_map(), &mut |key, before, after| {
        if key == "schemas" {
            return;
        }
        let Some(extension) = rt.container(key) else {
            value(key.to_owned(), before, after, &mut out);
            return;
        };
        let empty = Map::new();
        let before = before.and_then(Value::as_object).unwrap_or(&empty);
        let after = after.and_then(Value::as_object).unwrap_or(&empty);
        objects(before, after, &mut |name, b, a| {
            value(format!("{}:{name}", extension.schema.id), b, a, &mut out);
        });
    });
    out
}

/// Every attribute of a new resource as a change from nothing.
pub(crate) fn all(rt: &ResourceType, new: &Document) -> Vec<FieldChange> {
    between(rt, &Document::default(), new)
}

/// The paths alone, for the log.
pub(crate) fn paths(changes: &[FieldChange]) -> Vec<String> {
    changes.iter().map(|c| c.path.clone()).collect()
}

fn objects(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    visit: &mut impl FnMut(&str, Option<&Value>, Option<&Value>),
) {
    for (key, before) in old {
        let after = new.get(key);
        if after != Some(before) {
            visit(key, Some(before), after);
        }
    }
    for (key, after) in new {
        if !old.contains_key(key) {
            visit(key, None, Some(after));
        }
    }
}

fn value(path: String, before: Option<&Value>, after: Option<&Value>, out: &mut Vec<FieldChange>) {
    let empty = Map::new();
    let (old, new) = match (before, after) {
        (Some(Value::Array(old)), Some(Value::Array(new))) if same_elements(old, new) => return,
        (Some(Value::Object(old)), Some(Value::Object(new))) => (old, new),
        (Some(Value::Object(old)), None) => (old, &empty),
        (None, Some(Value::Object(new))) => (&empty, new),
        _ => {
            out.push(FieldChange { path, old: before.cloned(), new: after.cloned() });
            return;
        }
    };
    objects(old, new, &mut |sub, b, a| {
        out.push(FieldChange { path: format!("{path}.{sub}"), old: b.cloned(), new: a.cloned() });
    });
}

/// Whether both lists hold the same elements; lists of SCIM have no order.
fn same_elements(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().all(|x| b.contains(x)) && b.iter().all(|x| a.contains(x))
}

#[cfg(test)]
mod tests;
