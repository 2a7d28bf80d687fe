//! From an answer to a result.

use serde_json::Value;

use crate::failure::{NotScim, ScimError, ScimFailure};
use crate::response::Response;

/// What a 2xx answer must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// A JSON object.
    Object(&'static str),
    /// JSON, or nothing at all (204, or a body left out).
    Maybe,
}

/// Takes any 2xx: servers answer 200 for 201 and 204 for 200 (S-CLI-10).
pub(crate) fn judge(response: Response, expect: Expect, also: Option<u16>) -> Result<Response, ScimFailure> {
    let status = response.status.as_u16();
    if also == Some(status) {
        return Ok(response);
    }
    if !response.status.is_success() {
        let error = response.json.as_ref().and_then(ScimError::read);
        return Err(ScimFailure::Status { response: Box::new(response), error });
    }
    match fault(&response, expect) {
        None => Ok(response),
        Some(what) => Err(ScimFailure::NotScim { response: Box::new(response), what }),
    }
}

fn fault(response: &Response, expect: Expect) -> Option<NotScim> {
    let text = response.text.trim_start();
    match (&response.json, expect) {
        (Some(json), Expect::Object(name)) => (!json.is_object()).then_some(NotScim::Shape(name)),
        (Some(_), Expect::Maybe) => None,
        (None, _) if text.is_empty() => (expect != Expect::Maybe).then_some(NotScim::Empty),
        (None, _) if text.starts_with('<') => Some(NotScim::Html),
        (None, _) => Some(NotScim::NotJson),
    }
}

/// Reads a body that may be JSON, whatever its media type says.
pub(crate) fn parse(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.is_empty() || text.starts_with('<') { None } else { serde_json::from_str(text).ok() }
}
