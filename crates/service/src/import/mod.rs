//! CSV: learners from a spreadsheet, and back (ruling 15).
//!
//! The whole file is checked before anything is written. Then it is applied in chunks; each chunk's progress stands in
//! the job that is written in the same transaction, so an import that is killed goes on where it was, and does nothing
//! twice. Rows are matched by user name. An empty cell changes nothing.

mod cells;
mod export;
mod header;
mod importer;
mod job;
mod plan;
mod problem;
mod run;
mod sheet;
mod state;

pub(crate) use importer::is_mapped;
pub use job::{ImportJob, ImportStart, ImportState};
pub use plan::ImportPlan;
pub use problem::RowProblem;
pub use run::{Import, ImportReport};
pub(crate) use sheet::Sheet;
pub(crate) use state::is_running;

/// Rows in one transaction.
const CHUNK: usize = 256;
/// Most problems kept word for word.
const MOST_PROBLEMS: usize = 1000;

/// How to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// Whether active learners who are not in the file are deactivated.
    pub deactivate_missing: bool,
    /// Whether learners that a connection manages are changed too (ruling 7).
    pub force: bool,
}

/// How far an import, or its check, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress {
    /// What is being done: `checking`, `importing`, `managers`, `missing`.
    pub phase: &'static str,
    /// Rows done.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
}

/// Is told about progress.
pub type OnProgress<'a> = &'a mut (dyn FnMut(ImportProgress) + Send);
