//! Which operators an attribute's type knows, and which literals fit (the comparison matrix).

use serde_json::Number;

use super::element::Scope;
use super::invalid;
use crate::dialect::{Dialect, Quirk};
use crate::error::Result;
use crate::filter::operand::{Part, text_operand};
use crate::filter::{Checked, CompareOp, Expr, Literal, Operand};
use crate::schema::{AttributeType, Resolved};
use crate::text;

/// A comparison of a simple attribute with a literal that is not null.
pub(super) fn compare(
    found: Resolved,
    op: CompareOp,
    literal: &Literal,
    dialect: &Dialect,
    scope: &Scope,
) -> Result<Expr<Checked>> {
    let ty = found.leaf().ty;
    if !knows(ty, op) {
        let told = format!("is {}, which `{op}` cannot compare. Use {}.", called(ty), known(ty));
        return Err(invalid(&found, scope, &told));
    }
    let operand = match ty {
        AttributeType::String | AttributeType::Reference | AttributeType::Binary => {
            let part = if is_substring(op) { Part::Fragment } else { Part::Whole };
            text(literal, dialect).map(|text| text_operand(found.leaf(), &text, part))
        }
        AttributeType::Boolean => boolean(literal, dialect).map(Operand::Bool),
        AttributeType::DateTime => match literal {
            Literal::String(text) => text::instant(text).map(Operand::Instant),
            _ => None,
        },
        AttributeType::Decimal => {
            number(literal, dialect).and_then(|n| n.as_f64()).filter(|n| n.is_finite()).map(Operand::Decimal)
        }
        AttributeType::Integer => match number(literal, dialect) {
            Some(number) => return Ok(whole_number(found, op, &number)),
            None => None,
        },
        AttributeType::Complex => None,
    };
    match operand {
        Some(operand) => Ok(Expr::Compare(found, op, operand)),
        None => {
            let told = format!("is {}, so it is compared with {}.", called(ty), literal_of(ty));
            Err(invalid(&found, scope, &told))
        }
    }
}

const fn is_substring(op: CompareOp) -> bool {
    matches!(op, CompareOp::Co | CompareOp::Sw | CompareOp::Ew)
}

fn knows(ty: AttributeType, op: CompareOp) -> bool {
    match ty {
        AttributeType::String | AttributeType::Reference => true,
        AttributeType::Binary => is_substring(op) || matches!(op, CompareOp::Eq | CompareOp::Ne),
        AttributeType::Boolean => matches!(op, CompareOp::Eq | CompareOp::Ne),
        AttributeType::Integer | AttributeType::Decimal | AttributeType::DateTime => !is_substring(op),
        AttributeType::Complex => false,
    }
}

const fn called(ty: AttributeType) -> &'static str {
    match ty {
        AttributeType::String => "a string",
        AttributeType::Reference => "a reference",
        AttributeType::Binary => "binary",
        AttributeType::Boolean => "a boolean",
        AttributeType::Integer => "an integer",
        AttributeType::Decimal => "a number",
        AttributeType::DateTime => "a date and time",
        AttributeType::Complex => "complex",
    }
}

const fn known(ty: AttributeType) -> &'static str {
    match ty {
        AttributeType::DateTime => "eq, ne, gt, ge, lt, le or pr; a period is a ge and an lt",
        AttributeType::Binary => "eq, ne, co, sw, ew or pr",
        AttributeType::Boolean => "eq, ne or pr",
        _ => "eq, ne, gt, ge, lt, le or pr",
    }
}

const fn literal_of(ty: AttributeType) -> &'static str {
    match ty {
        AttributeType::Boolean => "true or false, without quotes",
        AttributeType::Integer | AttributeType::Decimal => "a number, without quotes",
        AttributeType::DateTime => "a date and time such as \"2026-05-13T09:30:00Z\"",
        _ => "text in double quotes",
    }
}

fn text(literal: &Literal, dialect: &Dialect) -> Option<String> {
    match literal {
        Literal::String(text) => Some(text.clone()),
        // `employeeNumber eq 4711`.
        Literal::Number(number) if dialect.has(Quirk::UnquotedLiteral) => Some(number.to_string()),
        _ => None,
    }
}

fn boolean(literal: &Literal, dialect: &Dialect) -> Option<bool> {
    match literal {
        Literal::Bool(value) => Some(*value),
        Literal::String(text) if dialect.has(Quirk::QuotedLiteral) => {
            if text.eq_ignore_ascii_case("true") {
                Some(true)
            } else if text.eq_ignore_ascii_case("false") {
                Some(false)
            } else {
                None
            }
        }
        _ => None,
    }
}

fn number(literal: &Literal, dialect: &Dialect) -> Option<Number> {
    match literal {
        Literal::Number(number) => Some(number.clone()),
        Literal::String(text) if dialect.has(Quirk::QuotedLiteral) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Compares an integer attribute with any number, by whole numbers only.
fn whole_number(found: Resolved, op: CompareOp, number: &Number) -> Expr<Checked> {
    /// 2⁶³, the first number above the range of `i64`.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if let Some(whole) = number.as_i64() {
        return Expr::Compare(found, op, Operand::Integer(whole));
    }
    let value = number.as_f64().unwrap_or(f64::INFINITY);
    let below = value.floor();
    let inside = (-END..END).contains(&below);
    #[expect(clippy::cast_possible_truncation, reason = "used only when inside the range")]
    let whole = below as i64;
    match op {
        _ if inside && below == value => Expr::Compare(found, op, Operand::Integer(whole)),
        CompareOp::Eq => Expr::Nothing,
        CompareOp::Ne => Expr::everything(),
        CompareOp::Gt | CompareOp::Ge if inside => {
            Expr::Compare(found, CompareOp::Gt, Operand::Integer(whole))
        }
        CompareOp::Lt | CompareOp::Le if inside => {
            Expr::Compare(found, CompareOp::Le, Operand::Integer(whole))
        }
        CompareOp::Gt | CompareOp::Ge if value < 0.0 => Expr::Present(found),
        CompareOp::Lt | CompareOp::Le if value > 0.0 => Expr::Present(found),
        _ => Expr::Nothing,
    }
}
