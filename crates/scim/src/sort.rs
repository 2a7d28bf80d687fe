//! The order of results (RFC 7644 §3.4.2.3).
//!
//! Storage sorts by stored keys; these functions say what the keys are and how they compare.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::dialect::Dialect;
use crate::error::{Result, ScimError, ScimType};
use crate::filter::locate::{is_secret, locate, sub_names, unknown};
use crate::filter::{Operand, operand_of};
use crate::path::{self, PathTarget};
use crate::schema::{AttributeType, Resolved, ResourceType};

/// Finds the attribute that `sortBy` names: in the first of the types that has it, since a resource of a type
/// without it is sorted like one without a value.
///
/// A bare complex attribute means its `value` (S-SORT-02).
///
/// # Errors
/// 400 `invalidPath` when no type has the attribute, when it is complex without a `value`, and when nobody may read
/// it (S-SORT-06).
pub fn check(name: &str, types: &[&ResourceType], dialect: &Dialect) -> Result<Resolved> {
    let parsed = path::parse(name, dialect)?;
    let PathTarget::Attr(path) = &parsed.target else {
        return Err(invalid(format!(
            "`{parsed}` cannot be sorted by; sortBy takes an attribute such as userName."
        )));
    };
    let Some(mut found) = types.iter().find_map(|rt| locate(rt, path, dialect)) else {
        return Err(match types {
            [one] => unknown(one, path, ScimType::InvalidPath),
            _ => invalid(format!("`{path}` is no attribute of any resource here.")),
        });
    };
    if is_secret(&found) {
        return Err(invalid(format!("`{found}` can never be read, so results cannot be sorted by it.")));
    }
    if found.leaf().ty == AttributeType::Complex {
        match found.attribute.sub("value").cloned() {
            Some(value) if found.sub.is_none() => found.sub = Some(value),
            _ => {
                let names = sub_names(found.leaf());
                return Err(invalid(format!(
                    "`{found}` is complex; sort by one of its sub-attributes: {names}."
                )));
            }
        }
    }
    Ok(found)
}

fn invalid(detail: String) -> ScimError {
    ScimError::bad(ScimType::InvalidPath, detail)
}

/// What a resource is sorted by; `None` when it has no such value.
///
/// Of a multi-valued attribute it is the value of the primary element, else of the first (S-SORT-02). If that
/// element has no such sub-attribute there is no value, whatever the other elements have.
#[must_use]
pub fn key(by: &Resolved, resource: &Map<String, Value>) -> Option<Operand> {
    let name = &by.attribute.name;
    let value = match &by.container {
        None => resource.get(name)?,
        Some(urn) => resource.get(&**urn)?.get(name)?,
    };
    let value = match value {
        Value::Array(elements) => {
            let primary = elements.iter().find(|e| e.get("primary") == Some(&Value::Bool(true)));
            primary.or(elements.first())?
        }
        single => single,
    };
    let value = match &by.sub {
        None => value,
        Some(sub) => match value.get(&sub.name)? {
            Value::Array(values) => values.first()?,
            single => single,
        },
    };
    operand_of(by.leaf(), value)
}

/// Order of two keys: resources without a value come last when ascending and first when descending (S-SORT-03).
/// Ties are broken by `id`, which is not seen here (S-SORT-06).
#[must_use]
pub fn compare(a: Option<&Operand>, b: Option<&Operand>, descending: bool) -> Ordering {
    let ascending = match (a, b) {
        (Some(a), Some(b)) => a.compare(b).unwrap_or(Ordering::Equal),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    if descending { ascending.reverse() } else { ascending }
}
