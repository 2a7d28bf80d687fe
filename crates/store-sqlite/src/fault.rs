//! From SQLite's errors to the contract's.

use rusqlite::ErrorCode;
use store::{Conflict, StoreError};

/// What a statement or a group of them came to: SQLite's own error, kept apart until the edge, because the writer
/// treats a foreseen conflict and a failed statement differently.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A statement failed.
    Sql(rusqlite::Error),
    /// The contract's own answer.
    Store(StoreError),
}

/// Shorthand.
pub(crate) type Done<T> = Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
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

/// A row that does not decode.
pub(crate) fn damaged(table: &'static str, column: &'static str, detail: impl ToString) -> Fault {
    Fault::Store(StoreError::Inconsistent { table, column, detail: detail.to_string() })
}

fn from_sql(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => StoreError::TooMany,
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OutOfMemory,
        ) => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Internal(error.to_string()),
    }
}
