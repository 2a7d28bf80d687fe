//! A request, let in and taken apart.

use std::sync::Arc;

use axum::extract::Query;
use axum::http::{HeaderMap, Uri, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use service::{ApiCaller, Operator, Service};

use super::once::Once;
use super::problem::{Code, Outcome, Problem};
use crate::App;

/// What a handler works with.
pub(super) struct Call {
    pub(super) app: App,
    pub(super) caller: ApiCaller,
    /// The request's id.
    pub(super) request: String,
    pub(super) path: Vec<(String, String)>,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// Nothing, or anything that exists.
    Any,
    Version(i64),
    /// No version that there ever was.
    Never,
}

impl Call {
    pub(super) fn service(&self) -> &Arc<Service> {
        &self.app.service
    }

    /// A part of the path. Which there are stands in the table of routes.
    pub(super) fn param(&self, name: &str) -> &str {
        self.path.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// The query parameters.
    pub(super) fn query<T: DeserializeOwned>(&self) -> Outcome<T> {
        Query::try_from_uri(&self.uri).map(|Query(value)| value).map_err(|rejection| {
            let text = rejection.body_text();
            let detail = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            Problem::new(Code::InvalidRequest, format!("The query is not acceptable: {detail}."))
        })
    }

    /// The body as JSON; unknown and repeated members are refused, with the place.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Outcome<T> {
        self.parsed::<Once>()?;
        self.parsed()
    }

    fn parsed<T: DeserializeOwned>(&self) -> Outcome<T> {
        let mut reader = serde_json::Deserializer::from_slice(&self.body);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let pointer = pointer(error.path());
            let inner = error.into_inner();
            let detail = if inner.is_data() {
                without_place(&inner.to_string())
            } else {
                format!("it is not JSON: {inner}")
            };
            Problem::new(Code::InvalidBody, format!("The body is not acceptable: {detail}."))
                .at(pointer, detail)
        })?;
        reader.end().map_err(|_| {
            Problem::new(Code::InvalidBody, "Something follows the JSON value in the body. Send one value.")
        })?;
        Ok(value)
    }

    /// The body as JSON, or the default when there is none.
    pub(super) fn json_or_default<T: DeserializeOwned + Default>(&self) -> Outcome<T> {
        if self.body.is_empty() { Ok(T::default()) } else { self.json() }
    }

    /// The caller at work on the tenant in the path, and the connection if the path names one.
    pub(super) async fn operator(&self) -> Outcome<Operator> {
        let connection = self.path.iter().find(|(name, _)| name == "connection").map(|(_, c)| c.as_str());
        self.operator_at(connection).await
    }

    /// The same at a connection that is named elsewhere.
    pub(super) async fn operator_at(&self, connection: Option<&str>) -> Outcome<Operator> {
        let mut op = self.service().api_operator(&self.caller, self.param("tenant"), connection).await?;
        op.request.clone_from(&self.request);
        Ok(op)
    }

    /// The version that `If-Match` names.
    pub(super) fn if_match(&self) -> Outcome<Option<i64>> {
        let mut values = self.headers.get_all(header::IF_MATCH).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let condition = value.to_str().ok().filter(|_| values.next().is_none()).and_then(condition);
        match condition {
            Some(Condition::Any) => Ok(None),
            Some(Condition::Version(version)) => Ok(Some(version)),
            Some(Condition::Never) => {
                Err(Problem::new(Code::Stale, "If-Match names no version that there is.")
                    .hint("send the ETag of the latest answer"))
            }
            None => Err(Problem::new(Code::InvalidRequest, "If-Match holds no entity tag, or several.")
                .hint("send the ETag of the latest answer with its quotation marks, or *")),
        }
    }
}

/// One entity tag (RFC 9110 §8.8.3); `None` for anything else.
fn condition(text: &str) -> Option<Condition> {
    let text = text.trim();
    if text == "*" {
        return Some(Condition::Any);
    }
    let text = text.strip_prefix("W/").unwrap_or(text);
    let tag = text.strip_prefix('"')?.strip_suffix('"')?;
    let legal = tag.bytes().all(|b| (0x21..=0x7e).contains(&b) && b != b'"');
    legal.then(|| tag.parse().map_or(Condition::Never, Condition::Version))
}

/// RFC 6901, of where serde was.
fn pointer(path: &Path) -> String {
    let mut out = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("/{index}")),
            Segment::Map { key } => out.push_str(&format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    out
}

/// A member's name in a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// serde's sentence without line and column, which the pointer says better.
fn without_place(text: &str) -> String {
    text.split(" at line ").next().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_with_and_without_weakness() {
        assert_eq!(condition("\"3\""), Some(Condition::Version(3)));
        assert_eq!(condition(" W/\"3\""), Some(Condition::Version(3)));
        assert_eq!(condition("*"), Some(Condition::Any));
        assert_eq!(condition("\"x\""), Some(Condition::Never));
        for bad in ["", "3", "\"3", "\"1\", \"2\"", "\"a b\"", "\""] {
            assert_eq!(condition(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_pointer_escapes_names() {
        assert_eq!(escaped("a/b~c"), "a~1b~0c");
    }
}
