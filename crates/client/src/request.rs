//! One request, before it is sent.

use base::Secret;
use bytes::Bytes;
use hyper::Method;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::url::{QueryEncoding, encode_segment};

/// Whether a request may be sent again when nobody knows if the first was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Doing it twice is doing it once.
    Idempotent,
    /// Doing it twice may do harm (a create, a PATCH without a version).
    Once,
}

/// A request relative to the Tenant URL.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<Part>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) safety: Safety,
    pub(crate) without: Vec<HeaderName>,
    pub(crate) fault: Option<String>,
    pub(crate) secrets: Vec<Secret<String>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Part {
    Pair(String, String),
    Raw(String),
}

impl Request {
    /// A request for a path under the Tenant URL, such as `/Users`, which is sent as it stands.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let safety = match method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE => Safety::Idempotent,
            _ => Safety::Once,
        };
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            safety,
            without: Vec::new(),
            fault: None,
            secrets: Vec::new(),
        }
    }

    /// A request for one resource; the id is encoded.
    #[must_use]
    pub fn resource(method: Method, endpoint: &str, id: &str) -> Self {
        Self::new(method, format!("{}/{}", endpoint.trim_end_matches('/'), encode_segment(id)))
    }

    /// Adds a query parameter, to be encoded.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push(Part::Pair(name.into(), value.into()));
        self
    }

    /// Adds a piece of query as it stands: already encoded, or wrong on purpose. (Spaces, quotes and
    /// angle brackets must be encoded all the same: the HTTP library sends no URL with them.)
    #[must_use]
    pub fn raw_query(mut self, text: impl Into<String>) -> Self {
        self.query.push(Part::Raw(text.into()));
        self
    }

    /// Sets a header, in place of the client's own of that name. The fault of an impossible one shows when sending.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            (Err(_), _) => self.fault = Some(format!("`{name}` cannot be a header's name")),
            (_, Err(_)) => {
                self.fault = Some(format!("the value of header `{name}` holds a control character"))
            }
        }
        self
    }

    /// Leaves out a header that the client sends with every request, such as `Authorization`.
    #[must_use]
    pub fn without(mut self, name: HeaderName) -> Self {
        self.without.push(name);
        self
    }

    /// Only if the resource has this version (RFC 7644 §3.14). With a version, a repetition is safe.
    #[must_use]
    pub fn if_match(mut self, version: &str) -> Self {
        self.safety = Safety::Idempotent;
        self.header("if-match", version)
    }

    /// Sets the body to a JSON document.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        // Printing a `Value` cannot fail: its keys are strings.
        self.body(body.to_string())
    }

    /// Sets the body to any bytes. Its media type is the client's unless a `Content-Type` header is set.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sets the body's media type.
    #[must_use]
    pub fn content_type(self, value: &str) -> Self {
        self.header(CONTENT_TYPE.as_str(), value)
    }

    /// Says whether it may be repeated blindly, where the method does not say it right.
    #[must_use]
    pub const fn safety(mut self, safety: Safety) -> Self {
        self.safety = safety;
        self
    }

    /// Names a secret in the body. Should the answer repeat it, `****` stands in its place there, as for the token of the
    /// `Authorization` header.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<Secret<String>>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    pub(crate) fn encoded_query(&self, encoding: QueryEncoding) -> Vec<String> {
        self.query
            .iter()
            .map(|part| match part {
                Part::Raw(text) => text.clone(),
                Part::Pair(name, value) => format!("{}={}", encoding.encode(name), encoding.encode(value)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_know_their_safety() {
        let safety = |method| Request::new(method, "/Users").safety;
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_eq!(safety(method), Safety::Idempotent);
        }
        for method in [Method::POST, Method::PATCH] {
            assert_eq!(safety(method), Safety::Once);
        }
        assert_eq!(Request::new(Method::PATCH, "/Users/1").if_match("W/\"1\"").safety, Safety::Idempotent);
    }

    #[test]
    fn an_id_stays_within_its_segment() {
        assert_eq!(Request::resource(Method::GET, "/Users/", "a/../b").path, "/Users/a%2F..%2Fb");
        assert_eq!(Request::resource(Method::GET, "Users", "..").path, "Users/%2E%2E");
    }

    #[test]
    fn an_impossible_header_is_kept_as_a_fault() {
        let fault = |name, value| Request::new(Method::GET, "/").header(name, value).fault.unwrap();
        assert!(fault("a b", "x").contains("`a b`"));
        assert!(fault("x-id", "a\nb").contains("`x-id`"));
    }
}
