//! Changes to the members of a group. Members are rows, not part of the document, so that a change costs what it
//! changes: an operation says what happens to the rows without having seen them.

use std::collections::HashSet;

use serde_json::Value;

use super::Op;
use super::state::{State, at_fault, is_nothing};
use super::step::{Element, Step, Target};
use crate::document::canonical_value;
use crate::error::{Result, ScimError};
use crate::filter::{Checked, CompareOp, Expr, Operand};

/// A member as an operation names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Member {
    /// The member's id.
    pub value: String,
    /// Its resource type, when the client said it.
    pub kind: Option<String>,
}

/// What an operation does to the members.
#[derive(Debug, Clone, PartialEq)]
pub enum RelationChange {
    /// Adds these; those that are members already stay as they are.
    Add(Vec<Member>),
    /// Removes those of these that are members.
    Remove(Vec<String>),
    /// Removes the members of which this holds.
    RemoveWhere(Expr<Checked>),
    /// Makes exactly these the members.
    Replace(Vec<Member>),
    /// Removes all.
    Clear,
}

/// What a step on the relation means. `None` when it changes nothing.
pub(super) fn change(state: &State<'_>, step: Step) -> Result<Option<RelationChange>> {
    let Step { op, target, value, .. } = &step;
    let fixed = || {
        let path = target.to_string();
        let detail = format!("`{path}` cannot be changed: a member is added or removed as a whole.");
        Err(ScimError::mutability(path, detail))
    };
    match target {
        Target::Attr(path) if path.sub.is_some() => fixed(),
        Target::Element(Element { sub: Some(_), .. }) => fixed(),
        Target::Attr(_) => match (op, value) {
            (Op::Remove, _) => Ok(Some(RelationChange::Clear)),
            (Op::Replace, Some(value)) if is_nothing(value) => Ok(Some(RelationChange::Clear)),
            (Op::Add, Some(value)) => Ok(Some(RelationChange::Add(members(state, target, value, true)?))),
            (_, value) => {
                let value = value.as_ref().unwrap_or(&Value::Null);
                Ok(Some(RelationChange::Replace(members(state, target, value, false)?)))
            }
        },
        Target::Element(element) => match op {
            Op::Remove => Ok(Some(removal(&element.filter))),
            Op::Replace if value.as_ref().is_some_and(is_nothing) => Ok(Some(removal(&element.filter))),
            Op::Add | Op::Replace => {
                let Some(id) = element.seed.as_ref().and_then(|s| s.get("value")).and_then(Value::as_str)
                else {
                    return Err(State::no_target(target));
                };
                same_member(state, target, id, value.as_ref().unwrap_or(&Value::Null))
            }
        },
        Target::Container(_) => Ok(None),
    }
}

/// `members[value eq "u1"]` with a value: it can only be that member again.
fn same_member(
    state: &State<'_>,
    target: &Target,
    id: &str,
    value: &Value,
) -> Result<Option<RelationChange>> {
    let mut value = value.clone();
    if let Value::Object(object) = &mut value
        && !object.keys().any(|key| key.eq_ignore_ascii_case("value"))
    {
        object.insert("value".to_owned(), Value::from(id));
    }
    let members = members(state, target, &value, true)?;
    if members.iter().any(|m| m.value != id) {
        let path = target.to_string();
        let detail = format!("`{path}` cannot become another member. Remove the one and add the other.");
        return Err(ScimError::mutability(path, detail));
    }
    Ok(Some(RelationChange::Add(members)))
}

/// The members that a value names, each once.
fn members(state: &State<'_>, target: &Target, value: &Value, bare_is_list: bool) -> Result<Vec<Member>> {
    let Some(path) = target.attribute() else { return Ok(Vec::new()) };
    let value = match value {
        Value::Array(_) => value.clone(),
        one if bare_is_list => Value::Array(vec![one.clone()]),
        one => one.clone(),
    };
    let list = match canonical_value(&path.attribute, value, state.dialect, &path.to_string())? {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    let text = |element: &Value, name: &str| element.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut seen = HashSet::with_capacity(list.len());
    let mut out = Vec::with_capacity(list.len());
    for element in &list {
        let Some(value) = text(element, "value") else {
            return Err(at_fault(target, "has an element without `value`", "Send the id of each member"));
        };
        if seen.insert(value.clone()) {
            out.push(Member { value, kind: text(element, "type") });
        }
    }
    // What was sent was not empty; a value that names nobody is a mistake, not a wish to have no members.
    if out.is_empty() {
        return Err(at_fault(
            target,
            "names no member",
            "Send a list of members, each with its id as `value`",
        ));
    }
    Ok(out)
}

/// The usual filters name members by id; storage need not evaluate those.
fn removal(filter: &Expr<Checked>) -> RelationChange {
    let mut ids = Vec::new();
    if named(filter, &mut ids) {
        RelationChange::Remove(ids)
    } else {
        RelationChange::RemoveWhere(filter.clone())
    }
}

fn named(filter: &Expr<Checked>, ids: &mut Vec<String>) -> bool {
    match filter {
        Expr::Or(terms) => terms.iter().all(|term| named(term, ids)),
        Expr::Compare(path, CompareOp::Eq, Operand::Exact(id)) if path.leaf().name == "value" => {
            ids.push(id.clone());
            true
        }
        _ => false,
    }
}
