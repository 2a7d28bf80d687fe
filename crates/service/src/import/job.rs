//! Imports that nobody waits for: started by the REST API, looked at by their job.

use std::sync::Arc;

use base::Timestamp;
use serde_json::Value;
use store::{Change, Job, JobId, JobState, WriteTx};

use super::state::{KIND, Phase, Progress};
use super::{ImportOptions, ImportPlan, RowProblem};
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Jobs looked at for a list.
const RECENT: u32 = 100;

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportStart {
    /// Something is wrong with it: nothing was written.
    Refused(ImportPlan),
    /// It is being applied.
    Started(Box<ImportJob>),
}

/// How an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// Under way.
    Running,
    /// All done.
    Done,
    /// Given up.
    Failed,
}

/// An import as its job tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportJob {
    /// The job.
    pub id: JobId,
    /// How it stands.
    pub state: ImportState,
    /// What is being done: `importing`, `managers`, `missing`, `done`.
    pub phase: &'static str,
    /// Rows of the phase that are done.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
    /// Learners made.
    pub created: u64,
    /// Learners changed.
    pub updated: u64,
    /// Rows that said what was there already.
    pub unchanged: u64,
    /// Learners deactivated because the file does not name them.
    pub deactivated: u64,
    /// Rows that could not be done any more when their turn came.
    pub skipped: u64,
    /// The first thousand of those, with the reason.
    pub problems: Vec<RowProblem>,
    /// Why it was given up.
    pub error: Option<String>,
    /// When it was made.
    pub made: Timestamp,
    /// When it last moved.
    pub moved: Timestamp,
}

impl Service {
    /// Checks a file as a whole and begins to apply it; the answer does not wait for the end. The same file again, with
    /// the same options, is the import that is under way.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn import_start(
        self: &Arc<Self>,
        op: &Operator,
        bytes: Vec<u8>,
        options: ImportOptions,
    ) -> ServiceResult<ImportStart> {
        let now = self.clock.now();
        if let Some((job, _)) = self.interrupted(op, &bytes, options).await? {
            // It is being worked on, or a server that finds it lost takes it over.
            return Ok(ImportStart::Started(Box::new(told(&job))));
        }
        let plan = self.import_plan(op, &bytes, options, &mut |_| {}).await?;
        if plan.problem_count > 0 {
            return Ok(ImportStart::Refused(plan));
        }
        let id = JobId(self.ids.uuid_v7());
        let total = usize::try_from(plan.rows).unwrap_or(usize::MAX);
        let mut progress = Progress::new(&bytes, op.connection.id, options, total);
        progress.turn();
        let job = progress.job(id, now, now, bytes.clone());
        let started = ImportStart::Started(Box::new(told(&job)));
        let mut tx = WriteTx::new(op.caller.clone());
        tx.changes.push(Change::PutJob(Box::new(job)));
        self.store.commit(tx).await?;
        self.go_on(op, id, progress, bytes);
        Ok(started)
    }

    fn go_on(self: &Arc<Self>, op: &Operator, id: JobId, progress: Progress, bytes: Vec<u8>) {
        let (service, op) = (Arc::clone(self), op.clone());
        self.background.spawn(async move {
            if let Err(error) = service.run(&op, id, progress, &bytes, false, &mut |_| {}).await {
                tracing::warn!(%error, "an import was interrupted; it is gone on with later");
            }
        });
    }

    /// An import.
    ///
    /// # Errors
    /// `NotFound` when the tenant has no such import.
    pub async fn import_job(&self, op: &Operator, id: &str) -> ServiceResult<ImportJob> {
        let missing = || ServiceError::new(Code::NotFound, "there is no such import");
        let id = id.parse().map(JobId).map_err(|_| missing())?;
        let mut read = self.store.read(&op.caller).await?;
        let job = read.job(id).await?.filter(|job| job.kind == KIND).ok_or_else(missing)?;
        Ok(told(&job))
    }

    /// The latest imports, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn import_jobs(&self, op: &Operator) -> ServiceResult<Vec<ImportJob>> {
        let mut read = self.store.read(&op.caller).await?;
        let jobs = read.jobs(RECENT).await?;
        Ok(jobs.iter().filter(|job| job.kind == KIND).map(told).collect())
    }
}

fn told(job: &Job) -> ImportJob {
    let progress = Progress::of(job);
    let p = progress.as_ref();
    let count = |of: fn(&Progress) -> u64| p.map_or(0, of);
    let failure = || {
        let value: Value = serde_json::from_str(&job.progress).unwrap_or_default();
        value["error"].as_str().unwrap_or("it does not say how far it is").to_owned()
    };
    ImportJob {
        id: job.id,
        state: match job.state {
            JobState::Running => ImportState::Running,
            JobState::Done => ImportState::Done,
            JobState::Failed => ImportState::Failed,
        },
        phase: match p.map(|p| p.phase) {
            Some(Phase::People) => "importing",
            Some(Phase::Managers) => "managers",
            Some(Phase::Missing) => "missing",
            Some(Phase::Done) | None => "done",
        },
        done: count(
            |p| if matches!(p.phase, Phase::People | Phase::Managers) { p.next } else { p.total } as u64,
        ),
        total: count(|p| p.total as u64),
        created: count(|p| p.created),
        updated: count(|p| p.updated),
        unchanged: count(|p| p.unchanged),
        deactivated: count(|p| p.deactivated),
        skipped: count(|p| p.skipped),
        problems: p.map(|p| p.problems.clone()).unwrap_or_default(),
        error: (job.state == JobState::Failed).then(failure),
        made: job.created,
        moved: job.moved,
    }
}
