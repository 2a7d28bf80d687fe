//! Jobs: work that outlives a request, such as a CSV import.

use base::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A job's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub Uuid);

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting or under way; a node that dies leaves it to be resumed.
    Running,
    /// All done.
    Done,
    /// Given up; `progress` says why.
    Failed,
}

/// One job of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// What it does: `csv_import`.
    pub kind: String,
    /// State.
    pub state: JobState,
    /// When it was made.
    pub created: Timestamp,
    /// When it last moved.
    pub moved: Timestamp,
    /// JSON: what has been done, counts, problems. Written in the transaction of the work it describes.
    pub progress: String,
    /// What it works on; written once.
    pub payload: Vec<u8>,
}
