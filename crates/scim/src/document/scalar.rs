//! Values of simple types: does it fit, and in which form is it kept (RFC 7643 §2.3).

use serde_json::{Number, Value};

use super::value::At;
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError};
use crate::schema::{Attribute, AttributeType, Uniqueness};

/// The value in the form that is kept, or what is wrong with it (S-TYPE-01).
pub(super) fn scalar(attr: &Attribute, value: Value, dialect: &Dialect, at: &At<'_>) -> Result<Value> {
    match attr.ty {
        AttributeType::String => string(attr, value, at),
        AttributeType::Reference => string(attr, value, at),
        AttributeType::Boolean => boolean(value, dialect, at),
        AttributeType::Integer => integer(value, dialect, at),
        AttributeType::Decimal => decimal(value, dialect, at),
        AttributeType::DateTime => date_time(value, at),
        AttributeType::Binary => binary(value, at),
        AttributeType::Complex => Err(wrong(at, "an object", &value)),
    }
}

/// `invalidValue`: what is wanted, and what kind of thing came. Never the value itself, which may be a secret.
pub(super) fn wrong(at: &At<'_>, wanted: &str, value: &Value) -> ScimError {
    let path = at.to_string();
    let detail = format!("`{path}` must be {wanted}, but {} was sent.", kind(value));
    ScimError::value(path, detail)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn string(attr: &Attribute, value: Value, at: &At<'_>) -> Result<Value> {
    let Value::String(text) = &value else {
        return Err(wrong(at, "a string", &value));
    };
    // Line breaks and tabs belong to free text such as a postal address, not to names, ids and links.
    let free = attr.ty == AttributeType::String && !attr.case_exact && attr.uniqueness == Uniqueness::None;
    let refused = |b: u8| (b < 0x20 && !(free && matches!(b, b'\t' | b'\n' | b'\r'))) || b == 0x7f;
    match text.bytes().find(|b| refused(*b)) {
        None => Ok(value),
        Some(byte) => {
            let path = at.to_string();
            let detail =
                format!("`{path}` holds the control character U+{byte:04X}. Remove it at the source.");
            Err(ScimError::value(path, detail))
        }
    }
}

fn boolean(value: Value, dialect: &Dialect, at: &At<'_>) -> Result<Value> {
    match &value {
        Value::Bool(_) => Ok(value),
        Value::String(text) if dialect.has(Quirk::StringBoolean) => {
            if text.eq_ignore_ascii_case("true") {
                Ok(Value::Bool(true))
            } else if text.eq_ignore_ascii_case("false") {
                Ok(Value::Bool(false))
            } else {
                Err(wrong(at, "true or false", &value))
            }
        }
        _ => Err(wrong(at, "true or false", &value)),
    }
}

/// The digits of a number, or of a string that is one where the dialect allows it.
fn digits(value: &Value, dialect: &Dialect) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if dialect.has(Quirk::StringNumber) => Some(text.trim().to_owned()),
        _ => None,
    }
}

fn integer(value: Value, dialect: &Dialect, at: &At<'_>) -> Result<Value> {
    // `1.0` and `1e3` are no integers (RFC 7643 §2.3.4), and one beyond 64 bits cannot be kept exactly (S-TYPE-06).
    let text = digits(&value, dialect);
    let plain = text.filter(|t| t.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
    match plain.and_then(|t| t.parse::<i64>().ok()) {
        Some(integer) => Ok(Value::Number(integer.into())),
        None => Err(wrong(at, "a whole number of at most 64 bits without fraction or exponent", &value)),
    }
}

fn decimal(value: Value, dialect: &Dialect, at: &At<'_>) -> Result<Value> {
    let number = digits(&value, dialect).and_then(|t| t.parse::<Number>().ok());
    match number {
        Some(number) if number.as_f64().is_some_and(f64::is_finite) => Ok(Value::Number(number)),
        _ => Err(wrong(at, "a number", &value)),
    }
}

fn date_time(value: Value, at: &At<'_>) -> Result<Value> {
    match &value {
        Value::String(text) if crate::text::instant(text).is_some() => Ok(value),
        _ => Err(wrong(at, "a date and time such as 2026-05-13T09:30:00Z", &value)),
    }
}

/// Base64 or base64url, padded or not (RFC 7643 §2.3.6). The bytes are not looked into.
fn binary(value: Value, at: &At<'_>) -> Result<Value> {
    let fits = |text: &str| {
        let body = text.trim_end_matches('=');
        let alphabet = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
        text.len() - body.len() <= 2 && body.len() % 4 != 1 && body.bytes().all(alphabet)
    };
    match &value {
        Value::String(text) if fits(text) => Ok(value),
        _ => Err(wrong(at, "base64 text in one line", &value)),
    }
}
