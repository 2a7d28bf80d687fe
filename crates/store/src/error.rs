//! What can go wrong in storage: a closed list.

use crate::{KeyName, ResourceId};

/// Shorthand.
pub type StoreResult<T> = Result<T, StoreError>;

/// A storage failure.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A precondition of a [`crate::WriteTx`] no longer holds; nothing was written.
    #[error("the data changed meanwhile: {0:?}")]
    Conflict(Conflict),
    /// A query took longer than its deadline (ruling 13).
    #[error("the query needs a scan that takes too long")]
    TooMany,
    /// The database cannot be reached, is locked, full, or overloaded; trying again may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The schema was made by a newer version.
    #[error("the database has schema version {found}, this program knows {known}; run a newer provost")]
    SchemaTooNew {
        /// Version in the database.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
    /// A migration was changed after it was applied.
    #[error("migration {version} differs from the one applied to this database")]
    MigrationChanged {
        /// Which.
        version: i64,
    },
    /// A move into this directory has not come to its end.
    #[error("the directory is incomplete: a move into it has not come to its end")]
    Incomplete,
    /// The directory was moved.
    #[error("the directory was moved to {to}")]
    Moved {
        /// Where to, without secrets.
        to: String,
    },
    /// A directory is to be moved to where something is already.
    #[error("{0} holds a directory already")]
    NotEmpty(String),
    /// A row does not decode: a bug or a damaged file, with its address.
    #[error("inconsistent data in {table}.{column}: {detail}")]
    Inconsistent {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// A statement failed in a way that no precondition foresees.
    #[error("storage failed: {0}")]
    Internal(String),
}

/// Which precondition failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// The record has another version, or is gone.
    Version(ResourceId),
    /// Another live record holds this unique key.
    Unique {
        /// Which key.
        name: KeyName,
        /// Who holds it.
        holder: ResourceId,
    },
    /// A record that must exist does not.
    Missing(ResourceId),
    /// A membership that was to be added exists, or one to be removed does not.
    Membership {
        /// Group.
        group: ResourceId,
        /// Member.
        member: ResourceId,
    },
    /// The tenant's settings, connections or schemas changed.
    Revision,
    /// A name (tenant, connection, schema, token) is taken.
    NameTaken(String),
    /// A tenant, connection, token or job is not there (any more).
    Gone(String),
    /// A tombstone that was to be restored is not there any more.
    NotRemoved(ResourceId),
    /// The same identity alarm about this learner was raised already.
    AlarmRaised(ResourceId),
}
