//! Values that speak of several attributes, taken apart into a step for each (T0, T9).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::state::{State, at_fault, ignores_unknown};
use super::step::{Step, Target};
use super::{Op, locate};
use crate::dialect::Quirk;
use crate::dialect::operation::{flattened_keys, resource_in_list};
use crate::document::no_key_twice;
use crate::error::{Result, ScimError, ScimType};
use crate::schema::Resolved;

/// An operation without a path: its value is a resource in part (RFC 7644 §3.5.2.1, §3.5.2.3).
pub(super) fn resource(op: Op, value: Option<Value>, state: &mut State<'_>) -> Result<Vec<Step>> {
    if op == Op::Remove {
        let detail = "`remove` needs a `path` that says what to remove.";
        return Err(ScimError::bad(ScimType::NoTarget, detail).at("path"));
    }
    match value.map(|value| resource_in_list(value, state.dialect)) {
        Some(Value::Object(members)) => top(op, members, state),
        _ => Err(ScimError::value(
            "value",
            format!("`{}` without a `path` needs a `value` that is a JSON object.", op.as_str()),
        )),
    }
}

fn top(op: Op, members: Map<String, Value>, state: &mut State<'_>) -> Result<Vec<Step>> {
    no_key_twice(&members, None)?;
    let rt = state.rt;
    let mut out = Vec::with_capacity(members.len());
    for (key, value) in members {
        let attribute = |attribute: &Arc<crate::Attribute>| {
            Target::Attr(Resolved { container: None, attribute: attribute.clone(), sub: None })
        };
        let target = if let Some(core) = rt.core(&key) {
            attribute(core)
        } else if let Some(extension) = rt.container(&key) {
            Target::Container(extension.schema.id.clone())
        } else if key.eq_ignore_ascii_case(&rt.schema.id) {
            if let Value::Object(inner) = value {
                out.extend(top(op, inner, state)?);
                continue;
            }
            return Err(ScimError::value(&*key, format!("`{key}` must be a JSON object.")));
        } else {
            match key_as_path(&key, &key, state)? {
                Some(target) => target,
                None => continue,
            }
        };
        out.push(Step { op, target, value: Some(value), within_value: true });
    }
    Ok(out)
}

/// The members of an extension's object.
pub(super) fn extension(
    op: Op,
    urn: &Arc<str>,
    value: Option<Value>,
    state: &mut State<'_>,
) -> Result<Vec<Step>> {
    let rt = state.rt;
    let whole = Target::Container(urn.clone());
    let (Some(Value::Object(members)), Some(extension)) = (value, rt.container(urn)) else {
        return Err(at_fault(&whole, "must be a JSON object", "Send its attributes as members"));
    };
    no_key_twice(&members, Some(urn))?;
    let mut out = Vec::with_capacity(members.len());
    for (key, value) in members {
        let target = match extension.schema.attribute(&key) {
            Some(attribute) => Target::Attr(Resolved {
                container: Some(urn.clone()),
                attribute: attribute.clone(),
                sub: None,
            }),
            None => match key_as_path(&key, &format!("{urn}:{key}"), state)? {
                Some(target) => target,
                None => continue,
            },
        };
        out.push(Step { op, target, value: Some(value), within_value: true });
    }
    Ok(out)
}

/// A key that is no attribute's name. `None` when the dialect ignores it.
fn key_as_path(key: &str, path: &str, state: &mut State<'_>) -> Result<Option<Target>> {
    // A plain name may be that of an extension's attribute (S-FILTER-11).
    let is_name = !key.contains(['.', '[', ':']);
    if is_name || state.dialect.has(Quirk::FlattenedKeys) {
        match flattened_keys(path, state) {
            Ok(found) => return Ok(found),
            Err(error) if !ignores_unknown(state.dialect) => return Err(error),
            Err(_) => {}
        }
    } else if !ignores_unknown(state.dialect) {
        let path = locate::shown(path);
        let detail =
            format!("`{path}` is no attribute's name. Use a `path` for what lies within an attribute.");
        return Err(ScimError::bad(ScimType::InvalidPath, detail).at(path));
    }
    state.note(format!("`{}` is no attribute of {} and was ignored", locate::shown(path), state.rt.name));
    Ok(None)
}
