//! JSON as SCIM takes it: UTF-8, one value, no key twice, not too deep (S-HTTP-01, S-HTTP-12, S-HTTP-13).
//!
//! `serde_json`'s own `Value` lets the last of several equal keys win without a word, which would let two readers of one
//! body see two things.

mod write;

pub use write::{write_key, write_str, write_value};

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use crate::error::{Result, ScimError};

/// How much of a body is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many objects and arrays may stand within each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 32 }
    }
}

/// Reads one JSON value. A byte order mark in front is tolerated.
///
/// # Errors
/// 400 `invalidSyntax`: not UTF-8, not JSON, text after the value, a key that stands twice in one object, too deep.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Value> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|e| {
        ScimError::syntax(format!(
            "The body is not UTF-8: the byte at offset {} begins no character. Send JSON in UTF-8.",
            e.valid_up_to()
        ))
    })?;
    if text.bytes().all(|b| b.is_ascii_whitespace()) {
        return Err(ScimError::syntax("The body is empty. Send a JSON object."));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value =
        Node { depth: limits.depth, outermost: true }.deserialize(&mut deserializer).map_err(refused)?;
    deserializer.end().map_err(refused)?;
    Ok(value)
}

fn refused(error: serde_json::Error) -> ScimError {
    ScimError::syntax(format!("The body is not the JSON that is wanted: {error}."))
}

/// The key under which `serde_json` hands over a number whose digits it keeps.
const NUMBER: &str = "$serde_json::private::Number";

#[derive(Clone, Copy)]
struct Node {
    depth: usize,
    outermost: bool,
}

impl Node {
    fn inner<E: de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, outermost: false }),
            None => Err(E::custom("objects and arrays are nested too deep")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(inner)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let Some(first) = access.next_key::<String>()? else {
            return Ok(Value::Object(Map::new()));
        };
        if first == NUMBER {
            let digits: String = access.next_value()?;
            let number = digits.parse::<Number>().map_err(|_| de::Error::custom("a number is malformed"))?;
            return Ok(Value::Number(number));
        }
        let inner = self.inner()?;
        // A resource holds about a dozen attributes, an element of a list three or four parts.
        let mut map = Map::with_capacity(if self.outermost { 16 } else { 4 });
        let value = access.next_value_seed(inner)?;
        map.insert(first, value);
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(inner)?;
            match map.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                Entry::Occupied(entry) => {
                    let key = entry.key();
                    return Err(de::Error::custom(format_args!(
                        "the key `{key}` stands twice in one object"
                    )));
                }
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests;
