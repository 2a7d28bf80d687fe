//! Request bodies: media type and size, before a byte is parsed.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use scim::{Quirk, ScimError};
use service::{Context, Limits};

/// What is read of a body that nobody wants, so that its sender gets to see the answer.
const UNWANTED: usize = 16 * 1024 * 1024;
/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads the body of a write or search.
///
/// # Errors
/// 415 for a media type that is not JSON (S-HTTP-03) or a compressed body, 501 for a transfer coding other than
/// `chunked`, 413 over the limit, 408 when it does not come to its end in time, 400 when it breaks off.
pub(super) async fn read(
    headers: &HeaderMap,
    incoming: &mut Body,
    limits: &Limits,
    context: &Context,
) -> Result<Bytes, ScimError> {
    check_type(headers, context)?;
    check_coding(headers)?;
    let limit = limits.body;
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
    match tokio::time::timeout(limits.body_time, Limited::new(incoming, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(ScimError::syntax("The body broke off before its end. Send the request again.")),
        Err(_) => {
            let seconds = limits.body_time.as_secs_f32();
            let detail =
                format!("The body had not arrived {seconds} seconds after its head. Send the request again.");
            Err(ScimError::plain(408, detail))
        }
    }
}

/// Reads on, within bounds, what a refused request still sends; gives whether its end was reached. A client that is
/// cut off while it sends may lose the answer that says why.
pub(super) async fn discard(headers: &HeaderMap, incoming: &mut Body) -> bool {
    if headers.contains_key(header::EXPECT) {
        // It waits for a word before it sends; reading would give that word.
        return false;
    }
    let all = async {
        let mut left = UNWANTED;
        while let Some(frame) = incoming.frame().await {
            let Ok(frame) = frame else { return false };
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => return false,
            }
        }
        true
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap_or(false)
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

/// Bodies come as they are: no request is unpacked here (RFC 9110 §15.5.16, RFC 9112 §6.1).
fn check_coding(headers: &HeaderMap) -> Result<(), ScimError> {
    let other_than = |name: &header::HeaderName, known: &str| {
        let values = headers.get_all(name).iter().map(|v| v.to_str().unwrap_or("?"));
        let mut codings = values.flat_map(|v| v.split(',')).map(str::trim).filter(|c| !c.is_empty());
        codings.find(|c| !c.eq_ignore_ascii_case(known)).map(|c| c.chars().take(40).collect::<String>())
    };
    if let Some(coding) = other_than(&header::CONTENT_ENCODING, "identity") {
        let detail = format!("The body is packed ({coding}), which is not read here. Send it as it is.");
        return Err(ScimError::plain(415, detail));
    }
    if let Some(coding) = other_than(&header::TRANSFER_ENCODING, "chunked") {
        let detail = format!("The transfer coding {coding} is not known here. Send the body as it is.");
        return Err(ScimError::plain(501, detail));
    }
    Ok(())
}

fn unsupported(found: &str) -> ScimError {
    let found: String = found.chars().filter(|c| !c.is_control()).take(80).collect();
    ScimError::plain(
        415,
        format!("The body must be application/scim+json or application/json, not: {found}."),
    )
}
