//! What the head of a request shows about the way that it came.

use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use base::Timestamp;
use service::{Context, Sight};

use crate::App;

/// Shows the service the head of a request.
pub(super) fn look(app: &App, cx: &Context, head: &Parts) {
    let text = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let date = text(header::DATE).and_then(Timestamp::from_http_date);
    let sight = Sight {
        host: text(header::HOST),
        proto: text(HeaderName::from_static("x-forwarded-proto")),
        date: date.map(|at| at.as_micros().div_euclid(1_000_000)),
    };
    app.service.sighted(cx, &sight);
}
