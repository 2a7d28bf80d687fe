//! From Graph's JSON to records.

use serde_json::{Map, Value as Json};

use crate::mapping::AppRole;
use crate::model::{Attributes, Kind, Member, SourceObject, Value};
use crate::source::{Assignment, names};

/// Why an element is no record, with its id where that can be read.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) id: Option<String>,
    pub(super) why: String,
}

impl Unreadable {
    pub(super) fn new(id: Option<String>, why: impl Into<String>) -> Self {
        Self { id, why: why.into() }
    }
}

/// A user or group from its members. `members` of a group has been taken out already.
pub(super) fn object(kind: Kind, mut map: Map<String, Json>) -> Result<SourceObject, Unreadable> {
    let id = match map.get("id").or_else(|| map.get("objectId")) {
        Some(Json::String(id)) if !id.trim().is_empty() => id.clone(),
        None => return Err(Unreadable::new(None, "it has no `id`")),
        Some(other) => return Err(Unreadable::new(None, format!("its `id` is {other} and no text"))),
    };
    let fault = |why: String| Unreadable::new(Some(id.clone()), why);
    let manager = match map.remove("manager") {
        None | Some(Json::Null) => None,
        Some(Json::String(manager)) => Some(manager).filter(|m| !m.is_empty()),
        Some(Json::Object(manager)) => match manager.get("id") {
            Some(Json::String(manager)) => Some(manager.clone()),
            _ => return Err(fault("its `manager` has no `id`".into())),
        },
        Some(other) => return Err(fault(format!("its `manager` is {other} and no object with `id`"))),
    };
    let enabled = match map.get("accountEnabled") {
        None | Some(Json::Null) => true,
        Some(Json::Bool(enabled)) => *enabled,
        Some(Json::String(text)) if text.eq_ignore_ascii_case("true") => true,
        Some(Json::String(text)) if text.eq_ignore_ascii_case("false") => false,
        Some(other) => return Err(fault(format!("its `accountEnabled` is {other} and no truth value"))),
    };
    let soft_deleted = match map.get("deletedDateTime") {
        None | Some(Json::Null) => false,
        Some(Json::String(text)) => !text.is_empty(),
        Some(other) => return Err(fault(format!("its `deletedDateTime` is {other} and no date"))),
    };
    let attributes = attributes(kind, map, enabled).map_err(fault)?;
    Ok(SourceObject { kind, id, attributes, manager, soft_deleted, enabled })
}

fn attributes(kind: Kind, map: Map<String, Json>, enabled: bool) -> Result<Attributes, String> {
    let mut attributes = Attributes::default();
    for (name, json) in map {
        // `@odata.type` and its like are the answer's, not the object's.
        if name.starts_with('@') {
            continue;
        }
        match (name.as_str(), json) {
            // A fixed set, which expressions name without its holder.
            ("onPremisesExtensionAttributes", Json::Object(extension)) => {
                for (name, json) in extension {
                    attributes.set(&name, Value::from_json(json));
                }
            }
            ("accountEnabled", _) if kind == Kind::User => {
                attributes.set("accountEnabled", Some(Value::boolean(enabled)));
            }
            ("userPrincipalName" | "displayName", json @ (Json::Array(_) | Json::Object(_))) => {
                return Err(format!("its `{name}` is {json} and no text"));
            }
            (name, json) => attributes.set(names::canonical(name), Value::from_json(json)),
        }
    }
    if kind == Kind::User && attributes.get("accountEnabled").is_none() {
        attributes.set("accountEnabled", Some(Value::boolean(enabled)));
    }
    Ok(names::finish(attributes))
}

/// A direct member: `{"id":…}` as Graph returns it, with its type where it is told, or the id alone.
pub(super) fn member(json: Json) -> Option<Member> {
    match json {
        Json::String(id) if !id.is_empty() => Some(Member { id, kind: None }),
        Json::Object(map) => {
            let kind = match map.get("@odata.type").and_then(Json::as_str) {
                Some("#microsoft.graph.user") => Some(Kind::User),
                Some("#microsoft.graph.group") => Some(Kind::Group),
                _ => None,
            };
            match map.get("id") {
                Some(Json::String(id)) if !id.is_empty() => Some(Member { id: id.clone(), kind }),
                _ => None,
            }
        }
        _ => None,
    }
}

/// An `appRoleAssignment`. Graph tells the role by its id alone; its value and name may stand beside it (`appRole`, or
/// `appRoleValue` and `appRoleDisplayName`), as an export that joined them has it.
pub(super) fn assignment(json: &Json) -> Result<Assignment, Unreadable> {
    let text = |holder: &Json, name: &str| {
        holder.get(name).and_then(Json::as_str).filter(|t| !t.is_empty()).map(str::to_owned)
    };
    let Some(principal) = text(json, "principalId") else {
        return Err(Unreadable::new(None, "it has no `principalId`"));
    };
    let nothing = Json::Null;
    let role = json.get("appRole").unwrap_or(&nothing);
    Ok(Assignment {
        principal,
        role: AppRole {
            id: text(json, "appRoleId").or_else(|| text(role, "id")).unwrap_or_default(),
            value: text(role, "value").or_else(|| text(json, "appRoleValue")),
            display_name: text(role, "displayName").or_else(|| text(json, "appRoleDisplayName")),
        },
    })
}
