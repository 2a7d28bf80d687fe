//! `/docs/…`, `/docs/….md`, `?ask=`, `/llms.txt`: the documentation, without authentication.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::App;
use crate::web::path_of;

const HTML: &str = "text/html; charset=utf-8";
const MARKDOWN: &str = "text/markdown; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// What pages may load: their stylesheet. Nothing may put them into a frame.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The routes of the documentation.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/llms.txt", get(llms))
        .route("/docs", get(first))
        .route("/docs/", get(first))
        .route("/docs/style.css", get(style))
        .route("/docs/{*page}", get(page))
}

/// `?ask=<question>`.
#[derive(Deserialize)]
struct Asked {
    ask: Option<String>,
}

async fn llms(State(app): State<App>) -> Response {
    answer(StatusCode::OK, PLAIN, docs::llms_txt(&app.service.config().public_url))
}

async fn style() -> Response {
    answer(StatusCode::OK, CSS, docs::STYLESHEET)
}

async fn first(app: State<App>, asked: Query<Asked>) -> Response {
    page(app, Path(String::new()), asked).await
}

/// A page, or the answer to a question, as HTML or, below an address that ends in `.md`, as Markdown.
async fn page(State(app): State<App>, Path(path): Path<String>, Query(asked): Query<Asked>) -> Response {
    let base = &app.service.config().public_url;
    let (slug, markdown) = match path.strip_suffix(".md") {
        Some(slug) => (slug, true),
        None => (path.trim_end_matches('/'), false),
    };
    let Some(page) = docs::page(slug) else {
        return if markdown {
            let text = format!("# There is no such page\n\nAll pages: {base}/llms.txt\n");
            answer(StatusCode::NOT_FOUND, MARKDOWN, text)
        } else {
            answer(StatusCode::NOT_FOUND, HTML, docs::missing_html(path_of(base)))
        };
    };
    match asked.ask {
        Some(question) => match docs::ask(&question) {
            Ok(found) if markdown => answer(StatusCode::OK, MARKDOWN, found.markdown(base)),
            Ok(found) => answer(StatusCode::OK, HTML, docs::answer_html(&found, path_of(base))),
            Err(error) => {
                tracing::error!(%error, "the documentation cannot be searched");
                let text = "The documentation cannot be searched just now. Read its pages instead.\n";
                answer(StatusCode::INTERNAL_SERVER_ERROR, PLAIN, text)
            }
        },
        None if markdown => answer(StatusCode::OK, MARKDOWN, docs::markdown_face(page, base)),
        None => answer(StatusCode::OK, HTML, docs::page_html(page, path_of(base))),
    }
}

fn answer(status: StatusCode, kind: &'static str, body: impl Into<axum::body::Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (status, headers, body.into()).into_response()
}
