//! Whether a resource satisfies a checked filter. What this says is what every storage must say (S-FILTER-17).
//!
//! **The values of a path** are all assigned values it leads to: `emails.type` of a user with three e-mails, one
//! without a type, has two values. `null`, `[]` and `{}` are no values (S-NULL-01); `""` is one, and an absent
//! `primary` is not `false`.
//!
//! | condition | is true when |
//! |---|---|
//! | `x pr` | there is a value; for a complex attribute, any sub-attribute has one |
//! | `x ne v` | there is no value, or *any* value differs (A-01, RFC text: "any value") |
//! | any other comparison | *any* value satisfies it (S-FILTER-05); never without a value |
//! | `x[f]` | `f` is true of one and the same element (S-FILTER-07) |
//! | `not (f)` | `f` is false: logic has two values, not three (S-FILTER-21) |
//!
//! Inside brackets the same table holds with the element in place of the resource, so that there `ne` compares with
//! that element alone.
//!
//! Text is compared by its comparable form (see [`operand_of`]): equal, substring, prefix, suffix, and order by code
//! point.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::{Checked, CompareOp, Expr, Filter, Operand, operand_of};
use crate::schema::{Attribute, AttributeType, Resolved};
use crate::text;

/// Whether the resource satisfies the filter.
///
/// `resource` is the whole resource as it would be shown: canonical names, with `id`, `meta` and computed attributes
/// as far as the filter asks for them.
#[must_use]
pub fn matches(filter: &Filter<Checked>, resource: &Map<String, Value>) -> bool {
    holds(&filter.expr, Scope::Resource(resource))
}

/// Whether one element of a multi-valued attribute (or one singular complex value) satisfies the filter from the
/// brackets after it. The element of a list of simple values is the value itself.
#[must_use]
pub fn matches_element(filter: &Expr<Checked>, element: &Value) -> bool {
    holds(filter, Scope::Element(element))
}

#[derive(Clone, Copy)]
enum Scope<'v> {
    Resource(&'v Map<String, Value>),
    Element(&'v Value),
}

fn holds(expr: &Expr<Checked>, scope: Scope<'_>) -> bool {
    match expr {
        Expr::And(terms) => terms.iter().all(|term| holds(term, scope)),
        Expr::Or(terms) => terms.iter().any(|term| holds(term, scope)),
        Expr::Not(inner) => !holds(inner, scope),
        Expr::Nothing => false,
        Expr::Present(path) => any_value(path, scope, &mut is_assigned),
        Expr::Compare(path, op, operand) => {
            let leaf = path.leaf();
            let mut assigned = false;
            let found = any_value(path, scope, &mut |value| {
                compares(leaf, value, *op, operand).is_some_and(|satisfied| {
                    assigned = true;
                    satisfied
                })
            });
            found || (*op == CompareOp::Ne && !assigned)
        }
        Expr::Element(path, inner) => base(path, scope).is_some_and(|value| match value {
            Value::Array(elements) => elements.iter().any(|e| holds(inner, Scope::Element(e))),
            single => is_assigned(single) && holds(inner, Scope::Element(single)),
        }),
    }
}

/// The value of the attribute, before the sub-attribute.
fn base<'v>(path: &Resolved, scope: Scope<'v>) -> Option<&'v Value> {
    let name = path.attribute.name.as_str();
    match (scope, &path.container) {
        (Scope::Resource(resource), None) => resource.get(name),
        (Scope::Resource(resource), Some(urn)) => resource.get(&**urn)?.get(name),
        (Scope::Element(Value::Object(element)), _) => element.get(name),
        // The element is the simple value, called `value`.
        (Scope::Element(simple), _) => Some(simple),
    }
}

/// Whether any value that the path leads to passes the test.
fn any_value(path: &Resolved, scope: Scope<'_>, test: &mut impl FnMut(&Value) -> bool) -> bool {
    let Some(value) = base(path, scope) else { return false };
    match &path.sub {
        None => any_of(value, test),
        Some(sub) => {
            any_of(value, &mut |element| element.get(&sub.name).is_some_and(|value| any_of(value, test)))
        }
    }
}

fn any_of(value: &Value, test: &mut impl FnMut(&Value) -> bool) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(test),
        single => test(single),
    }
}

/// Whether this counts as a value (RFC 7643 §2.5).
fn is_assigned(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(elements) => elements.iter().any(is_assigned),
        Value::Object(members) => members.values().any(is_assigned),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Whether a stored value satisfies the comparison; `None` when it is no value of the attribute's type.
fn compares(leaf: &Attribute, value: &Value, op: CompareOp, operand: &Operand) -> Option<bool> {
    // What most filters are, without a copy of the stored text.
    if let (Value::String(stored), CompareOp::Eq, AttributeType::String) = (value, op, leaf.ty) {
        match operand {
            Operand::Folded(wanted) => return Some(text::folds_to(stored, wanted)),
            Operand::Exact(wanted) => return Some(stored == wanted),
            _ => {}
        }
    }
    Some(satisfies(&operand_of(leaf, value)?, op, operand))
}

/// Whether `stored op wanted`.
pub(super) fn satisfies(stored: &Operand, op: CompareOp, wanted: &Operand) -> bool {
    let texts = || Some((stored.as_text()?, wanted.as_text()?));
    let ordered = |test: fn(Ordering) -> bool| stored.compare(wanted).is_some_and(test);
    match op {
        CompareOp::Eq => ordered(Ordering::is_eq),
        CompareOp::Ne => !ordered(Ordering::is_eq),
        CompareOp::Gt => ordered(Ordering::is_gt),
        CompareOp::Ge => ordered(Ordering::is_ge),
        CompareOp::Lt => ordered(Ordering::is_lt),
        CompareOp::Le => ordered(Ordering::is_le),
        CompareOp::Co => texts().is_some_and(|(stored, part)| stored.contains(part)),
        CompareOp::Sw => texts().is_some_and(|(stored, part)| stored.starts_with(part)),
        CompareOp::Ew => texts().is_some_and(|(stored, part)| stored.ends_with(part)),
    }
}
