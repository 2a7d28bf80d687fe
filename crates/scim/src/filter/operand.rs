//! Values in comparable form: one function for literals, stored values, keys and sort.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::Operand;
use crate::schema::{Attribute, AttributeType, Mutability};
use crate::text;

/// The comparable form of one value of a simple attribute (an element, when it is multi-valued); `None` for `null`,
/// for a value of another type, and for complex attributes.
///
/// - `string`: folded, or exact when `caseExact` (see [`text::fold`]).
/// - `reference`: exact or folded likewise. One that points at a resource (its `referenceTypes` name a type rather
///   than `uri` or `external`, or it is `meta.location`) is reduced to `Users/{id}`, so that absolute and relative
///   addresses, with and without a version segment, are equal (S-TYPE-04).
/// - `binary`: the canonical base64 of its bytes.
/// - `dateTime`: microseconds since the epoch, so that different zones are comparable.
/// - `integer` and `decimal`: `i64` and `f64`.
#[must_use]
pub fn operand_of(attr: &Attribute, value: &Value) -> Option<Operand> {
    match (attr.ty, value) {
        (AttributeType::String | AttributeType::Reference | AttributeType::Binary, Value::String(text)) => {
            Some(text_operand(attr, text, Part::Whole))
        }
        (AttributeType::Boolean, Value::Bool(value)) => Some(Operand::Bool(*value)),
        (AttributeType::Integer, Value::Number(number)) => number.as_i64().map(Operand::Integer),
        (AttributeType::Decimal, Value::Number(number)) => {
            number.as_f64().filter(|n| n.is_finite()).map(Operand::Decimal)
        }
        (AttributeType::DateTime, Value::String(text)) => text::instant(text).map(Operand::Instant),
        _ => None,
    }
}

/// How much of a value a text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    /// What `co`, `sw` and `ew` look for: it cannot be decoded or reduced by itself.
    Fragment,
}

/// The comparable form of a text, for an attribute that is compared as text.
pub(super) fn text_operand(attr: &Attribute, value: &str, part: Part) -> Operand {
    let value = match (attr.ty, part) {
        (AttributeType::Binary, Part::Whole) => return Operand::Exact(canonical_base64(value)),
        (AttributeType::Binary, Part::Fragment) => return Operand::Exact(standard_alphabet(value)),
        (AttributeType::Reference, Part::Whole) if is_link(attr) => resource_part(value),
        _ => value,
    };
    if attr.case_exact {
        Operand::Exact(value.to_owned())
    } else {
        Operand::Folded(text::fold(value).into_owned())
    }
}

/// Whether a reference points at resources of this service.
fn is_link(attr: &Attribute) -> bool {
    attr.reference_types.iter().any(|t| t != "uri" && t != "external") || is_location(attr)
}

/// `meta.location`: its published reference type is `uri`, but what it holds is the resource's own address.
fn is_location(attr: &Attribute) -> bool {
    attr.name == "location" && attr.mutability == Mutability::ReadOnly && attr.case_exact
}

/// `Users/1` of `https://host/scim/v2/Users/1` and of `../Users/1`. Anything without a slash is left alone.
fn resource_part(address: &str) -> &str {
    let address = address.split(['?', '#']).next().unwrap_or(address).trim_end_matches('/');
    address
        .rmatch_indices('/')
        .nth(1)
        .map_or_else(|| address.trim_start_matches('/'), |(at, _)| &address[at + 1..])
}

fn standard_alphabet(value: &str) -> String {
    value.replace('-', "+").replace('_', "/")
}

/// One spelling for the same bytes: standard alphabet, padded. Text that is no base64 is equal to nothing but itself.
fn canonical_base64(value: &str) -> String {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let standard = standard_alphabet(value);
    match LENIENT.decode(&standard) {
        Ok(bytes) => LENIENT.encode(bytes),
        Err(_) => standard,
    }
}

impl Operand {
    /// Order of two operands of one attribute; `None` when their types differ.
    ///
    /// Text is ordered by code point of the comparable form, whatever a database's collation says (A-52, S-SORT-05);
    /// `false` comes before `true`.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Integer(a), Self::Integer(b)) | (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (Self::Decimal(a), Self::Decimal(b)) => a.partial_cmp(b),
            (Self::Exact(a), Self::Exact(b)) | (Self::Folded(a), Self::Folded(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// The text, when this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Exact(text) | Self::Folded(text) => Some(text),
            _ => None,
        }
    }
}
