//! Telling somebody of every SCIM request and its answer, as they were on the wire.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::Response;

use crate::scim_door;

/// Larger bodies are left alone, and so is what they belong to.
const MAX_BODY: u64 = 1024 * 1024;

/// A SCIM request and its answer.
#[derive(Debug)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// Below the Tenant URL, decoded, with a slash in front.
    pub path: String,
    /// The query as it came.
    pub query: String,
    /// Every header, its name in lower case. Credentials are among them.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Bytes,
    /// The answer's status.
    pub status: u16,
    /// The answer's body; empty when it is a very large one.
    pub answer: Bytes,
}

/// Whoever is told.
pub trait Tap: Send + Sync {
    /// Takes an exchange. Must not wait.
    fn take(&self, exchange: Exchange);
}

/// The routes, with a tap on those of SCIM.
pub fn tapped(router: Router, tap: Arc<dyn Tap>) -> Router {
    router.layer(middleware::from_fn_with_state(tap, pass))
}

async fn pass(State(tap): State<Arc<dyn Tap>>, request: Request, next: Next) -> Response {
    let Some(path) = scim_door::below_mount(request.uri().path()) else { return next.run(request).await };
    // A body whose length is not told, or is too great, is none that a provider sends.
    let length = request.body().size_hint().exact();
    if length.is_none_or(|length| length > MAX_BODY) {
        return next.run(request).await;
    }
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let (method, query) =
        (request.method().to_string(), request.uri().query().unwrap_or_default().to_owned());
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        // It broke off; the handler is to find that out in its own way.
        let mut request = Request::from_parts(head, Body::empty());
        request.headers_mut().remove(header::CONTENT_LENGTH);
        return next.run(request).await;
    };
    let response = next.run(Request::from_parts(head, Body::from(body.clone()))).await;
    let status = response.status().as_u16();
    let (response, answer) = match response.body().size_hint().exact() {
        Some(length) if length <= MAX_BODY => {
            let (head, body) = response.into_parts();
            let answer = to_bytes(body, usize::MAX).await.unwrap_or_default();
            (Response::from_parts(head, Body::from(answer.clone())), answer)
        }
        _ => (response, Bytes::new()),
    };
    tap.take(Exchange { method, path, query, headers, body, status, answer });
    response
}
