//! References to resources that another operation of the same request makes: `"bulkId:qwerty"` (RFC 7644 §3.7.2).

use serde_json::Value;

use super::{Action, BulkRequest, Id, Method};
use crate::error::{Result, ScimError};

/// What stands in front of the name.
pub(super) const PREFIX: &str = "bulkId:";

/// A reference found in an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The name it refers to, without the prefix.
    pub bulk_id: String,
    /// Where it stands.
    pub(super) place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In the operation's own path.
    Target,
    /// A value within the data.
    Data(Vec<Segment>),
    /// Inside the filter of a PATCH path within the data.
    Filter(Vec<Segment>),
}

/// A step from a JSON value into one of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Key(String),
    Index(usize),
}

/// What has become of an operation that makes a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// It has been made, under this id.
    Made(&'a str),
    /// It could not be made, or was not tried any more.
    Failed,
}

/// Every reference in an operation. A text is one when it is `bulkId:` and the name of an operation of the request
/// (`is_declared`), or stands where only a reference can stand: in a `value`, a PATCH path filter, the path.
pub(super) fn find(
    method: Method,
    target: &super::Target,
    data: &Value,
    is_declared: impl Fn(&str) -> bool,
) -> Vec<Reference> {
    let mut out = Vec::new();
    if let Some(Id::Bulk(name)) = &target.id {
        out.push(Reference { bulk_id: name.clone(), place: Place::Target });
    }
    walk(data, &mut Vec::new(), &mut |text, at| {
        if method == Method::Patch && is_patch_path(at) {
            for name in quoted(text).into_iter().filter_map(|q| Some(q.text.strip_prefix(PREFIX)?.to_owned()))
            {
                out.push(Reference { bulk_id: name, place: Place::Filter(at.to_vec()) });
            }
        } else if let Some(name) = text.strip_prefix(PREFIX)
            && (is_declared(name)
                || matches!(at.last(), Some(Segment::Key(k)) if k.eq_ignore_ascii_case("value")))
        {
            out.push(Reference { bulk_id: name.to_owned(), place: Place::Data(at.to_vec()) });
        }
    });
    out
}

/// `Operations[n].path`.
fn is_patch_path(at: &[Segment]) -> bool {
    matches!(at, [Segment::Key(list), Segment::Index(_), Segment::Key(path)]
        if list.eq_ignore_ascii_case("operations") && path.eq_ignore_ascii_case("path"))
}

fn walk(value: &Value, at: &mut Vec<Segment>, visit: &mut impl FnMut(&str, &[Segment])) {
    match value {
        Value::String(text) => visit(text, at),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                at.push(Segment::Index(index));
                walk(item, at, visit);
                at.pop();
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                at.push(Segment::Key(key.clone()));
                walk(member, at, visit);
                at.pop();
            }
        }
        _ => {}
    }
}

/// Every text in the data, and every string literal within a text.
pub(super) fn texts(data: &Value, visit: &mut impl FnMut(&str)) {
    walk(data, &mut Vec::new(), &mut |text, _| {
        visit(text);
        quoted(text).iter().for_each(|q| visit(&q.text));
    });
}

pub(super) fn locate<'a>(root: &'a mut Value, at: &[Segment]) -> Option<&'a mut Value> {
    at.iter().try_fold(root, |value, segment| match segment {
        Segment::Key(key) => value.get_mut(key),
        Segment::Index(index) => value.get_mut(index),
    })
}

struct Quoted {
    /// Byte range of the literal, quotes included.
    range: std::ops::Range<usize>,
    text: String,
}

/// The string literals of a filter.
fn quoted(filter: &str) -> Vec<Quoted> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(start) = filter[from..].find('"').map(|i| from + i) {
        let mut end = start + 1;
        let bytes = filter.as_bytes();
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        if end >= bytes.len() {
            break;
        }
        let range = start..end + 1;
        if let Ok(text) = serde_json::from_str::<String>(&filter[range.clone()]) {
            out.push(Quoted { range, text });
        }
        from = end + 1;
    }
    out
}

impl Action {
    /// The names this operation refers to.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        self.references.iter().map(|r| r.bulk_id.as_str())
    }
}

impl BulkRequest {
    /// The id of the resource an operation addresses and its data, with every reference replaced except those that
    /// the plan defers. `outcome` tells what became of the operation that makes a resource of this name.
    ///
    /// # Errors
    /// The error that the operation ends with: its own ([`super::BulkOperation::action`]), or 409 when an operation
    /// it refers to has failed (S-BULK-10).
    pub fn data<'a>(
        &self,
        step: &super::Step,
        outcome: impl Fn(&str) -> Outcome<'a>,
    ) -> Result<(Option<String>, Value)> {
        let action = self.operations[step.operation].action.as_ref().map_err(Clone::clone)?;
        let mut id = match &action.target.id {
            Some(Id::Known(id)) => Some(id.clone()),
            _ => None,
        };
        let mut data = action.data.clone();
        for reference in action.references.iter().filter(|r| !step.deferred.contains(r)) {
            let made = made(&reference.bulk_id, &outcome)?;
            match &reference.place {
                Place::Target => id = Some(made.to_owned()),
                Place::Data(at) => {
                    if let Some(slot) = locate(&mut data, at) {
                        *slot = Value::String(made.to_owned());
                    }
                }
                Place::Filter(at) => {
                    if let Some(Value::String(path)) = locate(&mut data, at) {
                        replace_quoted(path, &format!("{PREFIX}{}", reference.bulk_id), made);
                    }
                }
            }
        }
        super::follow_up::cut(&mut data, &step.deferred);
        Ok((id, data))
    }
}

pub(super) fn made<'a>(bulk_id: &str, outcome: &impl Fn(&str) -> Outcome<'a>) -> Result<&'a str> {
    match outcome(bulk_id) {
        Outcome::Made(id) => Ok(id),
        Outcome::Failed => Err(ScimError::plain(
            409,
            format!(
                "This operation refers to `{PREFIX}{bulk_id}`, and the operation that makes that resource failed. \
                 Repair that one and send both again."
            ),
        )),
    }
}

fn replace_quoted(filter: &mut String, from: &str, to: &str) {
    let found: Vec<_> = quoted(filter).into_iter().filter(|q| q.text == from).collect();
    for literal in found.into_iter().rev() {
        filter.replace_range(literal.range, &Value::from(to).to_string());
    }
}
