//! Graph's errors.

use base::{Hinted, Timestamp};
use serde_json::{Value as Json, json};

use crate::job::JobFault;

/// An answer other than success, in Graph's shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct GraphFault {
    /// The HTTP status.
    pub status: u16,
    /// Graph's word for it.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl GraphFault {
    /// A fault with an HTTP status and Graph's word for it.
    #[must_use]
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "Request_BadRequest", message)
    }

    pub(super) fn not_found(what: &str, id: &str) -> Self {
        Self::new(404, "Request_ResourceNotFound", format!("{what} '{id}' does not exist here."))
    }

    pub(super) fn broken(message: impl Into<String>) -> Self {
        Self::new(500, "InternalServerError", message)
    }

    /// The body.
    #[must_use]
    pub fn to_json(&self, at: Timestamp, request: &str) -> Json {
        json!({"error": {"code": self.code, "message": self.message,
            "innerError": {"date": at.to_rfc3339_millis(), "request-id": request, "client-request-id": request}}})
    }
}

impl From<JobFault> for GraphFault {
    fn from(fault: JobFault) -> Self {
        let mut message = fault.to_string();
        for hint in fault.hints() {
            message.push_str(". To do: ");
            message.push_str(&hint);
        }
        let (status, code) = match &fault {
            JobFault::Unknown { .. } => (404, "Request_ResourceNotFound"),
            JobFault::TooOften(_) => (429, "TooManyRequests"),
            JobFault::Running => (409, "Conflict"),
            JobFault::Paused
            | JobFault::Disabled
            | JobFault::TooManyMembers(_)
            | JobFault::GroupsOff
            | JobFault::OtherTarget { .. }
            | JobFault::ResetScope(_) => (400, "Request_BadRequest"),
            JobFault::Target(_) | JobFault::TokenRefused { .. } | JobFault::SignIn(_) => (502, "BadGateway"),
            JobFault::State(_) | JobFault::Import(_) | JobFault::Broken(_) => (500, "InternalServerError"),
        };
        Self { status, code, message }
    }
}

impl Hinted for GraphFault {
    fn hints(&self) -> Vec<String> {
        Vec::new()
    }
}
