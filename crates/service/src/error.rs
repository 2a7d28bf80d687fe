//! Failures of the use cases that are not SCIM's own (those are [`scim::ScimError`]): commands, API, console.

use base::Hinted;
use store::StoreError;

/// Shorthand.
pub type ServiceResult<T> = Result<T, ServiceError>;

/// The closed list of what can be wrong; a door maps each to its status or exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The input is not acceptable.
    Invalid,
    /// What it names does not exist.
    NotFound,
    /// It exists already, or contradicts what is there.
    Conflict,
    /// It is not any more as the caller has seen it (`If-Match`).
    Stale,
    /// The caller may not.
    Forbidden,
    /// The request needs a scan that takes too long.
    TooMany,
    /// The database does not answer; try again.
    Unavailable,
    /// A bug or damaged data.
    Internal,
}

/// A failure with a sentence for the person and, often, what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ServiceError {
    /// What kind.
    pub code: Code,
    /// What happened, naming the thing at fault.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The SCIM attribute at fault in the body, where there is one: `name.givenName`.
    pub path: Option<String>,
    /// The cause, for the log; never shown to a remote caller.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ServiceError {
    /// A failure without cause or hint.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, path: None, source: None }
    }

    /// The same, with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Hinted for ServiceError {
    fn hints(&self) -> Vec<String> {
        self.hint.iter().cloned().collect()
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Conflict(_) | StoreError::NotEmpty(_) => Code::Conflict,
            StoreError::TooMany => Code::TooMany,
            StoreError::Unavailable(_) | StoreError::Incomplete | StoreError::Moved { .. } => {
                Code::Unavailable
            }
            StoreError::SchemaTooNew { .. }
            | StoreError::MigrationChanged { .. }
            | StoreError::Inconsistent { .. }
            | StoreError::Internal(_) => Code::Internal,
        };
        let hint = match &error {
            StoreError::Incomplete => Some(
                "run the same `provost move` again: it begins anew, or does the last step that is missing",
            ),
            StoreError::Moved { .. } => Some(
                "name the new place with --data-dir or --database-url; `provost move --reopen` takes the old one into use again",
            ),
            StoreError::NotEmpty(_) => Some("name an empty place: a move never writes over a directory"),
            _ => None,
        };
        let hint = hint.map(str::to_owned);
        Self { code, message: error.to_string(), hint, path: None, source: Some(Box::new(error)) }
    }
}
