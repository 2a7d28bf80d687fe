//! What a new element must hold to be one that a filter selects.

use serde_json::{Map, Value};

use crate::filter::{CompareOp, Expr, Literal, Parsed};
use crate::schema::{Attribute, AttributeType};

/// The sub-attributes that a conjunction of `eq` terms asks for, as they were written. `None` for any other filter.
pub(super) fn seed(filter: &Expr<Parsed>, list: &Attribute) -> Option<Map<String, Value>> {
    let mut out = Map::new();
    collect(filter, list, &mut out).then_some(out)
}

fn collect(filter: &Expr<Parsed>, list: &Attribute, out: &mut Map<String, Value>) -> bool {
    match filter {
        Expr::And(terms) => terms.iter().all(|term| collect(term, list, out)),
        Expr::Compare(path, CompareOp::Eq, literal) => {
            let name = path.sub.as_ref().unwrap_or(&path.name);
            let Some(sub) = list.sub(name) else { return false };
            let Some(value) = value(sub, literal) else { return false };
            let known = out.entry(sub.name.clone()).or_insert_with(|| value.clone());
            *known == value
        }
        _ => false,
    }
}

/// The literal as a value of the attribute; `[primary eq "True"]` asks for `true`.
fn value(sub: &Attribute, literal: &Literal) -> Option<Value> {
    Some(match (literal, sub.ty) {
        (Literal::Null, _) => return None,
        (Literal::Bool(flag), _) => Value::Bool(*flag),
        (Literal::Number(number), _) => Value::Number(number.clone()),
        (Literal::String(text), AttributeType::Boolean) => {
            Value::Bool(text.to_ascii_lowercase().parse().ok()?)
        }
        (Literal::String(text), AttributeType::Integer | AttributeType::Decimal) => {
            Value::Number(text.trim().parse().ok()?)
        }
        (Literal::String(text), _) => Value::String(text.clone()),
    })
}
