//! [`Quirk::RemoveWithValue`](crate::Quirk::RemoveWithValue): without its compatibility flag, Entra says in the value
//! whom to remove. Read by the RFC alone, everybody would be removed (A-07).
//!
//! ```json
//! {"op":"Remove","path":"members","value":[{"$ref":null,"value":"u1"}]}
//! ```
//!
//! A single value is removed when it is the one that was sent; another one stays.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Verdict;
use crate::document::canonical_value;
use crate::error::Result;
use crate::filter::{Checked, CompareOp, Expr, operand_of};
use crate::patch::{Element, Op, State, Step, Target};
use crate::schema::{Attribute, AttributeType, Resolved};

pub(super) fn rewrite(step: &mut Step, state: &State<'_>) -> Result<Verdict> {
    if step.op != Op::Remove {
        return Ok(Verdict::Keep);
    }
    let Some(value) = step.value.take().filter(|v| !v.is_null() && v != "") else { return Ok(Verdict::Keep) };
    let text = step.target.to_string();
    match &mut step.target {
        // The path says already what to remove.
        Target::Container(_) | Target::Element(Element { sub: None, .. }) => {}
        Target::Element(at) => {
            let Some(sub) = &at.sub else { return Ok(Verdict::Keep) };
            let sent = canonical_value(sub, value, state.dialect, &text)?;
            at.filter = all(vec![at.filter.clone(), equals(sub, sent.as_ref())]);
        }
        Target::Attr(path) if path.attribute.multi_valued => {
            let attr = path.attribute.clone();
            let filter = match &path.sub {
                None => {
                    let value = if value.is_array() { value } else { Value::Array(vec![value]) };
                    let Some(Value::Array(list)) = canonical_value(&attr, value, state.dialect, &text)?
                    else {
                        return Ok(Verdict::Drop(None));
                    };
                    any(list.iter().map(|element| listed(&attr, element)).collect())
                }
                Some(sub) => equals(sub, canonical_value(sub, value, state.dialect, &text)?.as_ref()),
            };
            let list = Resolved { sub: None, ..path.clone() };
            step.target = Target::Element(Element { list, filter, seed: None, sub: path.sub.clone() });
        }
        Target::Attr(path) => {
            let sent = canonical_value(path.leaf(), value, state.dialect, &text)?;
            if !is_current(path.leaf(), state.document.get(path), sent.as_ref()) {
                return Ok(Verdict::Drop(Some(format!("`{path}` has another value, which stays"))));
            }
        }
    }
    Ok(Verdict::Keep)
}

/// What holds of an element that was listed.
fn listed(attr: &Arc<Attribute>, element: &Value) -> Expr<Checked> {
    let Value::Object(object) = element else { return equals(attr, Some(element)) };
    let term = |(name, value): (&String, &Value)| attr.sub(name).map(|sub| equals(sub, Some(value)));
    let Some(value) = object.get_key_value("value") else {
        return all(object.iter().filter_map(term).collect());
    };
    let mut terms: Vec<_> = term(value).into_iter().collect();
    // A type tells apart what has one (A-09); of members the id says everything.
    if let (Some(sub), Some(kind)) = (attr.sub("type"), object.get("type"))
        && !attr.points_at_resource()
    {
        let untyped = Expr::Not(Box::new(Expr::Present(relative(sub))));
        terms.push(Expr::Or(vec![equals(sub, Some(kind)), untyped]));
    }
    all(terms)
}

fn equals(attr: &Arc<Attribute>, value: Option<&Value>) -> Expr<Checked> {
    match value.and_then(|value| operand_of(attr, value)) {
        Some(operand) => Expr::Compare(relative(attr), CompareOp::Eq, operand),
        None => Expr::Nothing,
    }
}

/// A sub-attribute as it stands inside brackets; of a list of simple values, the value itself.
fn relative(attr: &Arc<Attribute>) -> Resolved {
    Resolved { container: None, attribute: attr.clone(), sub: None }
}

fn all(mut terms: Vec<Expr<Checked>>) -> Expr<Checked> {
    if terms.len() > 1 { Expr::And(terms) } else { terms.pop().unwrap_or(Expr::Nothing) }
}

fn any(mut terms: Vec<Expr<Checked>>) -> Expr<Checked> {
    if terms.len() > 1 { Expr::Or(terms) } else { terms.pop().unwrap_or(Expr::Nothing) }
}

/// Whether what was sent agrees with what is there, in all that was sent.
fn is_current(attr: &Attribute, current: Option<&Value>, sent: Option<&Value>) -> bool {
    let (Some(current), Some(sent)) = (current, sent) else { return current.is_none() };
    if attr.ty != AttributeType::Complex {
        return operand_of(attr, current) == operand_of(attr, sent);
    }
    let empty = Map::new();
    let current = current.as_object().unwrap_or(&empty);
    sent.as_object().is_some_and(|sent| {
        sent.iter().all(|(name, value)| {
            let (Some(sub), Some(current)) = (attr.sub(name), current.get(name)) else { return false };
            operand_of(sub, current) == operand_of(sub, value)
        })
    })
}
