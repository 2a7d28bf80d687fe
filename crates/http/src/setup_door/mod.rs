//! `/setup/{link}`: the page that a customer's administrator follows, and `/brand/…`: the platform's colours and logo.
//!
//! The link is the authority: whoever has it sees its connection and nothing else, and every other address below
//! `/setup/` is one and the same page that says nothing. Looking (GET) changes nothing but the note that the link was
//! opened; forms carry a proof that only the page has.

mod brand;
mod forms;
mod visit;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{any, get};
use console::pages::setup::{gone, live, page};

use self::visit::{Door, Look};
use crate::App;
use crate::web::html;

/// The routes of the setup page. Methods are not told apart by the router, which would say which there are.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/brand/{name}", get(brand::show))
        .route("/setup/{link}", any(show))
        .route("/setup/{link}/progress", any(progress))
        .route("/setup/{link}/token", any(forms::token))
        .route("/setup/{link}/groups", any(forms::groups))
        .route("/setup/{link}/rehearsal", any(forms::rehearsal))
        .route("/setup/{link}/provider", any(forms::provider))
        .route("/setup/{link}/{*rest}", any(nothing))
        .route("/setup", any(nothing))
        .route("/setup/", any(nothing))
}

/// The page.
async fn show(door: Door) -> Response {
    match door.look().await {
        Ok(look) => html(StatusCode::OK, page(&look.shown(), None, None)),
        Err(response) => response,
    }
}

/// The part that renews itself.
async fn progress(door: Door) -> Response {
    match door.look().await {
        Ok(look) => html(StatusCode::OK, live(&look.shown())),
        Err(response) => response,
    }
}

/// Anything else. Somebody may have taken the link for the Tenant URL.
async fn nothing(State(app): State<App>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    crate::scim_door::stray(&app, &head).await;
    not_here(&app, &head.headers)
}

/// The one page for what is not here.
fn not_here(app: &App, headers: &HeaderMap) -> Response {
    let lang = Look::language(app, headers, None);
    let base = crate::web::path_of(&app.service.config().public_url);
    html(StatusCode::NOT_FOUND, gone(&app.brand, base, lang))
}
