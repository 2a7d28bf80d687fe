//! From what was sent to the next state of a resource: create, replace, and the rules that every state keeps.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::value::At;
use super::{Document, Incoming};
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError};
use crate::schema::{Attribute, AttributeType, Mutability, ResourceType, USER};

/// The first state of a resource. A User whose `active` is absent or null is active (design ruling 5); nothing else is
/// made up (S-NULL-05).
///
/// # Errors
/// As [`validate`].
pub fn create(rt: &ResourceType, incoming: Incoming) -> Result<Document> {
    let mut document = incoming.document;
    if &*rt.schema.id == USER {
        document.root.entry("active").or_insert(Value::Bool(true));
    }
    validate(rt, &document)?;
    Ok(document)
}

/// The state after PUT: what was sent, and of the current state only immutable values and `active`, which are kept when
/// they are omitted (S-PUT-02 to S-PUT-05, A-12, A-13).
///
/// # Errors
/// 400 `mutability` when an immutable value would change; in strict dialects 400 `invalidValue` when `active` is null;
/// otherwise as [`validate`].
pub fn replace(
    rt: &ResourceType,
    current: &Document,
    incoming: Incoming,
    dialect: &Dialect,
) -> Result<Document> {
    if incoming.is_null("active") && !dialect.has(Quirk::ActiveNeverUnassigned) {
        return Err(ScimError::value(
            "active",
            "`active` must be true or false. Send one of them, or leave it out.",
        ));
    }
    let mut next = incoming.document;
    if &*rt.schema.id == USER
        && !next.root.contains_key("active")
        && let Some(active) = current.root.get("active")
    {
        next.root.insert("active".to_owned(), active.clone());
    }
    keep_immutable(&rt.schema.attributes, Some(&current.root), &mut next.root, &At::Root)?;
    for extension in &rt.extensions {
        let urn = &*extension.schema.id;
        let before = current.root.get(urn).and_then(Value::as_object);
        let mut after = match next.root.get_mut(urn) {
            Some(Value::Object(map)) => std::mem::take(map),
            _ => Map::new(),
        };
        keep_immutable(&extension.schema.attributes, before, &mut after, &At::Container(urn))?;
        if !after.is_empty() {
            next.root.insert(urn.to_owned(), Value::Object(after));
        }
    }
    refresh_schemas(rt, &mut next);
    validate(rt, &next)?;
    Ok(next)
}

/// The state after PUT for tenants that want what is omitted to stay: attributes that were sent replace, null or an
/// empty list clears (A-12, option `put=merge`).
///
/// # Errors
/// As [`replace`].
pub fn merge(
    rt: &ResourceType,
    current: &Document,
    mut incoming: Incoming,
    dialect: &Dialect,
) -> Result<Document> {
    for (key, value) in &current.root {
        if incoming.is_null(key) {
            continue;
        }
        match (incoming.document.root.get_mut(key), rt.container(key), value) {
            (Some(Value::Object(next)), Some(_), Value::Object(before)) => {
                for (name, value) in before {
                    let cleared = incoming.assigned_null.contains(&format!("{key}:{name}"));
                    if !cleared && !next.contains_key(name) {
                        next.insert(name.clone(), value.clone());
                    }
                }
            }
            (None, Some(_), Value::Object(before)) => {
                let mut kept = before.clone();
                kept.retain(|name, _| !incoming.assigned_null.contains(&format!("{key}:{name}")));
                if !kept.is_empty() {
                    incoming.document.root.insert(key.clone(), Value::Object(kept));
                }
            }
            (None, None, value) => {
                incoming.document.root.insert(key.clone(), value.clone());
            }
            _ => {}
        }
    }
    replace(rt, current, incoming, dialect)
}

/// Brings over immutable values that were omitted and refuses ones that differ (S-PUT-04). Elements of a list may come
/// and go even where their parts are immutable.
fn keep_immutable(
    attributes: &[Arc<Attribute>],
    before: Option<&Map<String, Value>>,
    after: &mut Map<String, Value>,
    parent: &At<'_>,
) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    for attr in attributes {
        let Some(old) = before.get(&attr.name) else { continue };
        if attr.mutability == Mutability::Immutable {
            match after.get(&attr.name) {
                None => {
                    after.insert(attr.name.clone(), old.clone());
                }
                Some(new) if new == old => {}
                Some(_) => {
                    let path = At::Sub(parent, &attr.name).to_string();
                    let detail =
                        format!("`{path}` cannot be changed once it has a value. Send the value it has.");
                    return Err(ScimError::mutability(path, detail));
                }
            }
        } else if let Value::Object(old) = old
            && attr.sub_attributes.iter().any(|s| s.mutability == Mutability::Immutable)
        {
            let mut new = match after.get_mut(&attr.name) {
                Some(Value::Object(map)) => std::mem::take(map),
                _ => Map::new(),
            };
            keep_immutable(&attr.sub_attributes, Some(old), &mut new, &At::Sub(parent, &attr.name))?;
            if !new.is_empty() {
                after.insert(attr.name.clone(), Value::Object(new));
            }
        }
    }
    Ok(())
}

/// Makes `schemas` list the base schema, the required extensions and those that have values (S-RES-03).
pub fn refresh_schemas(rt: &ResourceType, document: &mut Document) {
    let wanted = || {
        let extensions = rt.extensions.iter().map(|e| (&e.schema.id, e.required));
        let present = extensions.filter(|(urn, required)| *required || document.root.contains_key(&***urn));
        std::iter::once(&rt.schema.id).chain(present.map(|(urn, _)| urn))
    };
    if let Some(Value::Array(list)) = document.root.get("schemas")
        && list.iter().filter_map(Value::as_str).eq(wanted().map(|urn| &**urn))
    {
        return;
    }
    let list = wanted().map(|urn| Value::String(urn.to_string())).collect();
    if document.root.contains_key("schemas") {
        document.root.insert("schemas".to_owned(), list);
    } else {
        document.root.shift_insert(0, "schemas".to_owned(), list);
    }
}

/// Checks what every stored state keeps: required attributes have values, required extensions are there, a list has at
/// most one primary element (S-MULTI-02), canonical values are kept where the schema enforces them.
///
/// # Errors
/// 400 `invalidValue`, naming the attribute.
pub fn validate(rt: &ResourceType, document: &Document) -> Result<()> {
    let relation = rt.relation().map(|r| &*r.name);
    object(&rt.schema.attributes, &document.root, &At::Root, relation)?;
    for extension in &rt.extensions {
        let urn = &*extension.schema.id;
        match document.root.get(urn).and_then(Value::as_object) {
            Some(map) => object(&extension.schema.attributes, map, &At::Container(urn), None)?,
            None if extension.required => {
                let detail =
                    format!("Every {} needs the extension `{urn}`. Send it with its attributes.", rt.name);
                return Err(ScimError::value(urn, detail));
            }
            None => {}
        }
    }
    Ok(())
}

fn object(
    attributes: &[Arc<Attribute>],
    map: &Map<String, Value>,
    parent: &At<'_>,
    relation: Option<&str>,
) -> Result<()> {
    // Most attributes have no rule of this kind and need not be looked up.
    for attr in attributes.iter().filter(|a| has_rule(a)) {
        let at = At::Sub(parent, &attr.name);
        match map.get(&attr.name) {
            Some(value) => assigned(attr, value, &at)?,
            None if attr.required
                && attr.mutability != Mutability::ReadOnly
                && !attr.is_discarded()
                && !attr.has_default()
                && relation != Some(&*attr.name) =>
            {
                return Err(missing(&at));
            }
            None => {}
        }
    }
    Ok(())
}

fn has_rule(attr: &Attribute) -> bool {
    attr.required
        || attr.enforce_canonical
        || (attr.ty == AttributeType::Complex && (attr.multi_valued || has_bound_part(attr)))
}

fn has_bound_part(attr: &Attribute) -> bool {
    attr.sub_attributes.iter().any(|s| s.required || s.enforce_canonical)
}

fn assigned(attr: &Attribute, value: &Value, at: &At<'_>) -> Result<()> {
    match value {
        Value::Array(list) => {
            let primary = |v: &&Value| v.get("primary").and_then(Value::as_bool) == Some(true);
            if attr.ty == AttributeType::Complex && list.iter().filter(primary).count() > 1 {
                let path = at.to_string();
                let detail = format!("`{path}` has more than one primary element. Mark only one.");
                return Err(ScimError::value(path, detail));
            }
            if attr.ty == AttributeType::Complex && !has_bound_part(attr) {
                return Ok(());
            }
            for (index, element) in list.iter().enumerate() {
                single(attr, element, &At::Element(at, index))?;
            }
            Ok(())
        }
        one => single(attr, one, at),
    }
}

fn single(attr: &Attribute, value: &Value, at: &At<'_>) -> Result<()> {
    match value {
        Value::Object(map) => object(&attr.sub_attributes, map, at, None),
        // An empty string is a value, except where one is required (S-NULL-03).
        Value::String(text) if text.is_empty() && attr.required => Err(missing(at)),
        Value::String(text) if attr.enforce_canonical => {
            if attr.canonical_values.iter().any(|c| c.eq_ignore_ascii_case(text)) {
                return Ok(());
            }
            let path = at.to_string();
            let detail = format!("`{path}` must be one of {}.", attr.canonical_values.join(", "));
            Err(ScimError::value(path, detail))
        }
        _ => Ok(()),
    }
}

fn missing(at: &At<'_>) -> ScimError {
    let path = at.to_string();
    let detail = format!("`{path}` is required. Map it to an attribute that always has a value.");
    ScimError::value(path, detail)
}
