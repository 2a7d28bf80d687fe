//! What can be wrong with a state.

use std::path::PathBuf;

use base::Hinted;

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateFault {
    /// Another process runs this job.
    #[error("another process runs the job in {0}")]
    Locked(PathBuf),
    /// A newer program wrote it.
    #[error("the state was written by a newer version (schema {found}; this one knows {known})")]
    Newer {
        /// The schema found.
        found: i64,
        /// The newest known here.
        known: i64,
    },
    /// The folder or the lock file cannot be used.
    #[error("{path} cannot be used")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// The database does not do as it is told.
    #[error("the job's database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something stored does not read back.
    #[error("the job's database holds a damaged {what}: {detail}")]
    Damaged {
        /// What.
        what: &'static str,
        /// How.
        detail: String,
    },
}

impl StateFault {
    pub(super) fn damaged(what: &'static str, detail: impl ToString) -> Self {
        Self::Damaged { what, detail: detail.to_string() }
    }
}

impl From<rusqlite::Error> for StateFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

impl Hinted for StateFault {
    fn hints(&self) -> Vec<String> {
        vec![
            match self {
                Self::Locked(_) => "wait until it has ended, or give this job another --state-dir",
                Self::Newer { .. } => "use that version, or begin anew with an empty --state-dir: what is in the target is matched again",
                Self::Folder { .. } => "give a folder that can be written as --state-dir",
                Self::Database(_) => "check the disk's free space and the permissions of the --state-dir",
                Self::Damaged { .. } => "begin anew with an empty --state-dir: what is in the target is matched again",
            }
            .to_owned(),
        ]
    }
}

/// Shorthand.
pub(super) type Done<T> = Result<T, StateFault>;
