//! Completing an operation that was done without some of its references (S-BULK-07).

use serde_json::{Map, Value, json};

use super::reference::{Place, Segment, locate, made};
use super::{BulkRequest, Outcome, Reference, Step};
use crate::error::Result;
use crate::patch::PATCH_OP;

/// The PATCH message that gives a resource the references it was made without. It adds to lists, so that nothing the
/// resource has got meanwhile is lost.
///
/// # Errors
/// 409 when an operation it refers to has failed.
pub fn follow_up<'a>(
    request: &BulkRequest,
    step: &Step,
    outcome: impl Fn(&str) -> Outcome<'a>,
) -> Result<Value> {
    let action = request.operations[step.operation].action.as_ref().map_err(Clone::clone)?;
    let mut data = action.data.clone();
    // All of them, not only the deferred ones: an element is left out as a whole, with every reference in it.
    for reference in &action.references {
        let made = made(&reference.bulk_id, &outcome)?;
        if let Place::Data(at) = &reference.place
            && let Some(slot) = locate(&mut data, at)
        {
            *slot = Value::String(made.to_owned());
        }
    }
    // One operation for each attribute, in the order of the resource.
    let mut adds: Map<String, Value> = Map::new();
    for part in parts(&step.deferred) {
        let Some(value) = locate(&mut data, part).map(|v| v.take()) else { continue };
        let path = path_of(part);
        if matches!(part.last(), Some(Segment::Index(_))) {
            if let Value::Array(list) = adds.entry(path).or_insert_with(|| json!([])) {
                list.push(value);
            }
        } else {
            adds.insert(path, value);
        }
    }
    let operations: Vec<Value> =
        adds.into_iter().map(|(path, value)| json!({"op": "add", "path": path, "value": value})).collect();
    Ok(json!({"schemas": [PATCH_OP], "Operations": operations}))
}

/// Takes the attribute values (of lists: the elements) that hold these references out of the data.
pub(super) fn cut(data: &mut Value, deferred: &[Reference]) {
    let mut parts = parts(deferred);
    // Later elements first, so that the places of the earlier ones stay right.
    parts.sort_by_key(|part| match part.last() {
        Some(Segment::Index(index)) => std::cmp::Reverse(*index),
        _ => std::cmp::Reverse(usize::MAX),
    });
    for part in parts {
        let Some((last, parent)) = part.split_last() else { continue };
        match (locate(data, parent), last) {
            (Some(Value::Object(object)), Segment::Key(key)) => {
                object.shift_remove(key);
            }
            (Some(Value::Array(list)), Segment::Index(index)) if *index < list.len() => {
                list.remove(*index);
            }
            _ => {}
        }
    }
}

/// The place of the whole value that each reference belongs to, once each.
fn parts(deferred: &[Reference]) -> Vec<&[Segment]> {
    let mut out: Vec<&[Segment]> = Vec::new();
    for reference in deferred {
        let Place::Data(at) = &reference.place else { continue };
        let length = match at.iter().position(|s| matches!(s, Segment::Index(_))) {
            Some(index) => index + 1,
            None if is_container(at) => 2,
            None => 1,
        };
        let part = &at[..length.min(at.len())];
        if !out.contains(&part) {
            out.push(part);
        }
    }
    out
}

/// Whether the first step leads into the object of an extension.
fn is_container(at: &[Segment]) -> bool {
    matches!(at, [Segment::Key(urn), Segment::Key(_), ..] if urn.contains(':'))
}

fn path_of(part: &[Segment]) -> String {
    let names: Vec<&str> = part
        .iter()
        .filter_map(|s| match s {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
        .collect();
    names.join(":")
}
