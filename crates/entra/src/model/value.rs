//! Values as the engine sees them.

use serde_json::{Map, Value as Json};

/// What an attribute of the source holds, or what an expression gives. Nothing is `None` of an `Option`, never a value.
///
/// There are no booleans and no numbers here: the engine's are text (`"True"`, `"False"`, `"7"`), and become typed on
/// the wire by the type of the target attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A single value.
    Text(String),
    /// Several, in the source's order.
    Many(Vec<Value>),
    /// An object, such as one element of what `AppRoleAssignmentsComplex` gives.
    Complex(Map<String, Json>),
}

impl Value {
    /// The engine's word for a truth value.
    #[must_use]
    pub fn boolean(value: bool) -> Self {
        Self::Text(if value { "True" } else { "False" }.to_owned())
    }

    /// The text, of a single value.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Many(_) | Self::Complex(_) => None,
        }
    }

    /// Reads a JSON value as Graph returns it: null, `""`-less emptiness and empty lists are nothing; booleans and numbers
    /// become text.
    #[must_use]
    pub fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Null => None,
            Json::Bool(value) => Some(Self::boolean(value)),
            Json::Number(number) => Some(Self::Text(number.to_string())),
            Json::String(text) => Some(Self::Text(text)),
            Json::Array(items) => {
                let items: Vec<Self> = items.into_iter().filter_map(Self::from_json).collect();
                if items.is_empty() { None } else { Some(Self::Many(items)) }
            }
            Json::Object(map) => Some(Self::Complex(map)),
        }
    }

    /// The value as JSON text values: what the log and the state keep.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Text(text) => Json::String(text.clone()),
            Self::Many(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Self::Complex(map) => Json::Object(map.clone()),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
