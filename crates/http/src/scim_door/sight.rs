//! What the head of a request shows about the way that it came.

use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use service::{Context, Sight};

use crate::App;

/// Shows the service the head of a request.
pub(super) fn look(app: &App, cx: &Context, head: &Parts) {
    let text = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let date = text(header::DATE).and_then(|date| httpdate::parse_http_date(date).ok());
    let date = date.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let sight = Sight {
        host: text(header::HOST),
        proto: text(HeaderName::from_static("x-forwarded-proto")),
        date: date.and_then(|since| i64::try_from(since.as_secs()).ok()),
    };
    app.service.sighted(cx, &sight);
}
