//! The platform's colours and logo.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::App;

/// The file of this name. A name changes with the content, so a browser may keep the file for ever.
pub(super) async fn show(State(app): State<App>, Path(name): Path<String>) -> Response {
    if name == app.brand.style_name() {
        return file("text/css; charset=utf-8", Body::from(app.brand.stylesheet()));
    }
    match &app.brand.logo {
        Some(logo) if app.brand.logo_name().as_ref() == Some(&name) => {
            file(logo.media, Body::from(logo.bytes.clone()))
        }
        _ => (StatusCode::NOT_FOUND, "There is no such file.\n").into_response(),
    }
}

fn file(media: &'static str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // A drawing may hold scripts: opened by itself, it runs none.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, body).into_response()
}
