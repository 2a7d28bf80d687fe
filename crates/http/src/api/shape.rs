//! What a request carries and an answer brings, as the description shows it.

use std::borrow::Cow;

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A type as the description shows it.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// Its name among the components.
    pub(super) name: fn() -> Cow<'static, str>,
    /// Its schema.
    pub(super) schema: fn() -> RefOr<Schema>,
    /// The types that it names.
    pub(super) collect: fn(&mut Vec<(String, RefOr<Schema>)>),
}

impl Shape {
    pub(super) fn of<T: ToSchema>() -> Self {
        Self { name: T::name, schema: <T as PartialSchema>::schema, collect: T::schemas }
    }
}

/// A body that a request carries.
pub(super) struct BodyShape {
    /// Media types that are read.
    pub(super) media: &'static [&'static str],
    /// JSON of this type; `None` for text.
    pub(super) shape: Option<Shape>,
    /// Whether it may be left out.
    pub(super) optional: bool,
    /// Whether it may be as long as the largest body that is read at all, instead of a mebibyte.
    pub(super) large: bool,
}

/// An answer.
pub(super) struct AnswerShape {
    pub(super) status: u16,
    pub(super) what: &'static str,
    pub(super) media: &'static str,
    pub(super) shape: Option<Shape>,
    /// Whether it carries an `ETag`.
    pub(super) etag: bool,
}
