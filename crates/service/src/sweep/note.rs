//! What is known and has been said about a connection, kept over restarts.

use std::collections::BTreeMap;

use base::Timestamp;
use serde::{Deserialize, Serialize};
use store::{ConnectionId, Job, JobId, JobState, ReadTx, StoreResult};
use uuid::Uuid;

use crate::faults::Sign;
use crate::pulse::Batch;

/// The kind of job that holds notes. A connection has one; it *runs* while a batch is open, so that another process
/// finds the batches that one which died has left open.
pub(super) const KIND: &str = "pulse";

/// Fixed first half of the ids of these jobs; the second half is the connection's number.
const ID: u128 = 0x7075_6c73_6500_8000_8000_0000_0000_0000;

/// The note.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Note {
    /// The connection's number.
    pub(super) connection: i64,
    /// The open batch.
    pub(super) batch: Option<Saved>,
    /// Latest request (µs).
    pub(crate) heard: Option<i64>,
    /// First request that was answered well (µs).
    pub(crate) first_well: Option<i64>,
    /// Latest request that was answered well (µs).
    pub(crate) well: Option<i64>,
    /// When groups were first asked for (µs).
    pub(crate) groups_asked: Option<i64>,
    /// What its requests have shown, by id of the fault.
    pub(crate) signs: BTreeMap<String, Sign>,
    /// The latest request before the silence that has been announced (µs).
    pub(super) silent: Option<i64>,
    /// Whether requests keep failing, and that has been announced.
    pub(super) failing: bool,
    /// Whether the rhythm is that of a job in quarantine, and that has been announced.
    pub(super) quarantined: bool,
    /// The nearest announcement made of each expiring token, by id, in days.
    pub(super) expiring: BTreeMap<String, u32>,
}

/// A batch as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Saved {
    id: Uuid,
    started: i64,
    last: i64,
    changes: u64,
}

impl From<&Batch> for Saved {
    fn from(batch: &Batch) -> Self {
        Self {
            id: batch.id,
            started: batch.started.as_micros(),
            last: batch.last.as_micros(),
            changes: batch.changes,
        }
    }
}

impl From<Saved> for Batch {
    fn from(saved: Saved) -> Self {
        Self {
            id: saved.id,
            started: Timestamp::from_micros(saved.started),
            last: Timestamp::from_micros(saved.last),
            changes: saved.changes,
        }
    }
}

impl Note {
    /// The connection's note, empty when there is none yet.
    pub(crate) async fn read(tx: &mut dyn ReadTx, connection: ConnectionId) -> StoreResult<Self> {
        let job = tx.job(job_id(connection)).await?;
        Ok(job.and_then(|job| Self::of(&job)).unwrap_or(Self { connection: connection.0, ..Self::default() }))
    }

    /// The note that a job holds; one that a later version wrote in another form counts as none.
    pub(super) fn of(job: &Job) -> Option<Self> {
        serde_json::from_str(&job.progress).ok()
    }

    /// The job that holds this note.
    pub(super) fn job(&self, now: Timestamp) -> Job {
        Job {
            id: job_id(ConnectionId(self.connection)),
            kind: KIND.to_owned(),
            state: if self.batch.is_some() { JobState::Running } else { JobState::Done },
            created: now,
            moved: now,
            // A struct of numbers and texts always serialises.
            progress: serde_json::to_string(self).unwrap_or_default(),
            payload: Vec::new(),
        }
    }
}

fn job_id(connection: ConnectionId) -> JobId {
    JobId(Uuid::from_u128(ID | u128::from(connection.0.unsigned_abs())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_survives_its_job() {
        let batch =
            Batch { id: Uuid::from_u128(5), started: Timestamp::EPOCH, last: Timestamp::EPOCH, changes: 3 };
        let note = Note {
            connection: 7,
            batch: Some(Saved::from(&batch)),
            heard: Some(1),
            expiring: BTreeMap::from([("a".into(), 30)]),
            ..Note::default()
        };
        let job = note.job(Timestamp::EPOCH);
        assert_eq!((job.state, Note::of(&job)), (JobState::Running, Some(note.clone())));
        assert_eq!(note.batch.clone().map(Batch::from), Some(batch));
        assert_ne!(job_id(ConnectionId(1)), job_id(ConnectionId(2)));
        assert_eq!(Note { batch: None, ..note }.job(Timestamp::EPOCH).state, JobState::Done);
    }
}
