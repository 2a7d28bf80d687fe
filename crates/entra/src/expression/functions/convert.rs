//! Conversions, and what fits nowhere else.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Function, required, text_value};
use crate::expression::eval::{Call, Outcome, decimal, shown};
use crate::model::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "BitAnd",
        &[required("value1"), required("value2")],
        "The bits that both numbers have.",
        bit_and,
    ),
    Function::new("CBool", &[required("Expression")], "True for a number other than 0 and for True.", c_bool),
    Function::new("CStr", &[required("value")], "The value as text.", c_str),
    Function::new(
        "ConvertToBase64",
        &[required("source")],
        "The text in UTF-16 (little-endian) and base64.",
        convert_to_base64,
    ),
    Function::new(
        "ConvertToUTF8Hex",
        &[required("source")],
        "The text in UTF-8, two hexadecimal digits a byte.",
        convert_to_utf8_hex,
    ),
    Function::new(
        "Redact",
        &[required("attribute")],
        "The value itself, shown as [Redact] in the provisioning log.",
        |call| Ok(call.value(0)?.map(std::borrow::Cow::into_owned)),
    ),
    Function::new("DefaultDomain", &[], "The tenant's default domain.", default_domain).unverified(),
];

fn bit_and(call: Call<'_>) -> Outcome {
    let (Some(a), Some(b)) = (call.integer(0)?, call.integer(1)?) else { return Ok(None) };
    text_value((a & b).to_string())
}

/// Null is False (unverified).
fn c_bool(call: Call<'_>) -> Outcome {
    let truth = match call.text(0)?.as_deref() {
        None => false,
        Some(text) if text.eq_ignore_ascii_case("true") => true,
        Some(text) if text.eq_ignore_ascii_case("false") => false,
        Some(text) => match decimal(text) {
            Some(number) => number != 0,
            None => return Err(call.fault(format!("{} is neither a number nor True or False", shown(text)))),
        },
    };
    Ok(Some(Value::boolean(truth)))
}

fn c_str(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    text_value(text)
}

fn convert_to_base64(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    text_value(STANDARD.encode(bytes))
}

fn convert_to_utf8_hex(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    let mut hex = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        // Writing to a `String` cannot fail.
        let _ = write!(hex, "{byte:02X}");
    }
    text_value(hex)
}

fn default_domain(call: Call<'_>) -> Outcome {
    match &call.env().default_domain {
        Some(domain) => text_value(domain.as_str()),
        None => Err(call.fault("the tenant's default domain is not known")),
    }
}
