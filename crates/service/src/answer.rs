//! What SCIM use cases take from and give to the HTTP door.

/// A finished answer: the door adds only `Content-Type` and framing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON text; `None` for 204 and 304.
    pub body: Option<String>,
    /// `ETag`, equal to `meta.version`.
    pub etag: Option<String>,
    /// `Location` and `Content-Location`, equal to `meta.location`.
    pub location: Option<String>,
}

impl Answer {
    /// A bare status.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, body: None, etag: None, location: None }
    }

    /// 200 with a body and nothing else.
    #[must_use]
    pub fn ok(body: String) -> Self {
        Self { status: 200, body: Some(body), etag: None, location: None }
    }
}

/// `attributes` and `excludedAttributes`, as the client listed them (comma-separated lists already split).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Projected {
    /// Only these (beside what is always returned).
    pub attributes: Vec<String>,
    /// All but these.
    pub excluded: Vec<String>,
}

/// `Prefer` (RFC 7240) as far as SCIM writes know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preference {
    /// Nothing said.
    #[default]
    None,
    /// `return=minimal`.
    Minimal,
    /// `return=representation`.
    Representation,
}

/// Query parameters as they came; numbers still text, so that a wrong one can be named in the error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryParams {
    /// `filter`.
    pub filter: Option<String>,
    /// `sortBy`.
    pub sort_by: Option<String>,
    /// `sortOrder`.
    pub sort_order: Option<String>,
    /// `startIndex`.
    pub start_index: Option<String>,
    /// `count`.
    pub count: Option<String>,
    /// `cursor`; `Some("")` begins a walk (RFC 9865 §2).
    pub cursor: Option<String>,
    /// Projection.
    pub projected: Projected,
}
