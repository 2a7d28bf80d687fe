//! A request body: bytes of a request of its own, or JSON that stood within a bulk request.

use scim::{Result, json};
use serde_json::Value;

/// A body.
#[derive(Debug, Clone)]
pub(crate) enum Sent<'a> {
    /// As it came.
    Bytes(&'a [u8]),
    /// Read already.
    Json(Value),
}

impl<'a> Sent<'a> {
    /// The JSON.
    ///
    /// # Errors
    /// 400 `invalidSyntax`.
    pub(crate) fn read(self) -> Result<Value> {
        match self {
            Self::Bytes(bytes) => json::parse(bytes, &json::Limits::default()),
            Self::Json(value) => Ok(value),
        }
    }

    /// The text, for the log.
    pub(crate) fn bytes(&self) -> std::borrow::Cow<'a, [u8]> {
        match self {
            Self::Bytes(bytes) => (*bytes).into(),
            Self::Json(value) => value.to_string().into_bytes().into(),
        }
    }
}
