//! What happens to every request before its handler and after: sign-in, scope, body, repetition.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, header};
use base::sha256;
use bytes::Bytes;
use futures_util::FutureExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use service::noun::ApiScope;
use service::{ApiCaller, Claimed, KeptAnswer};

use super::call::Call;
use super::endpoint::Endpoint;
use super::problem::{Code, Outcome, Problem};
use super::reply::{Reply, keep_problem, repeat};
use super::shape::BodyShape;
use crate::App;
use crate::scim_door::method_label;

/// Longest body unless an operation says otherwise: a mebibyte.
const BODY: usize = 1024 * 1024;
/// Longest `Idempotency-Key`.
const KEY: usize = 255;

/// Takes a request to its handler.
pub(super) async fn handle(
    app: App,
    endpoint: Arc<Endpoint>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
) -> Response<Body> {
    let id = app.service.request_id();
    let done = AssertUnwindSafe(attempt(&app, &endpoint, params, request, &id)).catch_unwind().await;
    let mut response = match done {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.respond(Some(&id)),
        Err(_) => {
            tracing::error!("a request handler of the REST API panicked");
            Problem::new(Code::Internal, "The service failed while it worked on this request.")
                .respond(Some(&id))
        }
    };
    app.metrics.count_api(method_label(&endpoint.method), response.status().as_u16());
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

async fn attempt(
    app: &App,
    endpoint: &Endpoint,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    id: &str,
) -> Outcome<Response<Body>> {
    let (head, incoming) = request.into_parts();
    let key = bearer(&head.headers)?;
    let caller = app.service.authenticate_api(key.as_deref()).await?;
    authorise(&caller, endpoint)?;
    understood(endpoint, &head)?;
    let params =
        params.map_err(|_| Problem::new(Code::NotFound, "The address holds bytes that are not UTF-8."))?;
    let path = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let body = match &endpoint.body {
        Some(shape) => read(&head.headers, incoming, shape, app.service.config().limits.body).await?,
        None => Bytes::new(),
    };
    let call = Call {
        app: app.clone(),
        caller,
        request: id.to_owned(),
        path,
        uri: head.uri,
        headers: head.headers,
        body,
    };
    match idempotency_key(&call.headers)? {
        Some(name) if endpoint.method == axum::http::Method::POST => once(endpoint, call, &name).await,
        _ => Ok((endpoint.run)(call).await?.respond()),
    }
}

/// What came after `Bearer`.
fn bearer(headers: &HeaderMap) -> Outcome<Option<String>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        let detail = "The Authorization header stands more than once. Send it once.";
        return Err(Problem::new(Code::InvalidRequest, detail));
    }
    let text = String::from_utf8_lossy(first.as_bytes());
    let found = text.trim_start_matches(' ').split_once(' ');
    Ok(found
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, rest)| rest.trim_start_matches(' ').to_owned()))
}

fn authorise(caller: &ApiCaller, endpoint: &Endpoint) -> Outcome<()> {
    if !caller.may(endpoint.scope) {
        let detail = format!(
            "This needs an API key of scope {}; the key's is {}.",
            scope_name(endpoint.scope),
            scope_name(caller.key.scope)
        );
        return Err(Problem::new(Code::InsufficientScope, detail));
    }
    if endpoint.global && !caller.is_global() {
        return Err(Problem::new(Code::Forbidden, "This needs an API key for all tenants."));
    }
    Ok(())
}

/// What an operation does not know is refused rather than passed over: who sends it relies on it.
fn understood(endpoint: &Endpoint, head: &Parts) -> Outcome<()> {
    if endpoint.query.is_none() && head.uri.query().is_some_and(|query| !query.is_empty()) {
        let detail = "This operation has no query parameters.";
        return Err(
            Problem::new(Code::InvalidRequest, detail).hint("leave out what follows the question mark")
        );
    }
    let conditions = head.headers.get_all(header::IF_MATCH);
    let reads = endpoint.method == axum::http::Method::GET;
    if !endpoint.conditional && !reads && conditions.iter().any(|value| value != "*") {
        let detail = "This operation is not bound to a version, so If-Match cannot hold.";
        return Err(Problem::new(Code::InvalidRequest, detail).hint("leave the header out"));
    }
    Ok(())
}

/// A scope as it is written.
pub(super) const fn scope_name(scope: ApiScope) -> &'static str {
    match scope {
        ApiScope::Read => "read",
        ApiScope::Write => "write",
        ApiScope::Admin => "admin",
    }
}

async fn read(headers: &HeaderMap, incoming: Body, shape: &BodyShape, most: usize) -> Outcome<Bytes> {
    let limit = if shape.large { most } else { BODY };
    let too_long = || {
        Problem::new(Code::BodyTooLarge, format!("The body is longer than {limit} bytes. Send less at once."))
    };
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_long());
    }
    let body = match Limited::new(incoming, limit).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(too_long()),
        Err(_) => {
            let detail = "The body broke off before its end. Send the request again.";
            return Err(Problem::new(Code::InvalidBody, detail));
        }
    };
    if body.is_empty() && shape.optional {
        return Ok(body);
    }
    let sent = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if !shape.media.iter().any(|media| media.eq_ignore_ascii_case(essence)) {
        let found: String = sent.chars().filter(|c| !c.is_control()).take(80).collect();
        let detail = format!("The body must be {}, not \"{found}\".", shape.media.join(" or "));
        return Err(Problem::new(Code::UnsupportedMediaType, detail));
    }
    Ok(body)
}

fn idempotency_key(headers: &HeaderMap) -> Outcome<Option<String>> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let visible = text.bytes().all(|b| (0x21..=0x7e).contains(&b));
    if values.next().is_some() || text.is_empty() || text.len() > KEY || !visible {
        let detail = format!("Idempotency-Key stands once and holds 1 to {KEY} visible characters.");
        return Err(Problem::new(Code::InvalidRequest, detail));
    }
    Ok(Some(text.to_owned()))
}

/// Does a named request, unless it was done.
async fn once(endpoint: &Endpoint, call: Call, name: &str) -> Outcome<Response<Body>> {
    let (app, caller, request) = (call.app.clone(), call.caller.clone(), call.request.clone());
    let claim = match app.service.claim_request(&caller, name, fingerprint(endpoint, &call)).await? {
        Claimed::New(claim) => claim,
        Claimed::Done(kept) => return Ok(repeat(kept)),
        Claimed::Busy => {
            return Err(Problem::new(
                Code::RequestUnderWay,
                "A request with this Idempotency-Key is under way.",
            )
            .hint("repeat it in a few seconds to get its answer"));
        }
        Claimed::Mismatch => {
            return Err(Problem::new(
                Code::IdempotencyMismatch,
                "This Idempotency-Key stood for another request within the last 24 hours.",
            )
            .hint("take a new key for a new request"));
        }
    };
    // A panic must not leave the name taken.
    let done = AssertUnwindSafe((endpoint.run)(call)).catch_unwind().await;
    let (response, kept) = match done {
        Ok(Ok(reply)) => {
            let kept = reply.keep();
            (Ok(reply.respond()), kept)
        }
        Ok(Err(problem)) => refused(problem, &request).await,
        Err(_) => {
            let detail = "The service failed while it worked on this request.";
            (Err(Problem::new(Code::Internal, detail)), None)
        }
    };
    app.service.settle_request(&caller, claim, kept.as_ref()).await?;
    response
}

/// A refusal is kept as well, unless it was the service's own fault: then the request may be made again.
async fn refused(problem: Problem, request: &str) -> (Outcome<Response<Body>>, Option<KeptAnswer>) {
    if problem.code.status() >= 500 {
        return (Err(problem), None);
    }
    let (parts, body) = problem.respond(Some(request)).into_parts();
    let bytes = match body.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let kept = keep_problem(parts.status.as_u16(), &bytes);
    (Ok(Response::from_parts(parts, Body::from(bytes))), Some(kept))
}

fn fingerprint(endpoint: &Endpoint, call: &Call) -> [u8; 32] {
    let mut text = format!("{} {}\n", endpoint.method, call.uri).into_bytes();
    // A repetition on the ground of another version is another request.
    for condition in call.headers.get_all(header::IF_MATCH) {
        text.extend_from_slice(condition.as_bytes());
        text.push(b'\n');
    }
    text.extend_from_slice(&call.body);
    sha256(&text)
}

/// Something at an address that the API does not have.
pub(super) fn nothing_here() -> Problem {
    Problem::new(Code::NotFound, "There is nothing at this address.")
        .hint("/api/openapi.json describes what there is")
}

/// A reply that a handler has made, for what needs no sign-in.
pub(super) fn open(result: Outcome<Reply>) -> Response<Body> {
    match result {
        Ok(reply) => reply.respond(),
        Err(problem) => problem.respond(None),
    }
}
