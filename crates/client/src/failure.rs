//! What can go wrong, told so that a person knows what to do.

use std::error::Error;

use base::{Hinted, Refused};
use hyper::StatusCode;
use serde_json::Value;

use crate::lenient;
use crate::response::Response;

/// Why a call gave no result.
#[derive(Debug, thiserror::Error)]
pub enum ScimFailure {
    /// The request could not be written as asked.
    #[error("the request cannot be sent: {0}")]
    Request(String),
    /// There was no whole answer.
    #[error(transparent)]
    Transport(TransportFailure),
    /// The answer's status says no.
    #[error("{} {} answered {}{}", response.method(), response.url(), response.status(), told(error.as_ref()))]
    Status {
        /// The answer.
        response: Box<Response>,
        /// Its body read as a SCIM error, where it can be (RFC 7644 §3.12).
        error: Option<ScimError>,
    },
    /// The status says yes, but the body is no SCIM.
    #[error("{} {} answered {}, but {what}", response.method(), response.url(), response.status())]
    NotScim {
        /// The answer.
        response: Box<Response>,
        /// What it is instead.
        what: NotScim,
    },
    /// Pages that do not come to an end, or contradict one another.
    #[error("the list at {endpoint} cannot be walked: {problem}")]
    Paging {
        /// Whose list.
        endpoint: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Someone else changed the resource each time between reading and writing.
    #[error("{endpoint}/{id} was changed by someone else in each of {attempts} attempts")]
    Contended {
        /// The resource's endpoint.
        endpoint: String,
        /// Its id.
        id: String,
        /// How often it was tried.
        attempts: u32,
    },
}

fn told(error: Option<&ScimError>) -> String {
    let Some(error) = error else { return String::new() };
    let kind = error.scim_type.as_deref().map(|t| format!(" ({t})")).unwrap_or_default();
    let detail = error.detail.as_deref().map(|d| format!(": {d}")).unwrap_or_default();
    format!("{kind}{detail}")
}

impl ScimFailure {
    /// The answer, if there was one.
    #[must_use]
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::Status { response, .. } | Self::NotScim { response, .. } => Some(response),
            _ => None,
        }
    }

    /// The answer's status, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(Response::status)
    }

    /// The answer's `scimType`, if it has one.
    #[must_use]
    pub fn scim_type(&self) -> Option<&str> {
        match self {
            Self::Status { error: Some(error), .. } => error.scim_type.as_deref(),
            _ => None,
        }
    }

    /// Whether the server says that such a resource exists already (RFC 7644 §3.3).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// Whether the server says that there is no such thing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }
}

/// What a 2xx answer is that should be SCIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotScim {
    /// A web page: a portal, a login form, a proxy.
    #[error("the body is a web page")]
    Html,
    /// Something that does not parse as JSON.
    #[error("the body is not JSON")]
    NotJson,
    /// Nothing, where a resource or a list must be.
    #[error("the body is empty")]
    Empty,
    /// JSON, but not what was asked for.
    #[error("the body is not {0}")]
    Shape(&'static str),
}

/// A request without an answer.
#[derive(Debug, thiserror::Error)]
#[error("{method} {url}: {kind}")]
pub struct TransportFailure {
    /// The request's method.
    pub method: hyper::Method,
    /// Where it was sent.
    pub url: String,
    /// What happened.
    pub kind: TransportKind,
    /// The error below.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// How a request came to have no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportKind {
    /// The name does not resolve or nobody listens.
    #[error("no connection could be made")]
    Connect,
    /// The address is one that this client may not dial.
    #[error("{0}")]
    Refused(Refused),
    /// The server's certificate or its TLS is not acceptable.
    #[error("the server's TLS is not acceptable")]
    Tls,
    /// No whole answer within the time allowed.
    #[error("no answer in time")]
    Timeout,
    /// The connection ended or what came over it is no HTTP.
    #[error("the connection broke before the answer was whole")]
    Broken,
    /// The answer is larger than so many bytes.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// A SCIM error body, read leniently (RFC 7644 §3.12).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScimError {
    /// `status`, sent as text or as a number.
    pub status: Option<u16>,
    /// `scimType`.
    pub scim_type: Option<String>,
    /// `detail`, or what stands in for it.
    pub detail: Option<String>,
    /// Whether `schemas` names the error message, as it must.
    pub has_schema: bool,
}

impl ScimError {
    /// The schema of error messages.
    pub const SCHEMA: &'static str = "urn:ietf:params:scim:api:messages:2.0:Error";

    /// Reads a body that has at least one of an error's members. Also SCIM 1.1's `Errors` list, and the `message` and
    /// `error` that other frameworks answer with.
    #[must_use]
    pub fn read(body: &Value) -> Option<Self> {
        let inner = lenient::get(body, "errors").and_then(Value::as_array).and_then(|list| list.first());
        let body = inner.unwrap_or(body);
        let text =
            |names: &[&str]| names.iter().find_map(|name| lenient::text(body, name)).map(str::to_owned);
        let status =
            ["status", "code"].iter().find_map(|name| lenient::get(body, name).and_then(lenient::unsigned));
        let schemas = lenient::get(body, "schemas").and_then(Value::as_array);
        let error = Self {
            status: status.and_then(|n| u16::try_from(n).ok()),
            scim_type: text(&["scimType"]).filter(|t| !t.is_empty()),
            detail: text(&["detail", "description", "message", "error"]).filter(|t| !t.is_empty()),
            has_schema: schemas.is_some_and(|s| s.iter().any(|urn| urn == Self::SCHEMA)),
        };
        (error != Self::default()).then_some(error)
    }
}

impl Hinted for ScimFailure {
    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Transport(failure) => transport_hint(&failure.kind),
            Self::Status { response, error } => return status_hint(response, error.is_some()),
            Self::NotScim { what: NotScim::Html, .. } => {
                "the URL leads to a web page: check that the Tenant URL is the SCIM one, often ending in /scim or /scim/v2"
            }
            Self::NotScim { .. } => "check that the Tenant URL is that of a SCIM 2.0 service",
            Self::Paging { .. } => {
                "the server's paging is at fault: check startIndex, count and totalResults there"
            }
            Self::Request(_) | Self::Contended { .. } => return Vec::new(),
        };
        vec![hint.into()]
    }
}

const fn transport_hint(kind: &TransportKind) -> &'static str {
    match kind {
        TransportKind::Connect => "check the host and port of the Tenant URL, and that the server runs",
        TransportKind::Refused(_) => "use a public address, or permit this one in the address policy",
        TransportKind::Tls => {
            "the certificate must be valid, name this host, and come with its chain from an authority this machine trusts"
        }
        TransportKind::Timeout => "check that no firewall swallows the connection; or allow more time",
        TransportKind::Broken => "check that the URL's scheme (http, https) is what the port speaks",
        TransportKind::TooLarge(_) => "ask for fewer results, or exclude attributes such as members",
    }
}

fn status_hint(response: &Response, scim: bool) -> Vec<String> {
    let hint = match response.status().as_u16() {
        401 => "the token was refused: paste it again, alone and whole, or create a new one",
        403 if !scim => {
            "something in front of the SCIM service may refuse this: a firewall rule that demands a User-Agent is common"
        }
        403 => "the token is known but may not do this",
        404 if !scim => "no SCIM service answers here: check the path of the Tenant URL",
        406 | 415 => {
            "the server insists on a media type: it must take application/scim+json, and need no Accept header"
        }
        429 => "the server asks to slow down: lower the rate",
        300..=399 => "the server points elsewhere: use the final URL as Tenant URL",
        _ => return Vec::new(),
    };
    let mut hints = vec![hint.to_owned()];
    if let (300..=399, Some(location)) = (response.status().as_u16(), response.location()) {
        hints.push(format!("it points to {location}"));
    }
    hints
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_are_read_in_every_form_servers_send() {
        // S-CLI-09
        let read = |body| ScimError::read(&body).unwrap();
        let whole = read(
            json!({"schemas": [ScimError::SCHEMA], "status": "409", "scimType": "uniqueness", "detail": "d"}),
        );
        assert_eq!(
            whole,
            ScimError {
                status: Some(409),
                scim_type: Some("uniqueness".into()),
                detail: Some("d".into()),
                has_schema: true
            }
        );
        assert_eq!(read(json!({"status": 404})).status, Some(404));
        assert!(!read(json!({"Detail": "x"})).has_schema);
        assert_eq!(read(json!({"Errors": [{"description": "old", "code": "400"}]})).detail.unwrap(), "old");
        assert_eq!(read(json!({"Errors": [{"description": "old", "code": "400"}]})).status, Some(400));
        assert_eq!(read(json!({"message": "Not found."})).detail.unwrap(), "Not found.");
        for none in [json!({}), json!([]), json!("x"), json!({"id": "1"}), json!({"detail": ""})] {
            assert_eq!(ScimError::read(&none), None, "{none}");
        }
    }
}
