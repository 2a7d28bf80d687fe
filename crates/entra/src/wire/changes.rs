//! What differs between what flows and what the target has.

use client::lenient;
use serde_json::Value as Json;

use crate::expression::Flowed;
use crate::mapping::{AttributeType, Flow, FlowBehavior, FlowType};
use crate::model::{TargetPath, Value};
use crate::wire::compare::{holds, is_role, same};
use crate::wire::{Operation, Wire};

/// One attribute whose value is to change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which.
    pub path: TargetPath,
    /// Its type, by which the value is written.
    pub type_: AttributeType,
    /// What the target has; `None` for nothing.
    pub old: Option<Json>,
    /// What it is to have, as the log shows it: truth values and numbers are text.
    pub new: Json,
    /// Whether there was a value before.
    pub op: Operation,
}

impl Wire {
    /// What an update must change so that the target has what flows, in the mapping's order; empty when it has it already
    /// (`RedundantExport`).
    ///
    /// A null is never sent and clears nothing (entra.md §2.2), nor is a default value on an update (§4.4). The flow types
    /// that speak of creation only do not flow here. (The object mapping need not be given: each flow names its own.)
    #[must_use]
    pub fn changes(&self, flows: &[Flow<'_>], target: &Json) -> Vec<Change> {
        let mut changes = Vec::new();
        for flow in flows.iter().filter(|flow| !flow.defaulted) {
            if let Ok(Flowed::Value(value)) = &flow.outcome {
                changes.extend(self.change(flow, value, target));
            }
        }
        if changes.is_empty() {
            return changes;
        }
        // What always flows goes along with whatever else is written.
        for flow in flows.iter().filter(|f| f.mapping.flow_behavior == FlowBehavior::FlowAlways) {
            let Ok(Flowed::Value(value)) = &flow.outcome else { continue };
            if !flow.defaulted && !changes.iter().any(|change| change.path == flow.mapping.target) {
                let old = flow.mapping.target.read(target).cloned();
                changes.push(change_of(flow, value.to_json(), old, Operation::Replace));
            }
        }
        changes
    }

    fn change(&self, flow: &Flow<'_>, value: &Value, target: &Json) -> Option<Change> {
        let (path, attribute) = (&flow.mapping.target, &flow.mapping.attribute);
        if matches!(value, Value::Text(text) if text.is_empty())
            || flow.mapping.flow_type == FlowType::ObjectAddOnly
            || (!self.switches.external_id_in_patch && path.as_str() == "externalId")
        {
            return None;
        }
        let there = path.read(target).filter(|there| !is_nothing(there));
        let Some(there) = there else {
            if is_role(path) && has_role(flow, value, target) {
                return None;
            }
            return Some(change_of(flow, value.to_json(), None, Operation::Add));
        };
        let adds_only = match flow.mapping.flow_type {
            FlowType::AttributeAddOnly => return None,
            FlowType::MultiValueAddOnly if !attribute.multivalued => return None,
            FlowType::MultiValueAddOnly | FlowType::ValueAddOnly => attribute.multivalued,
            FlowType::Always | FlowType::ObjectAddOnly => adds_roles(path, value),
        };
        if adds_only {
            let (items, list) = (items(value), there.as_array()?);
            let missing: Vec<_> = items.iter().filter(|item| !holds(attribute, list, item)).collect();
            let new = Json::Array(missing.iter().map(|item| item.to_json()).collect());
            return (!missing.is_empty()).then(|| change_of(flow, new, Some(there.clone()), Operation::Add));
        }
        (!same(attribute, path, value, there))
            .then(|| change_of(flow, value.to_json(), Some(there.clone()), Operation::Replace))
    }
}

fn change_of(flow: &Flow<'_>, new: Json, old: Option<Json>, op: Operation) -> Change {
    Change { path: flow.mapping.target.clone(), type_: flow.mapping.attribute.type_, old, new, op }
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Many(items) => items,
        single => std::slice::from_ref(single),
    }
}

fn is_nothing(there: &Json) -> bool {
    match there {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Whether the role is there under whichever element: a PATCH in the default dialect adds it without `primary` (§2.6), so
/// that the path of the mapping does not find it again.
fn has_role(flow: &Flow<'_>, value: &Value, target: &Json) -> bool {
    let Some(Json::Array(roles)) = lenient::get(target, "roles") else { return false };
    roles
        .iter()
        .filter_map(|role| lenient::get(role, "value"))
        .any(|there| same(&flow.mapping.attribute, &flow.mapping.target, value, there))
}

/// `AppRoleAssignmentsComplex` writes `displayName` and only ever adds; `AssertiveAppRoleAssignmentsComplex` writes
/// `display` and replaces everything (§2.6).
fn adds_roles(path: &TargetPath, value: &Value) -> bool {
    let names = |item: &Value| matches!(item, Value::Complex(parts) if parts.contains_key("displayName"));
    path.as_str() == "roles" && items(value).iter().any(names)
}
