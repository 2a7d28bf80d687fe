//! `/scim_v2/…` and its aliases: the Tenant URL that an administrator pastes.
//!
//! One handler takes every SCIM request, because endpoints depend on the tenant's resource types. The order of checks
//! is A-48: sign-in, tenant, path, method, media types, size, then what the use case finds.

mod body;
mod mount;
mod query;
mod respond;
mod route;
mod sight;

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::body::{Body, HttpBody};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use futures_util::FutureExt;
use scim::{Quirk, ScimError};
use service::{Context, Preference};

use self::mount::Mount;
use self::respond::{MediaType, respond_error, respond_refusal, respond_result, respond_throttled};
use self::route::Route;
use crate::App;

/// A path below the Tenant URL, decoded; none when it is not SCIM's.
pub(crate) fn below_mount(path: &str) -> Option<String> {
    let mount = Mount::of(path).ok()??;
    Some(format!("/{}", mount.segments.join("/")))
}

/// Takes any request that no other route takes.
pub(crate) async fn handle(State(app): State<App>, request: Request<Body>) -> Response<Body> {
    let started = Instant::now();
    let method = method_label(request.method());
    let (head, mut incoming) = request.into_parts();
    let mut response = match AssertUnwindSafe(dispatch(&app, &head, &mut incoming)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a request handler panicked");
            let error = ScimError::plain(
                500,
                "The service failed while it worked on this request. Nothing was changed.",
            );
            respond_error(&error, MediaType::Scim)
        }
    };
    app.metrics.count(method, response.status().as_u16(), started.elapsed());
    // Who took too long is not waited for again.
    let late = response.status() == StatusCode::REQUEST_TIMEOUT;
    if !incoming.is_end_stream() && (late || !body::discard(&head.headers, &mut incoming).await) {
        // The rest of the body is not read, so the connection cannot be used again.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn dispatch(app: &App, head: &Parts, incoming: &mut Body) -> Response<Body> {
    if let Err(error) = one_host(head) {
        return respond_error(&error, MediaType::Scim);
    }
    let mount = match Mount::of(head.uri.path()) {
        Ok(Some(mount)) => mount,
        Ok(None) => {
            stray(app, head).await;
            return respond_error(&not_found(), MediaType::Scim);
        }
        Err(error) => {
            stray(app, head).await;
            return respond_error(&error, MediaType::Scim);
        }
    };
    let route = Route::of(&mount.segments);
    if head.method == Method::OPTIONS {
        return respond::options(&route);
    }
    let authorization = match bearer(&head.headers) {
        Ok(value) => value,
        Err(error) => return respond_error(&error, MediaType::Scim),
    };
    let context = if authorization.is_none() && mount.tenant.is_none() && route.is_discovery() {
        None
    } else {
        match app.service.authenticate(authorization.as_deref(), mount.tenant.as_deref()).await {
            Ok(session) => Some(Context { session, request: app.service.request_id() }),
            Err(refusal) => {
                app.service.explain_nameless(mount.tenant.as_deref(), &refusal);
                return respond_refusal(&refusal);
            }
        }
    };
    if let Some(cx) = &context
        && let Err(throttled) = app.service.admit(cx)
    {
        return respond_throttled(&throttled);
    }
    if let Some(cx) = context.as_ref().filter(|cx| app.service.is_watched(cx)) {
        sight::look(app, cx, head);
    }
    let media = match media_type(&head.headers, context.as_ref()) {
        Ok(media) => media,
        Err(error) if route.allows(&head.method) => return respond_error(&error, MediaType::Scim),
        Err(_) => MediaType::Scim,
    };
    let request_id = context.as_ref().map(|cx| cx.request.clone());
    let result = route::run(app, context.as_ref(), &route, head, incoming).await;
    let mut response = respond_result(result, &route, media);
    if let Some(id) = request_id.and_then(|id| id.parse().ok()) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// A request at an address where no SCIM is: if it carries a token, the token's owner is told.
pub(crate) async fn stray(app: &App, head: &Parts) {
    if let Ok(Some(authorization)) = bearer(&head.headers) {
        app.service.stray(Some(&authorization), head.uri.path()).await;
    }
}

/// A request of HTTP/1.1 names its host, and once (RFC 9112 §3.2): what it names is not used, but two readers of the
/// same bytes must not come to think of different ones.
fn one_host(head: &Parts) -> Result<(), ScimError> {
    let hosts = head.headers.get_all(header::HOST).iter().count();
    if hosts > 1 || (hosts == 0 && head.version == Version::HTTP_11) {
        return Err(ScimError::syntax(format!("The request has {hosts} Host headers. Send one.")));
    }
    Ok(())
}

/// The `Authorization` header, which must be text and stand only once.
fn bearer(headers: &HeaderMap) -> Result<Option<Cow<'_, str>>, ScimError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(ScimError::plain(400, "The Authorization header stands more than once. Send it once."));
    }
    // Tokens are ASCII, but one pasted within typographic quotation marks is to be told so.
    Ok(Some(String::from_utf8_lossy(first.as_bytes())))
}

/// What the answer's `Content-Type` is to be (S-HTTP-02).
fn media_type(headers: &HeaderMap, context: Option<&Context>) -> Result<MediaType, ScimError> {
    if context.is_none_or(|cx| cx.session.dialect.has(Quirk::AlwaysScimJson)) {
        return Ok(MediaType::Scim);
    }
    respond::negotiate(headers)
}

/// `Prefer`, as far as writes know it.
fn preference(headers: &HeaderMap) -> Preference {
    for value in headers.get_all("prefer").iter().filter_map(|v| v.to_str().ok()) {
        for part in value.split(',') {
            let part = part.split(';').next().unwrap_or("").trim();
            if part.eq_ignore_ascii_case("return=minimal") {
                return Preference::Minimal;
            }
            if part.eq_ignore_ascii_case("return=representation") {
                return Preference::Representation;
            }
        }
    }
    Preference::None
}

fn not_found() -> ScimError {
    ScimError::plain(
        404,
        "There is nothing at this address. The Tenant URL ends in /scim_v2, for example https://host/scim_v2.",
    )
}

/// A bounded label: unknown methods are one.
pub(crate) fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
