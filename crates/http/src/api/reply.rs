//! Answers: status, headers, a body of JSON or a stream.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use service::KeptAnswer;

use super::problem::{Code, Outcome, Problem};

/// An answer in the making.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Content,
}

#[derive(Debug)]
enum Content {
    None,
    Text(String),
    Stream(Body),
}

impl Reply {
    /// 200 with JSON.
    pub(super) fn json(value: &impl Serialize) -> Outcome<Self> {
        Self::with(200, value)
    }

    /// 201 with JSON.
    pub(super) fn created(value: &impl Serialize) -> Outcome<Self> {
        Self::with(201, value)
    }

    /// JSON with another status.
    pub(super) fn with(status: u16, value: &impl Serialize) -> Outcome<Self> {
        let text = serde_json::to_string(value).map_err(|error| {
            tracing::error!(%error, "an answer does not serialise");
            Problem::new(Code::Internal, "The service failed while it wrote the answer.")
        })?;
        Ok(Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: Content::Text(text),
        })
    }

    /// 204.
    pub(super) fn empty() -> Self {
        Self { status: 204, headers: Vec::new(), body: Content::None }
    }

    /// 200 with a body that comes bit by bit.
    pub(super) fn stream(media_type: &str, body: Body) -> Self {
        Self {
            status: 200,
            headers: vec![
                ("content-type", media_type.to_owned()),
                ("cache-control", "no-store".to_owned()),
                // nginx would hold events back.
                ("x-accel-buffering", "no".to_owned()),
            ],
            body: Content::Stream(body),
        }
    }

    /// With a header.
    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With the `ETag` of a version.
    pub(super) fn etag(self, version: i64) -> Self {
        self.header("etag", format!("\"{version}\""))
    }

    /// What is kept to answer a repetition; `None` for what is not worth it.
    pub(super) fn keep(&self) -> Option<KeptAnswer> {
        let body = match &self.body {
            Content::None => String::new(),
            Content::Text(text) => text.clone(),
            Content::Stream(_) => return None,
        };
        let headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Some(KeptAnswer { status: self.status, headers: headers.collect(), body })
    }

    /// The answer.
    pub(super) fn respond(self) -> Response<Body> {
        let body = match self.body {
            Content::None => Body::empty(),
            Content::Text(text) => Body::from(text),
            Content::Stream(body) => body,
        };
        let headers = self.headers.into_iter().map(|(name, value)| (name.to_owned(), value));
        put_together(self.status, headers, body)
    }
}

/// An answer that was given before.
pub(super) fn repeat(kept: KeptAnswer) -> Response<Body> {
    let mut response = put_together(kept.status, kept.headers, Body::from(kept.body));
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}

/// What is kept of a refusal.
pub(super) fn keep_problem(status: u16, body: &[u8]) -> KeptAnswer {
    KeptAnswer {
        status,
        headers: vec![("content-type".to_owned(), "application/problem+json".to_owned())],
        body: String::from_utf8_lossy(body).into_owned(),
    }
}

fn put_together(
    status: u16,
    headers: impl IntoIterator<Item = (String, String)>,
    body: Body,
) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (header::HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
