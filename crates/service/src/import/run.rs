//! Applying a file, chunk by chunk.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use store::{
    Actor, Caller, Change, ConnectionId, Grant, Job, JobId, JobState, Kind, Purpose, State, StoreError,
    TenantId, WriteTx,
};

use super::importer::{Importer, Managers, Pending, Step};
use super::state::{KIND, Phase, Progress, digest};
use super::{CHUNK, ImportOptions, ImportPlan, ImportProgress, OnProgress, RowProblem};
use crate::learners::{document_of, set_active};
use crate::profile::Profile;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// How often a chunk is tried again on fresh data.
const TRIES: u32 = 8;
/// An import that has not moved for so long has lost its process.
const LOST: Duration = Duration::from_secs(60);
/// Jobs looked through for an import of the same file.
const RECENT: u32 = 100;

/// The end of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    /// Something is wrong with the file: nothing was written.
    Refused(ImportPlan),
    /// It was applied.
    Done(ImportReport),
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// The job.
    pub job: JobId,
    /// Whether an interrupted import of the same file was gone on with.
    pub resumed: bool,
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
}

impl Service {
    /// Imports a file: checks it as a whole, then applies it. When an import of the same file with the same options
    /// was interrupted, goes on with that.
    ///
    /// # Errors
    /// When the database does not answer, or others keep changing the same learners: then the import can be resumed by
    /// calling again with the same file.
    pub async fn import(
        &self,
        op: &Operator,
        bytes: &[u8],
        options: ImportOptions,
        on_progress: OnProgress<'_>,
    ) -> ServiceResult<Import> {
        if let Some((job, progress)) = self.interrupted(op, bytes, options).await? {
            return self.run(op, job.id, progress, bytes, true, on_progress).await.map(Import::Done);
        }
        let plan = self.import_plan(op, bytes, options, &mut *on_progress).await?;
        if plan.problem_count > 0 {
            return Ok(Import::Refused(plan));
        }
        let id = JobId(self.ids.uuid_v7());
        let total = usize::try_from(plan.rows).unwrap_or(usize::MAX);
        let mut progress = Progress::new(bytes, op.connection.id, options, total);
        progress.turn();
        let now = self.clock.now();
        let mut tx = WriteTx::new(op.caller.clone());
        tx.changes.push(Change::PutJob(Box::new(progress.job(id, now, now, bytes.to_vec()))));
        self.store.commit(tx).await?;
        self.run(op, id, progress, bytes, false, on_progress).await.map(Import::Done)
    }

    /// Goes on with imports, of all tenants, whose process is gone. The server calls it at its start and now and then.
    /// Gives how many it has finished.
    ///
    /// # Errors
    /// The first failure; the other imports are tried all the same.
    pub async fn resume_imports(&self) -> ServiceResult<u32> {
        let (mut finished, mut result) = (0, Ok(()));
        loop {
            // One at a time: of several servers on one database, each takes what no other works on.
            let now = self.clock.now();
            let lost = now.minus(LOST).plus(Duration::from_micros(1));
            let mut system = self.store.system(Purpose::Sweep).await?;
            let claimed = system.claim_jobs(KIND, lost, now, 1).await?;
            drop(system);
            let Some((tenant, job)) = claimed.into_iter().next() else { break };
            match self.resume(tenant, &job).await {
                Ok(()) => finished += 1,
                Err(error) => result = Err(error),
            }
        }
        result.map(|()| finished)
    }

    async fn resume(&self, tenant: TenantId, job: &Job) -> ServiceResult<()> {
        let Some(progress) = Progress::of(job) else {
            return Err(ServiceError::new(
                Code::Internal,
                format!("import {} does not say how far it is", job.id.0),
            ));
        };
        let caller = Caller {
            tenant,
            connection: ConnectionId(progress.connection),
            grant: Grant::FULL,
            actor: Actor::System,
        };
        let mut read = self.store.read(&caller).await?;
        let found = read.tenant().await?;
        let connection = read.connections().await?.into_iter().find(|c| c.id == caller.connection);
        let payload = read.job(job.id).await?.map(|job| job.payload).unwrap_or_default();
        drop(read);
        let (Some(found), Some(connection)) = (found, connection) else { return Ok(()) };
        let op = Operator {
            tenant: self.view(&found, &caller).await?,
            caller,
            connection: Arc::new(connection),
            request: self.ids.request_id(),
        };
        self.run(&op, job.id, progress, &payload, true, &mut |_| {}).await.map(|_| ())
    }

    pub(super) async fn interrupted(
        &self,
        op: &Operator,
        bytes: &[u8],
        options: ImportOptions,
    ) -> ServiceResult<Option<(Job, Progress)>> {
        let digest = digest(bytes);
        let mut read = self.store.read(&op.caller).await?;
        let jobs = read.jobs(RECENT).await?;
        Ok(jobs.into_iter().filter(|job| job.state == JobState::Running).find_map(|job| {
            let progress = Progress::of(&job)?;
            let same = progress.digest == digest
                && progress.options() == options
                && progress.connection == op.connection.id.0;
            same.then_some((job, progress))
        }))
    }

    pub(super) async fn run(
        &self,
        op: &Operator,
        id: JobId,
        mut progress: Progress,
        bytes: &[u8],
        resumed: bool,
        on_progress: OnProgress<'_>,
    ) -> ServiceResult<ImportReport> {
        let mut op = op.clone();
        op.caller.actor = Actor::Import(id.0.to_string());
        let (importer, problems) = Importer::new(self, &op, bytes, progress.force, Some(id.0))?;
        if let Some(problem) = problems.first() {
            self.give_up(&op, id, &problem.to_string()).await?;
            return Err(ServiceError::new(Code::Conflict, format!("the import cannot go on: {problem}"))
                .hint("the tenant's schemas have changed since it began; import the file again"));
        }
        while progress.phase != Phase::Done {
            progress = self.chunk(&op, id, &importer, progress).await?;
            on_progress(said(&progress));
        }
        Ok(ImportReport {
            job: id,
            resumed,
            created: progress.created,
            updated: progress.updated,
            unchanged: progress.unchanged,
            deactivated: progress.deactivated,
            skipped: progress.skipped,
            problems: progress.problems,
        })
    }

    /// One chunk, on fresh data as often as need be.
    async fn chunk(
        &self,
        op: &Operator,
        id: JobId,
        importer: &Importer<'_>,
        progress: Progress,
    ) -> ServiceResult<Progress> {
        for _ in 0..TRIES {
            let mut next = progress.clone();
            let mut tx = WriteTx::new(op.caller.clone());
            match next.phase {
                Phase::People | Phase::Managers => self.rows(op, importer, &mut next, &mut tx).await?,
                Phase::Missing => self.missing(op, importer, &mut next, &mut tx).await?,
                Phase::Done => return Ok(next),
            }
            next.turn();
            let now = self.clock.now();
            tx.changes.push(Change::PutJob(Box::new(next.job(id, now, now, Vec::new()))));
            match self.store.commit(tx).await {
                Ok(_) => return Ok(next),
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::new(Code::Conflict, "others keep changing the learners that are being imported")
            .hint("import the same file again: it goes on where it was"))
    }

    async fn rows(
        &self,
        op: &Operator,
        importer: &Importer<'_>,
        progress: &mut Progress,
        tx: &mut WriteTx,
    ) -> ServiceResult<()> {
        let first = progress.phase == Phase::People;
        let managers = if first { Managers::Later } else { Managers::Now };
        let mut pending = Pending::default();
        let mut read = self.store.read(&op.caller).await?;
        let end = (progress.next + CHUNK).min(progress.total);
        for row in importer.sheet.rows.get(progress.next..end).unwrap_or_default() {
            let (step, later) = importer.step(&mut *read, row, &mut pending, managers).await?;
            progress.later += usize::from(first && later);
            match step {
                Step::Create(prepared) => {
                    progress.created += 1;
                    prepared.into_tx(tx);
                }
                Step::Update(prepared) => {
                    progress.updated += 1;
                    prepared.into_tx(tx);
                }
                Step::Unchanged => progress.unchanged += u64::from(first),
                Step::Problem(problem)
                    if first || !progress.problems.iter().any(|p| p.line == problem.line) =>
                {
                    progress.skip(problem);
                }
                Step::Problem(_) => {}
            }
        }
        progress.next = end;
        Ok(())
    }

    async fn missing(
        &self,
        op: &Operator,
        importer: &Importer<'_>,
        progress: &mut Progress,
        tx: &mut WriteTx,
    ) -> ServiceResult<()> {
        let after = progress.after.map(store::ResourceId);
        let query = self.learner_query(op, None, after, CHUNK as u32)?;
        let mut read = self.store.read(&op.caller).await?;
        let page = read.query(&query).await?;
        for record in page.records.iter().filter(|r| r.kind == Kind::USER && r.state == State::Active) {
            let managed = record.managed_by.is_some() && !progress.force;
            if managed || importer.has(&Profile::of(&document_of(record)?).user_name) {
                continue;
            }
            if let Some(prepared) = set_active(&importer.steward, &mut *read, op, record, false).await? {
                progress.deactivated += 1;
                prepared.into_tx(tx);
            }
        }
        match page.next {
            Some(next) => progress.after = Some(next.id.0),
            None => progress.phase = Phase::Done,
        }
        Ok(())
    }

    async fn give_up(&self, op: &Operator, id: JobId, why: &str) -> ServiceResult<()> {
        let now = self.clock.now();
        let mut tx = WriteTx::new(op.caller.clone());
        tx.changes.push(Change::PutJob(Box::new(Job {
            id,
            kind: KIND.to_owned(),
            state: JobState::Failed,
            created: now,
            moved: now,
            progress: json!({"error": why}).to_string(),
            payload: Vec::new(),
        })));
        self.store.commit(tx).await?;
        Ok(())
    }
}

fn said(progress: &Progress) -> ImportProgress {
    let total = progress.total as u64;
    let (phase, done) = match progress.phase {
        Phase::People => ("importing", progress.next as u64),
        Phase::Managers => ("managers", progress.next as u64),
        Phase::Missing => ("missing", total),
        Phase::Done => ("importing", total),
    };
    ImportProgress { phase, done, total }
}
