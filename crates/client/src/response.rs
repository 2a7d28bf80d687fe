//! One answer.

use std::time::Duration;

use hyper::header::{ETAG, HeaderMap, LOCATION};
use hyper::{Method, StatusCode};
use serde_json::Value;

use crate::lenient;
use crate::retry;

/// What a server answered. Any status: judging it is the caller's, or [`crate::Call`]'s.
#[derive(Clone, Debug)]
pub struct Response {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Option<Value>,
    pub(crate) elapsed: Duration,
    pub(crate) attempts: u32,
}

impl Response {
    /// The request's method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The URL that answered, after redirects.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// One header as text; `None` when it is absent or no text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The version: the `ETag` header, or else `meta.version`.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.header(ETAG.as_str()).or_else(|| {
            self.json.as_ref().and_then(|json| lenient::get(lenient::get(json, "meta")?, "version")?.as_str())
        })
    }

    /// The `Location` header.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.header(LOCATION.as_str())
    }

    /// What `Retry-After` asks for. A date is counted from the answer's own `Date`, so that clocks need not agree; without
    /// one it says nothing.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry::retry_after_itself(&self.headers)
    }

    /// The resource's `id`.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.json.as_ref().and_then(lenient::id)
    }

    /// The body read as JSON; `None` when it is none.
    #[must_use]
    pub const fn json(&self) -> Option<&Value> {
        self.json.as_ref()
    }

    /// The body read as JSON, owned; `Null` when it is none.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.json.unwrap_or_default()
    }

    /// The body as it came; bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// From the request's first byte to the body's last, of the last attempt.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How many times it was sent.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }
}
