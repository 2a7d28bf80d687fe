//! How far an import is, as its job keeps it.

use base::Timestamp;
use serde::{Deserialize, Serialize};
use store::{ConnectionId, Job, JobId, JobState};
use uuid::Uuid;

use super::{ImportOptions, MOST_PROBLEMS, RowProblem};

/// The kind of job.
pub(super) const KIND: &str = "csv_import";

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    /// The rows, in order.
    People,
    /// The rows once more, for managers who stood further down.
    Managers,
    /// Learners who are not in the file.
    Missing,
    /// Nothing more.
    Done,
}

/// The job's progress. Written in the transaction of the work it describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// SHA-256 of the file, in hexadecimal digits: the same file goes on where it was.
    pub(super) digest: String,
    /// The connection whose `externalId`s the file holds.
    pub(super) connection: i64,
    pub(super) deactivate_missing: bool,
    pub(super) force: bool,
    pub(super) phase: Phase,
    /// The next row of the phase.
    pub(super) next: usize,
    /// The last learner looked at in the last phase.
    pub(super) after: Option<Uuid>,
    pub(super) total: usize,
    /// Rows whose manager was left for later.
    pub(super) later: usize,
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) unchanged: u64,
    pub(super) deactivated: u64,
    pub(super) skipped: u64,
    /// Rows that no longer could be done.
    pub(super) problems: Vec<RowProblem>,
}

impl Progress {
    pub(super) fn new(bytes: &[u8], connection: ConnectionId, options: ImportOptions, total: usize) -> Self {
        Self {
            digest: digest(bytes),
            connection: connection.0,
            deactivate_missing: options.deactivate_missing,
            force: options.force,
            phase: Phase::People,
            next: 0,
            after: None,
            total,
            later: 0,
            created: 0,
            updated: 0,
            unchanged: 0,
            deactivated: 0,
            skipped: 0,
            problems: Vec::new(),
        }
    }

    /// What a job says, if it is one of ours.
    pub(super) fn of(job: &Job) -> Option<Self> {
        (job.kind == KIND).then(|| serde_json::from_str(&job.progress).ok()).flatten()
    }

    pub(super) fn options(&self) -> ImportOptions {
        ImportOptions { deactivate_missing: self.deactivate_missing, force: self.force }
    }

    /// The row could not be done.
    pub(super) fn skip(&mut self, problem: RowProblem) {
        self.skipped += 1;
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// Goes to the next phase that there is anything to do in, when this one is over.
    pub(super) fn turn(&mut self) {
        if self.phase == Phase::People && self.next >= self.total {
            (self.phase, self.next) = (Phase::Managers, if self.later == 0 { self.total } else { 0 });
        }
        if self.phase == Phase::Managers && self.next >= self.total {
            self.phase = if self.deactivate_missing { Phase::Missing } else { Phase::Done };
        }
    }

    /// The job that holds this. `payload` is kept from its first writing.
    pub(super) fn job(&self, id: JobId, created: Timestamp, now: Timestamp, payload: Vec<u8>) -> Job {
        Job {
            id,
            kind: KIND.to_owned(),
            state: if self.phase == Phase::Done { JobState::Done } else { JobState::Running },
            created,
            moved: now,
            // Numbers and texts always serialise.
            progress: serde_json::to_string(self).unwrap_or_default(),
            payload,
        }
    }
}

/// Whether the job is an import under way.
pub(crate) fn is_running(job: &Job) -> bool {
    job.kind == KIND && job.state == JobState::Running
}

/// SHA-256 in hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    base::sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_without_work_are_left_out() {
        let fresh = |missing| {
            let options = ImportOptions { deactivate_missing: missing, force: false };
            Progress::new(b"x", ConnectionId(1), options, 2)
        };
        let mut progress = fresh(false);
        progress.turn();
        assert_eq!(progress.phase, Phase::People);
        progress.next = 2;
        progress.turn();
        assert_eq!(progress.phase, Phase::Done);

        let mut progress = Progress { later: 1, next: 2, ..fresh(true) };
        progress.turn();
        assert_eq!((progress.phase, progress.next), (Phase::Managers, 0));
        progress.next = 2;
        progress.turn();
        assert_eq!(progress.phase, Phase::Missing);
    }

    #[test]
    fn a_job_says_how_far_it_is() {
        let progress = Progress::new(b"x", ConnectionId(1), ImportOptions::default(), 2);
        let job = progress.job(JobId(Uuid::nil()), Timestamp::EPOCH, Timestamp::EPOCH, Vec::new());
        assert_eq!((Progress::of(&job).as_ref(), job.state), (Some(&progress), JobState::Running));
        assert_eq!(Progress::of(&Job { kind: "pulse".into(), ..job }), None);
    }
}
