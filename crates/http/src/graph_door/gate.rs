//! Who may come in: whoever shows the token, and nobody through a web page.

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use base::crypto::constant_time_eq;
use entra::graph::GraphFault;

use super::GraphDoor;
use super::answer::fault;

pub(super) async fn admit(State(door): State<GraphDoor>, request: Request, next: Next) -> Response {
    let shown = request.headers().get(header::AUTHORIZATION).map(header::HeaderValue::as_bytes);
    let token = shown.and_then(|value| {
        let (scheme, token) = value.split_at_checked(7)?;
        scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
    });
    let wanted = door.token.expose().as_bytes();
    if token.is_some_and(|token| constant_time_eq(token, wanted)) {
        return next.run(request).await;
    }
    let what = match shown {
        None => {
            "Access token is empty. Send Authorization: Bearer with the token that `provost entra serve` printed."
        }
        Some(_) => {
            "Access token validation failure. Use the token that `provost entra serve` printed when it began."
        }
    };
    fault(&door, &GraphFault::new(401, "InvalidAuthenticationToken", what))
}
