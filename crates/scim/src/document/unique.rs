//! What may stand only once: keys that differ only in case, and elements of a list.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::value::{At, shown};
use crate::error::{Result, ScimError};
use crate::schema::Attribute;
use crate::text::fold;

/// Up to this many things are compared pairwise, which is faster than hashing; more are hashed, so that a hostile body
/// costs no quadratic time.
const FEW: usize = 24;

/// Refuses an object with keys that differ only in case (S-MODEL-05).
pub(super) fn keys_differ(map: &Map<String, Value>, at: &At<'_>) -> Result<()> {
    let twice = if map.len() <= FEW {
        let keys = || map.keys().map(String::as_str);
        keys()
            .enumerate()
            .find(|(i, key)| keys().take(*i).any(|k| k.eq_ignore_ascii_case(key)))
            .map(|(_, key)| key)
    } else {
        let mut seen = HashSet::with_capacity(map.len());
        map.keys().find(|key| !seen.insert(key.to_ascii_lowercase())).map(String::as_str)
    };
    match twice {
        None => Ok(()),
        Some(key) => {
            let path = At::Sub(at, &shown(key)).to_string();
            let detail = format!("`{path}` stands twice, in different upper and lower case. Send it once.");
            Err(ScimError::syntax(detail).at(path))
        }
    }
}

/// The same, of an object that is no resource as a whole: a message, or an extension's part of a PATCH value.
pub(crate) fn no_key_twice(map: &Map<String, Value>, container: Option<&str>) -> Result<()> {
    keys_differ(map, &container.map_or(At::Root, At::Container))
}

/// Makes one of elements that have the same value and type (S-MULTI-04). Of two that differ otherwise, the first wins
/// and takes from the second what it lacks.
pub(super) fn merge_repeated(attr: &Attribute, list: &mut Vec<Value>) {
    if list.len() < 2 {
        return;
    }
    if list.len() <= FEW {
        let mut i = 1;
        while i < list.len() {
            match (0..i).find(|j| same(attr, &list[*j], &list[i])) {
                Some(j) => {
                    let later = list.remove(i);
                    absorb(&mut list[j], later);
                }
                None => i += 1,
            }
        }
        return;
    }
    let mut first: HashMap<String, usize> = HashMap::with_capacity(list.len());
    let mut kept: Vec<Value> = Vec::with_capacity(list.len());
    for element in list.drain(..) {
        match first.entry(identity(attr, &element)) {
            std::collections::hash_map::Entry::Occupied(entry) => absorb(&mut kept[*entry.get()], element),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(element);
            }
        }
    }
    *list = kept;
}

fn same(attr: &Attribute, a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if a.contains_key("value") || b.contains_key("value") => {
            ["value", "type"].into_iter().all(|name| match (a.get(name), b.get(name)) {
                (Some(Value::String(a)), Some(Value::String(b))) => {
                    let exact = attr.sub(name).is_none_or(|s| s.case_exact);
                    a == b || (!exact && fold(a) == fold(b))
                }
                (a, b) => a == b,
            })
        }
        (Value::String(a), Value::String(b)) if !attr.case_exact => a == b || fold(a) == fold(b),
        (a, b) => a == b,
    }
}

/// A text that is equal exactly for elements that are the [`same`].
fn identity(attr: &Attribute, element: &Value) -> String {
    let text = |value: Option<&Value>, exact: bool| match value {
        Some(Value::String(text)) if !exact => format!("\"{}", fold(text)),
        Some(Value::String(text)) => format!("\"{text}"),
        other => other.map_or_else(String::new, Value::to_string),
    };
    match element {
        Value::Object(map) if map.contains_key("value") => {
            let part = |name: &str| text(map.get(name), attr.sub(name).is_none_or(|s| s.case_exact));
            let value = part("value");
            format!("{}:{value}{}", value.len(), part("type"))
        }
        // Two objects without `value` are equal whatever the order of their keys.
        Value::Object(map) => {
            let mut parts: Vec<String> = map.iter().map(|(k, v)| format!("{k}={v}")).collect();
            parts.sort_unstable();
            format!("{{{}", parts.join(","))
        }
        simple => text(Some(simple), attr.case_exact),
    }
}

fn absorb(first: &mut Value, later: Value) {
    if let (Value::Object(first), Value::Object(later)) = (first, later) {
        for (key, value) in later {
            first.entry(key).or_insert(value);
        }
    }
}
