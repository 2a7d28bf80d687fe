//! Request bodies: media type and size, before a byte is parsed.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use scim::{Quirk, ScimError};
use service::Context;

/// Reads the body of a write or search.
///
/// # Errors
/// 415 for a media type that is not JSON (S-HTTP-03), 413 over the limit, 400 when the body breaks off.
pub(super) async fn read(
    headers: &HeaderMap,
    incoming: Body,
    limit: usize,
    context: &Context,
) -> Result<Bytes, ScimError> {
    check_type(headers, context)?;
    let too_long = || {
        let detail =
            format!("The body is longer than {limit} bytes. Send less at once, or split the request.");
        ScimError::plain(413, detail)
    };
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(too_long());
    }
    match Limited::new(incoming, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_long()),
        Err(_) => Err(ScimError::syntax("The body broke off before its end. Send the request again.")),
    }
}

fn check_type(headers: &HeaderMap, context: &Context) -> Result<(), ScimError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        // Clients that leave it out are many; only the letter of the RFC asks for it.
        if context.session.dialect.has(Quirk::MissingMessageSchema) {
            return Ok(());
        }
        return Err(unsupported("no Content-Type"));
    };
    let text = value.to_str().unwrap_or("");
    let essence = text.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case("application/scim+json")
        || essence.eq_ignore_ascii_case("application/json")
    {
        return Ok(());
    }
    Err(unsupported(text))
}

fn unsupported(found: &str) -> ScimError {
    let found: String = found.chars().filter(|c| !c.is_control()).take(80).collect();
    ScimError::plain(
        415,
        format!("The body must be application/scim+json or application/json, not: {found}."),
    )
}
