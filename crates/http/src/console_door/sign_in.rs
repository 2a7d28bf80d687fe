//! In and out.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use console::pages::console::{SignIn, sign_in};
use http_body_util::{BodyExt, Limited};

use super::{desk, session};
use crate::App;
use crate::web::{Fields, html, is_own, path_of, see_other};

/// Longest form of the sign-in, in bytes.
const LONGEST: usize = 4096;

/// `/console/` is `/console`.
pub(super) async fn first(State(app): State<App>) -> Response {
    see_other(&format!("{}/console", base(&app)))
}

/// Says how to get in.
pub(super) async fn needed(State(app): State<App>) -> Response {
    html(StatusCode::OK, sign_in(base(&app), SignIn::Needed))
}

/// A link was opened. It is used up only by the click that follows, so that nothing which merely looks at addresses
/// (a mail filter, a preview) uses it.
pub(super) async fn offered(State(app): State<App>, Path(link): Path<String>) -> Response {
    html(StatusCode::OK, sign_in(base(&app), SignIn::Offered { secret: &link }))
}

/// The click.
pub(super) async fn enter(State(app): State<App>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if !is_own(&head.headers, &app.service.config().public_url) {
        return refused(&app);
    }
    let form = form(&head.headers, body).await;
    match app.service.console_sign_in(form.filled("link").unwrap_or_default()).await {
        Ok(Some(visit)) => {
            let mut response = see_other(&format!("{}/console", base(&app)));
            if let Some(secret) = &visit.secret {
                session::set(&app, &mut response, secret);
            }
            response
        }
        Ok(None) => refused(&app),
        Err(error) => desk::failed(&app, &error),
    }
}

/// Signs out.
pub(super) async fn leave(State(app): State<App>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let shown = session::shown(&app, &head.headers).unwrap_or_default().to_owned();
    let visit = match app.service.console_visit(&shown).await {
        Ok(visit) => visit,
        Err(error) => return desk::failed(&app, &error),
    };
    if let Some(visit) = visit {
        let form = form(&head.headers, body).await;
        let proof = form.get(console::look::CSRF).unwrap_or_default();
        if !is_own(&head.headers, &app.service.config().public_url) || !visit.visitor.proves(proof) {
            return desk::forged(&app);
        }
        if let Err(error) = app.service.console_sign_out(&visit.visitor).await {
            return desk::failed(&app, &error);
        }
    }
    let mut response = html(StatusCode::OK, sign_in(base(&app), SignIn::Done));
    session::clear(&app, &mut response);
    response
}

fn refused(app: &App) -> Response {
    html(StatusCode::FORBIDDEN, sign_in(base(app), SignIn::Refused))
}

async fn form(headers: &HeaderMap, body: Body) -> Fields {
    match Limited::new(body, LONGEST).collect().await {
        Ok(collected) => Fields::of_form(headers, collected.to_bytes()).await,
        Err(_) => Fields::default(),
    }
}

fn base(app: &App) -> &str {
    path_of(&app.service.config().public_url)
}
