//! The job object: what is remembered of the job as a whole.

use serde::{Deserialize, Serialize};

use crate::log::Names;

/// The name of the fact.
pub(super) const JOB: &str = "job";

/// What is remembered of the job as a whole. Instants are microseconds since the epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Whether it runs.
    pub state: JobState,
    /// The target it is for.
    pub target: String,
    /// What the log calls everything.
    pub names: Option<Names>,
    /// What mapping the last cycle ran on, as a digest.
    pub mapping: String,
    /// Whether all were in scope in the last cycle.
    pub all: bool,
    /// Cycles that were run to their end.
    pub cycles: u64,
    /// Whether the next cycle goes over everything.
    pub settled: bool,
    /// Whether removals are let through in the next cycle however many they are.
    pub force_deletes: bool,
    /// The quarantine it is in.
    pub quarantine: Option<Quarantine>,
    /// Cycles in a row in which nothing succeeded.
    pub successive_failures: u64,
    /// Whether failures were given up.
    pub escrows_pruned: bool,
    /// The last execution.
    pub last: Option<Execution>,
    /// The last that succeeded.
    pub last_success: Option<Execution>,
    /// The last that succeeded and sent something.
    pub last_success_with_exports: Option<Execution>,
    /// When an initial cycle was first through.
    pub steady_first: Option<i64>,
    /// When a cycle was last through.
    pub steady_last: Option<i64>,
    /// When the next cycle is due.
    pub next_due: Option<i64>,
}

/// Whether a job runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobState {
    /// It was not started yet.
    #[default]
    NotRun,
    /// It runs.
    Active,
    /// Somebody paused it.
    Paused,
    /// It was in quarantine for too long.
    Disabled,
}

/// A quarantine (Graph's `synchronizationQuarantine`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    /// Why.
    pub reason: QuarantineReason,
    /// Since when for this reason.
    pub began: i64,
    /// Since when for whatever reason.
    pub series_began: i64,
    /// Cycles that ended so.
    pub series_count: u64,
    /// When it is tried again.
    pub next_attempt: i64,
    /// The code of the error that led to it.
    pub code: String,
    /// The error in a sentence.
    pub message: String,
    /// What to do about it.
    pub recommendation: String,
}

/// Why a job is in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is its own name in Graph; entra.md §4.10 tells the thresholds")]
pub enum QuarantineReason {
    EncounteredBaseEscrowThreshold,
    EncounteredTotalEscrowThreshold,
    EncounteredEscrowProportionThreshold,
    EncounteredQuarantineException,
    QuarantinedOnDemand,
    TooManyDeletes,
    IngestionInterrupted,
    Unknown,
}

impl QuarantineReason {
    /// Graph's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::EncounteredBaseEscrowThreshold => "EncounteredBaseEscrowThreshold",
            Self::EncounteredTotalEscrowThreshold => "EncounteredTotalEscrowThreshold",
            Self::EncounteredEscrowProportionThreshold => "EncounteredEscrowProportionThreshold",
            Self::EncounteredQuarantineException => "EncounteredQuarantineException",
            Self::QuarantinedOnDemand => "QuarantinedOnDemand",
            Self::TooManyDeletes => "TooManyDeletes",
            Self::IngestionInterrupted => "IngestionInterrupted",
            Self::Unknown => "Unknown",
        }
    }
}

/// One execution (Graph's `synchronizationTaskExecution`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Execution {
    /// The cycle's id.
    pub id: String,
    /// Whether it went over everything.
    pub initial: bool,
    /// `Succeeded`, `Failed` or `EntryLevelErrors`.
    pub state: String,
    /// When it began.
    pub began: i64,
    /// When it ended.
    pub ended: i64,
    /// Objects in scope.
    pub entitled: u64,
    /// Failures that wait, as they are counted.
    pub escrowed: u64,
    /// The same with references.
    pub escrowed_raw: u64,
    /// Objects that were written to the target.
    pub exported: u64,
    /// Objects that were read from the source and had changed.
    pub imported_deltas: u64,
    /// References that were written.
    pub reference_deltas: u64,
    /// The error that ended it: code and sentence.
    pub error: Option<(String, String)>,
}
