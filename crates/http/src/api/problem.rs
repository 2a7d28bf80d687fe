//! Refusals as RFC 9457 has them, from a closed list of codes.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use service::{ApiRefusal, Code as ServiceCode, ServiceError};
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal $status:literal $title:literal,)*) => {
        /// What can be wrong with a request. Closed: a new code is a new version of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = ProblemCode)]
        pub(super) enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code.
            pub(super) const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code on the wire.
            pub(super) const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// HTTP status.
            pub(super) const fn status(self) -> u16 {
                match self { $(Code::$name => $status,)* }
            }

            /// The same for every problem of this code.
            pub(super) const fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// A parameter or header is wrong.
    InvalidRequest = "invalid_request" 400 "The request is not acceptable",
    /// The body is not what it should be.
    InvalidBody = "invalid_body" 400 "The body is not acceptable",
    /// The filter needs a scan that takes too long.
    TooMany = "too_many" 400 "The request needs too long a scan",
    /// No acceptable API key.
    Unauthorized = "unauthorized" 401 "An API key is needed",
    /// The key does not open this tenant.
    Forbidden = "forbidden" 403 "The API key does not open this",
    /// The key's scope does not include this.
    InsufficientScope = "insufficient_scope" 403 "The API key's scope does not include this",
    /// What the address names does not exist.
    NotFound = "not_found" 404 "There is no such thing",
    /// The address does not know the method.
    MethodNotAllowed = "method_not_allowed" 405 "The method is not possible here",
    /// It exists already, or contradicts what is there.
    Conflict = "conflict" 409 "The request contradicts what is there",
    /// A request of the same `Idempotency-Key` is under way.
    RequestUnderWay = "request_under_way" 409 "The same request is under way",
    /// Events after the cursor are gone.
    CursorExpired = "cursor_expired" 410 "Events after the cursor are gone",
    /// It has changed since it was read (`If-Match`).
    Stale = "stale" 412 "It has changed since it was read",
    /// The body is too large.
    BodyTooLarge = "body_too_large" 413 "The body is too large",
    /// The body's media type is another one.
    UnsupportedMediaType = "unsupported_media_type" 415 "The body has the wrong media type",
    /// The `Idempotency-Key` stood for another request before.
    IdempotencyMismatch = "idempotency_mismatch" 422 "The Idempotency-Key stood for another request",
    /// A bug or damaged data.
    Internal = "internal" 500 "The service failed",
    /// The database does not answer; try again.
    Unavailable = "unavailable" 503 "The service is not available",
}

/// A refusal on the wire.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(super) struct ProblemBody {
    /// Names the kind of problem: `urn:provost:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem in words.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What happened, naming the thing at fault.
    detail: String,
    /// The kind of problem for programs.
    code: Code,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// Where in the body the mistakes are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemPlace>,
    /// The request's id, as in the log and the `X-Request-Id` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// A place in a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct ProblemPlace {
    /// JSON pointer (RFC 6901); of a CSV file the row, as `#row=3` (RFC 7111).
    pub(super) pointer: String,
    /// What is wrong there.
    pub(super) detail: String,
}

/// A refusal in the making.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub(super) code: Code,
    detail: String,
    hint: Option<String>,
    errors: Vec<ProblemPlace>,
    allow: Option<String>,
}

/// Shorthand.
pub(super) type Outcome<T> = Result<T, Problem>;

impl Problem {
    /// A refusal with a sentence for the person.
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), hint: None, errors: Vec::new(), allow: None }
    }

    /// With advice.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With a place in the body.
    pub(super) fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(ProblemPlace { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// With the methods that are possible.
    pub(super) fn allow(mut self, methods: String) -> Self {
        self.allow = Some(methods);
        self
    }

    /// The answer.
    pub(super) fn respond(self, request: Option<&str>) -> Response<Body> {
        let body = ProblemBody {
            kind: format!("urn:provost:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status(),
            detail: self.detail,
            code: self.code,
            hint: self.hint,
            errors: self.errors,
            request_id: request.map(str::to_owned),
        };
        // Texts and numbers always serialise.
        let mut response = Response::new(Body::from(serde_json::to_vec(&body).unwrap_or_default()));
        *response.status_mut() =
            StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.code {
            Code::Unauthorized => {
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer realm=\"provost api\""),
                );
            }
            Code::InsufficientScope => {
                let challenge = "Bearer realm=\"provost api\", error=\"insufficient_scope\"";
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
            Code::Unavailable | Code::RequestUnderWay => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            // The rest of the body is not read, so the connection cannot be used again.
            Code::BodyTooLarge => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        if let Some(id) = request.and_then(|id| HeaderValue::try_from(id).ok()) {
            headers.insert("x-request-id", id);
        }
        if let Some(allow) = self.allow.and_then(|allow| HeaderValue::try_from(allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        response
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        let code = match error.code {
            ServiceCode::Invalid => Code::InvalidRequest,
            ServiceCode::NotFound => Code::NotFound,
            ServiceCode::Conflict => Code::Conflict,
            ServiceCode::Stale => Code::Stale,
            ServiceCode::Forbidden => Code::Forbidden,
            ServiceCode::TooMany => Code::TooMany,
            ServiceCode::Unavailable => Code::Unavailable,
            ServiceCode::Internal => Code::Internal,
        };
        if matches!(code, Code::Internal | Code::Unavailable) {
            tracing::error!(%error, "a request of the REST API failed");
            let detail = match code {
                Code::Unavailable => "The database does not answer. Try again shortly.",
                _ => "The service failed while it worked on this request. Its log says why.",
            };
            return Self::new(code, detail);
        }
        Self { hint: error.hint.clone(), ..Self::new(code, error.message) }
    }
}

impl From<ApiRefusal> for Problem {
    fn from(refusal: ApiRefusal) -> Self {
        match refusal {
            ApiRefusal::Missing => Self::new(
                Code::Unauthorized,
                "This API needs an API key: send it as `Authorization: Bearer <key>`.",
            )
            .hint("make one with `provost api-key create`"),
            ApiRefusal::Misshapen(advice) => Self::new(Code::Unauthorized, advice),
            ApiRefusal::Refused => Self::new(
                Code::Unauthorized,
                "The API key is not accepted: it does not exist here, was revoked, or has expired.",
            )
            .hint("make a new one with `provost api-key create`"),
            ApiRefusal::Unavailable => {
                Self::new(Code::Unavailable, "The service cannot check API keys just now. Try again shortly.")
            }
        }
    }
}
