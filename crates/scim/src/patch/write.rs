//! Changes to attributes and sub-attributes named without a filter (T1 to T5, T8), and the writing of one value, which
//! filtered paths use as well.

use serde_json::{Map, Value};

use super::identity;
use super::state::{State, is_complex, is_nothing};
use super::step::{Step, Target};
use super::{Op, element};
use crate::Dialect;
use crate::document::canonical_value;
use crate::error::{Result, ScimError};
use crate::schema::{Attribute, Mutability, Resolved};

/// T1 to T5, T8.
pub(super) fn attribute(state: &mut State<'_>, step: Step) -> Result<()> {
    let Step { op, target, value, .. } = step;
    let Target::Attr(path) = &target else { return Ok(()) };
    if path.sub.is_some() && path.attribute.multi_valued {
        return element::every(state, op, &target, value);
    }
    let current = state.take(path);
    let dialect = state.dialect;
    let text = target.to_string();
    let next = match &path.sub {
        None => written(&path.attribute, current, op, value, dialect, &text)?,
        Some(sub) => {
            let before = keep_if_immutable(&path.attribute, current.as_ref());
            let mut object = match current {
                Some(Value::Object(object)) => object,
                _ => Map::new(),
            };
            if put_sub(&path.attribute, &mut object, sub, op, value, dialect, &text)? {
                state.lost(path, sub);
            }
            let next = if object.is_empty() { None } else { Some(Value::Object(object)) };
            unchanged(before, next.as_ref(), &Resolved { sub: None, ..path.clone() }.to_string())?;
            next
        }
    };
    state.put(path, next);
    Ok(())
}

/// The value of an attribute after an operation on the whole of it. `text` is its path, for errors.
pub(super) fn written(
    attr: &Attribute,
    current: Option<Value>,
    op: Op,
    value: Option<Value>,
    dialect: &Dialect,
    text: &str,
) -> Result<Option<Value>> {
    let before = keep_if_immutable(attr, current.as_ref());
    let value = value.unwrap_or_default();
    let next = if op == Op::Remove || is_nothing(&value) {
        None
    } else if !attr.multi_valued && is_complex(attr) {
        merge(attr, current, value, op, dialect, text)?
    } else if attr.multi_valued && op == Op::Add {
        // One element need not be in a list (RFC 7644 §3.5.2.1).
        let value = if value.is_array() { value } else { Value::Array(vec![value]) };
        match (current, canonical_value(attr, value, dialect, text)?) {
            (Some(Value::Array(mut list)), Some(Value::Array(new))) => {
                append(attr, &mut list, new, text)?;
                Some(Value::Array(list))
            }
            (current, new) => {
                single_primary(new.as_ref(), text)?;
                new.or(current)
            }
        }
    } else {
        let new = canonical_value(attr, value, dialect, text)?;
        if attr.multi_valued {
            single_primary(new.as_ref(), text)?;
        }
        new
    };
    unchanged(before, next.as_ref(), text)?;
    Ok(next)
}

/// Adds elements to a list; what is there already takes over what is new about it (S-PATCH-11, A-09). A new primary
/// element makes the others secondary (S-PATCH-08).
pub(super) fn append(attr: &Attribute, list: &mut Vec<Value>, new: Vec<Value>, text: &str) -> Result<()> {
    let mut index = identity::Index::new(attr, list);
    let mut primary = Vec::new();
    for element in new {
        let is_primary = is_primary(&element);
        let place = match index.find(attr, &element, list) {
            Some(place) => {
                let known = &mut list[place];
                let mut element = element;
                // What makes them the same is not written again, perhaps in another case.
                if let (Value::Object(element), Value::Object(known)) = (&mut element, &*known) {
                    element.retain(|name, _| {
                        !(matches!(name.as_str(), "value" | "type") && known.contains_key(name))
                    });
                }
                absorb(attr, known, element, text)?;
                place
            }
            None => {
                index.insert(attr, &element, list.len());
                list.push(element);
                list.len() - 1
            }
        };
        if is_primary {
            primary.push(place);
        }
    }
    demote(list, &primary, text)
}

/// Puts the sub-attributes of one object into another.
pub(super) fn absorb(attr: &Attribute, into: &mut Value, new: Value, text: &str) -> Result<()> {
    if let (Value::Object(into), Value::Object(new)) = (into, new) {
        for (name, value) in new {
            let sub = attr.sub(&name).filter(|s| s.mutability == Mutability::Immutable);
            if sub.is_some() {
                unchanged(into.get(&name).cloned(), Some(&value), &format!("{text}.{name}"))?;
            }
            into.insert(name, value);
        }
    }
    Ok(())
}

/// Sub-attributes that are sent are set, ones sent as null are unassigned, the rest stays (RFC 7644 §3.5.2.3, A-46).
fn merge(
    attr: &Attribute,
    current: Option<Value>,
    value: Value,
    op: Op,
    dialect: &Dialect,
    text: &str,
) -> Result<Option<Value>> {
    let cleared = if op == Op::Replace { cleared(attr, &value) } else { Vec::new() };
    let new = canonical_value(attr, value, dialect, text)?;
    let mut next = current.unwrap_or_else(|| Value::Object(Map::new()));
    if let Value::Object(object) = &mut next {
        for name in cleared {
            remove_sub(attr, object, &name, text)?;
        }
    }
    if let Some(new) = new {
        absorb(attr, &mut next, new, text)?;
    }
    Ok(if next.as_object().is_some_and(Map::is_empty) { None } else { Some(next) })
}

/// The sub-attributes that the object says have no value.
fn cleared(attr: &Attribute, value: &Value) -> Vec<String> {
    let object = match value {
        Value::Array(list) => list.first().and_then(Value::as_object),
        one => one.as_object(),
    };
    // No resource has an empty id.
    let empty_id = |name: &str, v: &Value| v == "" && name == "value" && attr.points_at_resource();
    let subs = object.into_iter().flatten().filter_map(|(key, v)| Some((&attr.sub(key)?.name, v)));
    subs.filter(|(name, v)| is_nothing(v) || empty_id(name, v)).map(|(name, _)| name.clone()).collect()
}

fn remove_sub(attr: &Attribute, object: &mut Map<String, Value>, name: &str, text: &str) -> Result<bool> {
    let Some(old) = object.get(name) else { return Ok(false) };
    if attr.sub(name).is_some_and(|s| s.mutability == Mutability::Immutable) {
        unchanged(Some(old.clone()), None, &format!("{text}.{name}"))?;
    }
    object.shift_remove(name);
    Ok(true)
}

/// Changes one sub-attribute of an object. Says whether it lost its value.
pub(super) fn put_sub(
    attr: &Attribute,
    object: &mut Map<String, Value>,
    sub: &Attribute,
    op: Op,
    value: Option<Value>,
    dialect: &Dialect,
    text: &str,
) -> Result<bool> {
    // Links to the service's own resources follow from the id beside them.
    if sub.name == "$ref" && attr.points_at_resource() {
        return Ok(false);
    }
    let current = object.get_mut(&sub.name).map(Value::take);
    let had = current.is_some();
    let next = written(sub, current, op, value, dialect, text)?;
    let next = next.filter(|v| !(v == "" && sub.name == "value" && attr.points_at_resource()));
    match next {
        Some(next) => {
            object.insert(sub.name.clone(), next);
            Ok(false)
        }
        None => {
            object.shift_remove(&sub.name);
            Ok(had)
        }
    }
}

fn keep_if_immutable(attr: &Attribute, current: Option<&Value>) -> Option<Value> {
    if attr.mutability == Mutability::Immutable { current.cloned() } else { None }
}

/// Refuses another value for what is written once (S-PATCH-09). The same value again is no change.
fn unchanged(before: Option<Value>, after: Option<&Value>, path: &str) -> Result<()> {
    match before {
        Some(before) if after != Some(&before) => Err(ScimError::mutability(
            path,
            format!("`{path}` cannot be changed once it has a value. Leave it as it is."),
        )),
        _ => Ok(()),
    }
}

pub(super) fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// Refuses a list with two primary elements (S-MULTI-02).
fn single_primary(list: Option<&Value>, text: &str) -> Result<()> {
    let count =
        list.and_then(Value::as_array).map_or(0, |list| list.iter().filter(|e| is_primary(e)).count());
    if count > 1 { Err(two_primaries(text)) } else { Ok(()) }
}

/// Leaves one element primary: the one an operation made so (S-PATCH-08, A-11).
pub(super) fn demote(list: &mut [Value], made_primary: &[usize], text: &str) -> Result<()> {
    let Some(chosen) = made_primary.first() else { return Ok(()) };
    if made_primary.iter().any(|place| place != chosen) {
        return Err(two_primaries(text));
    }
    for (place, element) in list.iter_mut().enumerate() {
        if place != *chosen && is_primary(element) {
            element["primary"] = Value::Bool(false);
        }
    }
    Ok(())
}

fn two_primaries(text: &str) -> ScimError {
    ScimError::value(text, format!("`{text}` would get more than one primary element. Mark only one."))
}
