//! The SCIM error: an HTTP status, a `scimType`, and a sentence that tells the sender what to do (RFC 7644 §3.12).

use std::fmt;

/// Shorthand for results whose error goes back to the SCIM client.
pub type Result<T, E = ScimError> = std::result::Result<T, E>;

/// The closed list of `scimType` values (RFC 7644 Table 9, RFC 9865 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScimType {
    /// Filter syntax is wrong, or the operator does not fit the attribute.
    InvalidFilter,
    /// More results than the server is willing to process.
    TooMany,
    /// A value that must be unique is taken.
    Uniqueness,
    /// The change does not fit the attribute's mutability.
    Mutability,
    /// The body is not JSON, or not the message it should be.
    InvalidSyntax,
    /// A PATCH path is malformed or names no attribute.
    InvalidPath,
    /// A path selects nothing to operate on.
    NoTarget,
    /// A required value is missing, or a value does not fit the schema.
    InvalidValue,
    /// The requested protocol version is not supported.
    InvalidVers,
    /// Personal data in a request URI; use `.search`.
    Sensitive,
    /// The cursor is garbled, forged, or belongs to another query or client.
    InvalidCursor,
    /// The cursor is too old.
    ExpiredCursor,
    /// `count` does not fit the cursor's query.
    InvalidCount,
}

impl ScimType {
    /// The keyword as it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}

/// What goes back to the client when a request cannot be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimError {
    /// HTTP status code.
    pub status: u16,
    /// Detail keyword; only with 400, 409 and 403 (S-ERR-02).
    pub scim_type: Option<ScimType>,
    /// A sentence for the administrator: names the path at fault and what to do.
    pub detail: String,
    /// The attribute path at fault in canonical spelling, where there is one.
    pub path: Option<String>,
}

impl ScimError {
    /// A 400 with the given keyword.
    #[must_use]
    pub fn bad(scim_type: ScimType, detail: impl Into<String>) -> Self {
        Self { status: 400, scim_type: Some(scim_type), detail: detail.into(), path: None }
    }

    /// 400 `invalidValue`, naming the attribute.
    #[must_use]
    pub fn value(path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::bad(ScimType::InvalidValue, detail).at(path)
    }

    /// 400 `invalidSyntax`.
    #[must_use]
    pub fn syntax(detail: impl Into<String>) -> Self {
        Self::bad(ScimType::InvalidSyntax, detail)
    }

    /// 400 `mutability`, naming the attribute.
    #[must_use]
    pub fn mutability(path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::bad(ScimType::Mutability, detail).at(path)
    }

    /// 409 `uniqueness`, naming the attribute.
    #[must_use]
    pub fn uniqueness(path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { status: 409, scim_type: Some(ScimType::Uniqueness), detail: detail.into(), path: None }
            .at(path)
    }

    /// An error without a keyword (401, 403, 404, 412, 413, 5xx …).
    #[must_use]
    pub fn plain(status: u16, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into(), path: None }
    }

    /// The same error, with the path at fault.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }
}

impl fmt::Display for ScimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(kind) = self.scim_type {
            write!(f, " {}", kind.as_str())?;
        }
        write!(f, ": {}", self.detail)
    }
}

impl std::error::Error for ScimError {}
