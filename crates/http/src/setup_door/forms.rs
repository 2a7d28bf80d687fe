//! What the page's buttons do.

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use console::look::{CSRF, Notice};
use console::pages::setup::{FILE, LIST, forged, page, provider_of, too_long};
use http_body_util::{BodyExt, Limited};
use service::{ServiceError, SetupVisit};

use super::visit::Door;
use crate::web::{Fields, html, is_own, see_other};

/// Longest form, in bytes.
const LONGEST: usize = 4096;
/// Longest list to rehearse with, in bytes.
const LONGEST_LIST: usize = 8 * 1024 * 1024;

impl Door {
    /// The link and the form, if the form comes from the link's own page.
    async fn form(&self, body: Body, longest: usize) -> Result<(SetupVisit, Fields), Response> {
        let visit = self.visit().await?;
        if self.head.method != Method::POST {
            // Somebody loaded the address of a form: back to the page.
            return Err(see_other(&self.look_at(visit, None, None).await?.href()));
        }
        let form = match Limited::new(body, longest).collect().await {
            Ok(collected) => Fields::of_form(&self.head.headers, collected.to_bytes()).await,
            Err(_) => {
                let look = self.look_at(visit, None, None).await?;
                let notice = Notice::failed(too_long(look.lang), None);
                let page = page(&look.shown(), None, Some(&notice));
                let mut response = html(StatusCode::PAYLOAD_TOO_LARGE, page);
                // The rest of the body is not read, so the connection cannot be used again.
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                return Err(response);
            }
        };
        let own = is_own(&self.head.headers, &self.app.service.config().public_url);
        if own && visit.proves(form.get(CSRF).unwrap_or_default()) {
            return Ok((visit, form));
        }
        let look = self.look_at(visit, form.get("for"), form.get("lang")).await?;
        let notice = Notice::failed(forged(look.lang), None);
        Err(html(StatusCode::FORBIDDEN, page(&look.shown(), None, Some(&notice))))
    }

    /// The page again, with what went wrong.
    async fn refused(&self, visit: SetupVisit, form: &Fields, error: &ServiceError) -> Response {
        match self.look_at(visit, form.get("for"), form.get("lang")).await {
            Ok(look) => {
                let notice = Notice::failed(error.message.clone(), error.hint.clone());
                html(StatusCode::CONFLICT, page(&look.shown(), None, Some(&notice)))
            }
            Err(response) => response,
        }
    }

    /// The page anew, at an address that can be loaded again.
    async fn again(&self, visit: SetupVisit, form: &Fields) -> Response {
        match self.look_at(visit, form.get("for"), form.get("lang")).await {
            Ok(look) => see_other(&look.href()),
            Err(response) => response,
        }
    }
}

/// Makes a Secret Token, and shows it once: this answer is the only place where it stands.
pub(super) async fn token(door: Door, body: Body) -> Response {
    let (visit, form) = match door.form(body, LONGEST).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let made = match door.app.service.setup_token(&visit).await {
        Ok(made) => made,
        Err(error) => return door.refused(visit, &form, &error).await,
    };
    match door.look_at(visit, form.get("for"), form.get("lang")).await {
        Ok(look) => html(StatusCode::OK, page(&look.shown(), Some(made.secret.expose()), None)),
        Err(response) => response,
    }
}

/// Switches groups on or off.
pub(super) async fn groups(door: Door, body: Body) -> Response {
    let (visit, form) = match door.form(body, LONGEST).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    match door.app.service.setup_groups(&visit, form.get("groups") == Some("on")).await {
        Ok(()) => door.again(visit, &form).await,
        Err(error) => door.refused(visit, &form, &error).await,
    }
}

/// Chooses the provider. Google sends nothing, so it is only looked at.
pub(super) async fn provider(door: Door, body: Body) -> Response {
    let (visit, form) = match door.form(body, LONGEST).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let Some(kind) = form.get("for").and_then(provider_of) else { return door.again(visit, &form).await };
    match door.app.service.setup_choose(&visit, kind).await {
        Ok(()) => door.again(visit, &form).await,
        Err(error) => door.refused(visit, &form, &error).await,
    }
}

/// Rehearses the first cycle with a list of people. Nothing is written, and the list is not kept.
pub(super) async fn rehearsal(door: Door, body: Body) -> Response {
    let (visit, form) = match door.form(body, LONGEST_LIST).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let list = form.filled(FILE).or_else(|| form.filled(LIST)).unwrap_or_default();
    let result = match door.app.service.setup_rehearse(&visit.op, list).await {
        Ok(result) => result,
        Err(error) => return door.refused(visit, &form, &error).await,
    };
    match door.look_at(visit, form.get("for"), form.get("lang")).await {
        Ok(mut look) => {
            look.rehearsal = Some(result);
            html(StatusCode::OK, page(&look.shown(), None, None))
        }
        Err(response) => response,
    }
}
