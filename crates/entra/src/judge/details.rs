//! The long text of a log entry: what was asked and what came back.

use std::error::Error;
use std::fmt::Write as _;

use client::{Response, TransportFailure};

/// As much of a body as a log entry keeps, in characters.
const BODY_CHARS: usize = 4096;

/// Operation, URL, status, headers and body, as Entra tells them.
pub(super) fn of_response(response: &Response) -> String {
    let mut text = String::with_capacity(512);
    // Writing to a `String` cannot fail.
    let _ = write!(
        text,
        "Resource: {}; Operation: {}; Response Status Code: {}; Response Headers:",
        response.url(),
        response.method(),
        response.status()
    );
    for (name, value) in response.headers() {
        // A cookie may be a session's.
        let value = match name.as_str() {
            "set-cookie" => "****".into(),
            _ => String::from_utf8_lossy(value.as_bytes()),
        };
        let _ = write!(text, " {name}: {value};");
    }
    text.push_str(" Response Content: ");
    let body = response.text();
    match body.char_indices().nth(BODY_CHARS) {
        Some((end, _)) => {
            text.push_str(&body[..end]);
            text.push('…');
        }
        None => text.push_str(body),
    }
    text
}

/// Operation, URL and the causes below.
pub(super) fn of_transport(failure: &TransportFailure) -> String {
    let mut text =
        format!("Resource: {}; Operation: {}; No response: {}", failure.url, failure.method, failure.kind);
    let mut cause = failure.source.as_deref().map(|source| source as &(dyn Error + 'static));
    while let Some(error) = cause {
        let _ = write!(text, "; {error}");
        cause = error.source();
    }
    text
}
