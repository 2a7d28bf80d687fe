//! A request of somebody who is signed in, let in and taken apart.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Timestamp;
use console::look::CSRF;
use console::pages::console::{Frame, Place, problem};
use futures_util::FutureExt;
use http_body_util::{BodyExt, Limited};
use service::{Service, ServiceError, Visitor};

use super::reply::{Reply, Stop};
use super::{Handler, session};
use crate::App;
use crate::web::{Fields, html, is_own, path_of, see_other};

/// What a handler works with.
pub(super) struct Desk {
    pub(super) app: App,
    pub(super) visitor: Visitor,
    pub(super) now: Timestamp,
    /// The request's path.
    pub(super) path: String,
    pub(super) params: Vec<(String, String)>,
    pub(super) query: Fields,
    pub(super) form: Fields,
}

impl Desk {
    pub(super) fn service(&self) -> &Arc<Service> {
        &self.app.service
    }

    /// A part of the path. Which there are stands in the table of routes.
    pub(super) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// Path of the public URL.
    pub(super) fn base(&self) -> &str {
        path_of(&self.app.service.config().public_url)
    }

    /// What the page is given.
    pub(super) fn frame(&self, place: Option<Place>) -> Frame<'_> {
        Frame {
            base: self.base(),
            now: self.now,
            operator: &self.visitor.name,
            csrf: &self.visitor.proof,
            notice: None,
            place,
        }
    }
}

/// Takes a request to its handler and its answer back.
pub(super) async fn answer(
    app: App,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    handler: Handler,
) -> Response {
    let (head, body) = request.into_parts();
    let shown = session::shown(&app, &head.headers).unwrap_or_default();
    let visit = match app.service.console_visit(shown).await {
        Ok(Some(visit)) => visit,
        Ok(None) => return sign_in_first(&app, &head.headers),
        Err(error) => return failed(&app, &error),
    };
    let mut form = Fields::default();
    if head.method != Method::GET && head.method != Method::HEAD {
        if !is_own(&head.headers, &app.service.config().public_url) {
            return forged(&app);
        }
        form = match Limited::new(body, app.service.config().limits.body).collect().await {
            Ok(collected) => Fields::of_form(&head.headers, collected.to_bytes()).await,
            Err(_) => return too_long(&app),
        };
        if !visit.visitor.proves(form.get(CSRF).unwrap_or_default()) {
            return forged(&app);
        }
    }
    let params = params.map(|params| params.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect());
    let desk = Desk {
        now: app.service.now(),
        visitor: visit.visitor,
        path: head.uri.path().to_owned(),
        params: params.unwrap_or_default(),
        query: Fields::of_query(&head.uri),
        form,
        app: app.clone(),
    };
    let frame = (desk.visitor.clone(), desk.now);
    let done = AssertUnwindSafe(handler(desk)).catch_unwind().await;
    let mut response = match done {
        Ok(Ok(Reply::Page(status, text))) => html(status, text),
        Ok(Ok(Reply::Go(href))) => see_other(&href),
        Ok(Err(stop)) => stopped(&app, &frame.0, frame.1, &stop),
        Err(_) => {
            tracing::error!("a page of the console panicked");
            let title = "The service failed while it worked on this page".to_owned();
            stopped(
                &app,
                &frame.0,
                frame.1,
                &Stop { status: StatusCode::INTERNAL_SERVER_ERROR, title, hint: None },
            )
        }
    };
    if let Some(secret) = &visit.secret {
        session::set(&app, &mut response, secret);
    }
    response
}

/// Who is not signed in is led to the way in; a script is told so instead, because it could not follow.
fn sign_in_first(app: &App, headers: &HeaderMap) -> Response {
    let href = format!("{}/console/sign-in", path_of(&app.service.config().public_url));
    if !headers.contains_key("hx-request") {
        return see_other(&href);
    }
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    if let Ok(value) = HeaderValue::try_from(href) {
        response.headers_mut().insert("hx-redirect", value);
    }
    response
}

fn stopped(app: &App, visitor: &Visitor, now: Timestamp, stop: &Stop) -> Response {
    let frame = Frame {
        base: path_of(&app.service.config().public_url),
        now,
        operator: &visitor.name,
        csrf: &visitor.proof,
        notice: None,
        place: None,
    };
    html(stop.status, problem(&frame, &stop.title, stop.hint.as_deref()))
}

/// A form that no page of this session has sent.
pub(super) fn forged(app: &App) -> Response {
    alone(
        app,
        StatusCode::FORBIDDEN,
        "This form is not valid any more",
        "It was made for another session, or sent from another site. Go back, load the page again, and repeat.",
    )
}

fn too_long(app: &App) -> Response {
    let mut response =
        alone(app, StatusCode::PAYLOAD_TOO_LARGE, "This form is too long", "Send less at once.");
    // The rest of the body is not read, so the connection cannot be used again.
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The service itself failed.
pub(super) fn failed(app: &App, error: &ServiceError) -> Response {
    tracing::error!(%error, "the console cannot tell who is signed in");
    let text = "The database does not answer. Try again shortly.";
    alone(app, StatusCode::SERVICE_UNAVAILABLE, "The console is not available", text)
}

fn alone(app: &App, status: StatusCode, title: &str, text: &str) -> Response {
    html(status, console::pages::console::alone(path_of(&app.service.config().public_url), title, text))
}
