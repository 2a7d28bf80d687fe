//! Answers: status, headers and body, always with a SCIM body when there is one (S-HTTP-11).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use scim::ScimError;
use service::{Answer, Refusal, Throttled};

use super::route::Route;

/// The media type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/scim+json`.
    Scim,
    /// `application/json`, when the client accepts only that.
    Json,
}

impl MediaType {
    const fn value(self) -> HeaderValue {
        match self {
            Self::Scim => HeaderValue::from_static("application/scim+json"),
            Self::Json => HeaderValue::from_static("application/json"),
        }
    }
}

/// `Accept` (S-HTTP-02): `application/json` is mirrored only when it is asked for and `application/scim+json` is not.
///
/// # Errors
/// 406 when neither is acceptable.
pub(super) fn negotiate(headers: &HeaderMap) -> Result<MediaType, ScimError> {
    let mut any = false;
    let mut json = false;
    for value in headers.get_all(header::ACCEPT) {
        for range in value.to_str().unwrap_or("").split(',') {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or("").to_ascii_lowercase();
            let refused =
                parts.any(|p| matches!(p.replace(' ', "").as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            if kind.is_empty() {
                continue;
            }
            any = true;
            match kind.as_str() {
                "*/*" | "application/*" | "application/scim+json" if !refused => return Ok(MediaType::Scim),
                "application/json" if !refused => json = true,
                _ => {}
            }
        }
    }
    match (any, json) {
        (false, _) => Ok(MediaType::Scim),
        (true, true) => Ok(MediaType::Json),
        (true, false) => {
            Err(ScimError::plain(406, "The answer can only be application/scim+json or application/json."))
        }
    }
}

/// The challenge for a token that is good, but not for this (RFC 6750 §3.1).
const NO_SCOPE: &str = "Bearer realm=\"provost\", error=\"insufficient_scope\"";

/// The answer to a use case's outcome.
pub(super) fn respond_result(
    result: Result<Answer, ScimError>,
    route: &Route<'_>,
    media: MediaType,
) -> Response<Body> {
    match result {
        Ok(answer) => respond_answer(answer, media),
        Err(error) => {
            let mut response = respond_error(&error, media);
            if error.status == 405 {
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(route.allow()));
            }
            if error.status == 403 && route.depends_on_scope() {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(NO_SCOPE));
            }
            response
        }
    }
}

fn respond_answer(answer: Answer, media: MediaType) -> Response<Body> {
    let has_body = answer.body.is_some();
    let mut response = Response::new(answer.body.map_or_else(Body::empty, Body::from));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if has_body {
        headers.insert(header::CONTENT_TYPE, media.value());
    }
    if let Some(etag) = answer.etag.and_then(|e| HeaderValue::try_from(e).ok()) {
        headers.insert(header::ETAG, etag);
    }
    if let Some(location) = answer.location.and_then(|l| HeaderValue::try_from(l).ok()) {
        headers.insert(header::CONTENT_LOCATION, location.clone());
        headers.insert(header::LOCATION, location);
    }
    response
}

/// A SCIM error body (S-ERR-01).
pub(super) fn respond_error(error: &ScimError, media: MediaType) -> Response<Body> {
    let mut response = Response::new(Body::from(scim::message::error_body(error)));
    *response.status_mut() = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media.value());
    if matches!(error.status, 429 | 503) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// A refused sign-in (S-AUTH-01).
pub(super) fn respond_refusal(refusal: &Refusal) -> Response<Body> {
    let mut response = respond_error(&refusal.error, MediaType::Scim);
    if let Some(challenge) = refusal.www_authenticate {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

/// Asked too fast (S-HTTP-14).
pub(super) fn respond_throttled(throttled: &Throttled) -> Response<Body> {
    let mut response = respond_error(&throttled.error, MediaType::Scim);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(throttled.retry_after));
    response
}

/// `OPTIONS`: which methods the path knows; without sign-in, since it says nothing else.
pub(super) fn options(route: &Route<'_>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(route.allow()));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> Result<MediaType, ScimError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        negotiate(&headers)
    }

    #[test]
    fn s_http_02_accept_is_honoured() {
        assert_eq!(negotiate(&HeaderMap::new()), Ok(MediaType::Scim));
        assert_eq!(accept("*/*"), Ok(MediaType::Scim));
        assert_eq!(accept("application/json, application/scim+json"), Ok(MediaType::Scim));
        assert_eq!(accept("application/json"), Ok(MediaType::Json));
        assert_eq!(accept("text/html").unwrap_err().status, 406);
        assert_eq!(accept("application/scim+json;q=0, application/json").unwrap(), MediaType::Json);
    }
}
