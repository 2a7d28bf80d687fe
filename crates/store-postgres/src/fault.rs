//! From PostgreSQL's errors to the contract's.

use store::{Conflict, StoreError};
use tokio_postgres::error::SqlState;

/// What a statement came to: the driver's own error, kept apart until the edge, because some of them mean "once more".
#[derive(Debug)]
pub(crate) enum Fault {
    /// A statement failed.
    Sql(tokio_postgres::Error),
    /// The contract's own answer.
    Store(StoreError),
}

/// Shorthand.
pub(crate) type Done<T> = Result<T, Fault>;

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Conflict> for Fault {
    fn from(conflict: Conflict) -> Self {
        Self::Store(StoreError::Conflict(conflict))
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error,
            Fault::Sql(error) => from_sql(&error),
        }
    }
}

impl Fault {
    /// Whether the same commit may succeed when it is tried again: another one was in its way.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Sql(error) => error.code().is_some_and(|code| {
                [
                    // Somebody else has committed the same key meanwhile. The next try finds it and says whose it is.
                    SqlState::UNIQUE_VIOLATION,
                    SqlState::T_R_SERIALIZATION_FAILURE,
                    SqlState::T_R_DEADLOCK_DETECTED,
                ]
                .contains(code)
            }),
            Self::Store(_) => false,
        }
    }

    /// Whether the connection is of no more use.
    pub(crate) fn is_loss(&self) -> bool {
        match self {
            Self::Sql(error) => {
                error.is_closed()
                    || match error.code() {
                        // An error without a code did not come from the server.
                        None => true,
                        // A standby that took over's place, or was taken for the primary.
                        Some(code) => is_down(code) || *code == SqlState::READ_ONLY_SQL_TRANSACTION,
                    }
            }
            Self::Store(StoreError::Unavailable(_)) => true,
            _ => false,
        }
    }
}

/// A row that does not decode.
pub(crate) fn damaged(table: &'static str, column: &'static str, detail: impl ToString) -> Fault {
    Fault::Store(StoreError::Inconsistent { table, column, detail: detail.to_string() })
}

/// A failure that no precondition foresees.
pub(crate) fn internal(detail: impl Into<String>) -> Fault {
    StoreError::Internal(detail.into()).into()
}

/// The database answers too late, or not at all.
pub(crate) fn unavailable(detail: impl Into<String>) -> Fault {
    StoreError::Unavailable(detail.into()).into()
}

fn is_down(code: &SqlState) -> bool {
    // 08: connection; 57P: shut down or starting up.
    code.code().starts_with("08") || code.code().starts_with("57P")
}

fn from_sql(error: &tokio_postgres::Error) -> StoreError {
    let Some(code) = error.code() else {
        return StoreError::Unavailable(told(error));
    };
    match *code {
        // What the triggers of a directory that was moved say.
        _ if code.code() == crate::standing::MOVED => StoreError::Unavailable(told(error)),
        SqlState::QUERY_CANCELED => StoreError::TooMany,
        SqlState::LOCK_NOT_AVAILABLE
        | SqlState::READ_ONLY_SQL_TRANSACTION
        | SqlState::IN_FAILED_SQL_TRANSACTION
        | SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED => StoreError::Unavailable(told(error)),
        // 53: out of memory, disk, connections.
        _ if is_down(code) || code.code().starts_with("53") => StoreError::Unavailable(told(error)),
        _ => StoreError::Internal(told(error)),
    }
}

/// The error with what caused it; the driver's own text names only the kind.
pub(crate) fn told(error: &tokio_postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("{} (SQLSTATE {})", said.message(), said.code().code());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
