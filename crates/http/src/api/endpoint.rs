//! One operation of the API: what the router and the description both are made of, so that neither can have one that the
//! other lacks.

use std::pin::Pin;

use axum::http::Method;
use service::noun::ApiScope;
use utoipa::ToSchema;

use super::call::Call;
use super::problem::Outcome;
use super::reply::Reply;
use super::shape::{AnswerShape, BodyShape, Shape};

/// A handler's answer in the making.
pub(super) type Answering = Pin<Box<dyn Future<Output = Outcome<Reply>> + Send>>;

/// An operation.
pub(super) struct Endpoint {
    /// Method.
    pub(super) method: Method,
    /// Path with its parameters in braces.
    pub(super) path: &'static str,
    /// Name of the operation, for generated clients.
    pub(super) id: &'static str,
    /// What it does, in a line.
    pub(super) summary: &'static str,
    /// What else is worth knowing.
    pub(super) notes: &'static str,
    /// What the key must include.
    pub(super) scope: ApiScope,
    /// Whether only keys for all tenants may.
    pub(super) global: bool,
    /// Query parameters.
    pub(super) query: Option<Shape>,
    /// Body.
    pub(super) body: Option<BodyShape>,
    /// Whether `If-Match` is understood.
    pub(super) conditional: bool,
    /// Answers when it is done.
    pub(super) answers: Vec<AnswerShape>,
    /// The handler.
    pub(super) run: fn(Call) -> Answering,
}

/// Makes a handler of an async function.
macro_rules! run {
    ($handler:path) => {
        |call| Box::pin($handler(call))
    };
}
pub(super) use run;

impl Endpoint {
    fn new(
        method: Method,
        scope: ApiScope,
        path: &'static str,
        id: &'static str,
        run: fn(Call) -> Answering,
    ) -> Self {
        Self {
            method,
            path,
            id,
            summary: "",
            notes: "",
            scope,
            global: false,
            query: None,
            body: None,
            conditional: false,
            answers: Vec::new(),
            run,
        }
    }

    /// Looks at something; scope `read`.
    pub(super) fn get(path: &'static str, id: &'static str, run: fn(Call) -> Answering) -> Self {
        Self::new(Method::GET, ApiScope::Read, path, id, run)
    }

    /// Makes or does something; scope `write`.
    pub(super) fn post(path: &'static str, id: &'static str, run: fn(Call) -> Answering) -> Self {
        Self::new(Method::POST, ApiScope::Write, path, id, run)
    }

    /// Puts something in the place of what is there; scope `write`.
    pub(super) fn put(path: &'static str, id: &'static str, run: fn(Call) -> Answering) -> Self {
        Self::new(Method::PUT, ApiScope::Write, path, id, run)
    }

    /// Changes something; scope `write`.
    pub(super) fn patch(path: &'static str, id: &'static str, run: fn(Call) -> Answering) -> Self {
        Self::new(Method::PATCH, ApiScope::Write, path, id, run)
    }

    /// Ends something; scope `write`.
    pub(super) fn delete(path: &'static str, id: &'static str, run: fn(Call) -> Answering) -> Self {
        Self::new(Method::DELETE, ApiScope::Write, path, id, run)
    }

    /// Scope `admin`.
    pub(super) fn admin(self) -> Self {
        Self { scope: ApiScope::Admin, ..self }
    }

    /// Only with a key for all tenants.
    pub(super) fn global(self) -> Self {
        Self { global: true, ..self }
    }

    /// What it does, and what else is worth knowing.
    pub(super) fn about(self, summary: &'static str, notes: &'static str) -> Self {
        Self { summary, notes, ..self }
    }

    /// Understands these query parameters.
    pub(super) fn query<T: ToSchema>(self) -> Self {
        Self { query: Some(Shape::of::<T>()), ..self }
    }

    /// Takes a body of JSON.
    pub(super) fn body<T: ToSchema>(self) -> Self {
        let media: &[&str] = if self.method == Method::PATCH {
            &["application/json", "application/merge-patch+json"]
        } else {
            &["application/json"]
        };
        let shape = Some(Shape::of::<T>());
        Self { body: Some(BodyShape { media, shape, optional: false, large: false }), ..self }
    }

    /// Takes a body of text.
    pub(super) fn text(self, media: &'static [&'static str]) -> Self {
        Self { body: Some(BodyShape { media, shape: None, optional: false, large: true }), ..self }
    }

    /// The body may be left out.
    pub(super) fn optional(mut self) -> Self {
        if let Some(body) = &mut self.body {
            body.optional = true;
        }
        self
    }

    /// The body may be large.
    pub(super) fn large(mut self) -> Self {
        if let Some(body) = &mut self.body {
            body.large = true;
        }
        self
    }

    /// Understands `If-Match`.
    pub(super) fn conditional(self) -> Self {
        Self { conditional: true, ..self }
    }

    /// Answers with JSON.
    pub(super) fn answer<T: ToSchema>(self, status: u16, what: &'static str) -> Self {
        self.answered(AnswerShape {
            status,
            what,
            media: "application/json",
            shape: Some(Shape::of::<T>()),
            etag: false,
        })
    }

    /// Answers with another media type.
    pub(super) fn streams(self, media: &'static str, what: &'static str) -> Self {
        self.answered(AnswerShape { status: 200, what, media, shape: None, etag: false })
    }

    /// Answers without a body.
    pub(super) fn empty(self, what: &'static str) -> Self {
        self.answered(AnswerShape { status: 204, what, media: "", shape: None, etag: false })
    }

    /// The answer named last carries an `ETag`.
    pub(super) fn tagged(mut self) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.etag = true;
        }
        self
    }

    fn answered(mut self, answer: AnswerShape) -> Self {
        self.answers.push(answer);
        self
    }

    /// The noun that it is about: the last word of the path that is no parameter, of the first kind that has a page of its
    /// own in the reference.
    pub(super) fn tag(&self) -> &'static str {
        const TAGS: [(&str, &str); 15] = [
            ("/profile", "Profile"),
            ("/setup-links", "Setup links"),
            ("/faults", "Set-up faults"),
            ("/tokens", "Tokens"),
            ("/held", "Held changes"),
            ("/connections", "Connections"),
            ("/learners", "Learners"),
            ("/removed-learners", "Learners"),
            ("/groups", "Groups"),
            ("/imports", "Imports"),
            ("/log", "Provisioning log"),
            ("/schemas", "Schemas"),
            ("/snapshot", "Events"),
            ("/events", "Events"),
            ("/api-keys", "API keys"),
        ];
        TAGS.iter().find(|(part, _)| self.path.contains(part)).map_or("Tenants", |(_, tag)| tag)
    }
}
