//! What is stored of an attribute that a tenant no longer stores is taken out: a job that goes through its learners, and through
//! what events and the log have told of them.
//!
//! It goes in portions, each with its place in the same transaction, so that a process that dies loses nothing. A write that
//! was under way when the setting came may still have stored what is forbidden now, and an import goes by the rules that it
//! began with. So a pass that found anything, or met an import, is followed by another a while later.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{
    Action, Cause, Change, ConnectionId, EventFilter, Job, JobId, JobState, LogEntry, LogFilter, NewEvent,
    Purpose, ReadTx, Record, ResourceId, StoreError, Tenant, TenantId, WriteTx,
};
use uuid::Uuid;

use super::IntakeSettings;
use crate::admin::Setting;
use crate::learners::{Prepared, Steward, whole_document};
use crate::operator::system_caller;
use crate::profile::Fed;
use crate::{Code, Operator, Service, ServiceError, ServiceResult, import};

/// The kind of job.
const KIND: &str = "intake_scrub";
/// Learners, events or entries looked at together.
const CHUNK: u32 = 256;
/// Most of these looked at before the place is written down, when there is nothing to take out.
const CHUNKS: u32 = 32;
/// How often a portion is tried again on fresh data.
const TRIES: u32 = 8;
/// A job that has not moved for so long has lost its process, or waits for its next pass.
const LOST: Duration = Duration::from_secs(60);
/// By then every process goes by the new setting.
const SETTLED: Duration = Duration::from_secs(5);
/// Jobs looked through for an import.
const RECENT: u32 = 100;

/// How far a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// After this learner.
    Learners(Option<Uuid>),
    /// After this held event of the first connection from this one on.
    Held(i64, i64),
    /// After this event of the feed.
    Events(i64),
    /// Before this entry of the log.
    Log(Option<i64>),
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    place: Place,
    /// Whether this pass found anything.
    found: bool,
    /// Learners in whom anything was found.
    scrubbed: u64,
    /// Passes that are over.
    passes: u32,
}

impl Default for Progress {
    fn default() -> Self {
        Self { place: Place::Learners(None), found: false, scrubbed: 0, passes: 0 }
    }
}

/// What a portion is worked on with.
struct Work<'a> {
    op: &'a Operator,
    steward: Steward<'a>,
    fed: Fed,
}

impl Service {
    /// The job to be made when a tenant's settings become others: with the change, so that it cannot be lost.
    pub(crate) fn scrub_due(&self, before: &Value, after: &Value) -> Option<Change> {
        let never = |settings| IntakeSettings::read(settings).unwrap_or_default().never_stored;
        let known = never(before);
        never(after).iter().any(|path| !known.contains(path)).then(|| {
            let now = self.clock.now();
            Change::PutJob(Box::new(Job {
                id: JobId(self.ids.uuid_v7()),
                kind: KIND.to_owned(),
                state: JobState::Running,
                created: now,
                moved: now.minus(LOST).plus(SETTLED),
                progress: "{}".to_owned(),
                payload: Vec::new(),
            }))
        })
    }

    /// Takes out of learners, of all tenants, what is no longer stored. A server calls it now and then; of several, each
    /// takes what no other works on. Gives in how many learners there was something.
    ///
    /// # Errors
    /// The first failure; the other tenants are gone through all the same.
    pub async fn scrub(&self) -> ServiceResult<u64> {
        let (mut scrubbed, mut result) = (0, Ok(()));
        loop {
            let now = self.clock.now();
            let lost = now.minus(LOST).plus(Duration::from_micros(1));
            let mut system = self.store.system(Purpose::Sweep).await?;
            let claimed = system.claim_jobs(KIND, lost, now, 1).await?;
            drop(system);
            let Some((tenant, job)) = claimed.into_iter().next() else { break };
            match self.scrub_pass(tenant, &job).await {
                Ok(found) => scrubbed += found,
                Err(error) => result = Err(error),
            }
        }
        result.map(|()| scrubbed)
    }

    /// Goes on with a pass, to its end.
    async fn scrub_pass(&self, tenant: TenantId, job: &Job) -> ServiceResult<u64> {
        let Some(op) = self.scrubber(tenant).await? else { return Ok(0) };
        // Numbers that cannot be read are no reason to leave anything where it must not be.
        let mut progress: Progress = serde_json::from_str(&job.progress).unwrap_or_default();
        let (passes, before) = (progress.passes, progress.scrubbed);
        while progress.passes == passes {
            progress = self.scrub_portion(&op, job, &progress).await?;
        }
        Ok(progress.scrubbed - before)
    }

    /// The system at work on a tenant as it is set now; `None` when the tenant is gone.
    async fn scrubber(&self, tenant: TenantId) -> ServiceResult<Option<Operator>> {
        let mut read = self.store.read(&system_caller(tenant, ConnectionId(0))).await?;
        let found: Option<Tenant> = read.tenant().await?;
        let first = read.connections().await?.into_iter().next();
        drop(read);
        match (found, first) {
            (Some(found), Some(first)) => self.system_at(&found, first.id).await,
            _ => Ok(None),
        }
    }

    /// One portion, on fresh data as often as need be.
    async fn scrub_portion(&self, op: &Operator, job: &Job, progress: &Progress) -> ServiceResult<Progress> {
        let steward = self.steward(op, Cause::Changed, Action::Administer, None)?;
        let intake = &op.tenant.intake;
        let fed = op.tenant.profile.fed(steward.resource_type(), |path| intake.gives(path));
        let work = Work { op, steward, fed };
        for _ in 0..TRIES {
            let mut read = self.store.read(&op.caller).await?;
            let mut tx = WriteTx::new(op.caller.clone());
            let mut next = progress.clone();
            let mut state = JobState::Running;
            for _ in 0..CHUNKS {
                let learners = tx.events.len();
                let place = self.scrub_chunk(&work, &mut *read, next.place, &mut tx).await?;
                next.scrubbed += (tx.events.len() - learners) as u64;
                next.found |= !tx.changes.is_empty();
                match place {
                    Some(place) => next.place = place,
                    None => {
                        let again = next.found || read.jobs(RECENT).await?.iter().any(import::is_running);
                        state = if again { JobState::Running } else { JobState::Done };
                        let (scrubbed, passes) = (next.scrubbed, next.passes + 1);
                        next = Progress { scrubbed, passes, ..Progress::default() };
                        break;
                    }
                }
                if !tx.changes.is_empty() {
                    break;
                }
            }
            drop(read);
            tx.changes.push(Change::PutJob(Box::new(Job {
                state,
                moved: self.clock.now(),
                // Numbers always serialise.
                progress: serde_json::to_string(&next).unwrap_or_default(),
                ..job.clone()
            })));
            match self.store.commit(tx).await {
                Ok(_) => return Ok(next),
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::new(Code::Conflict, "others keep changing the learners that are being scrubbed"))
    }

    /// Looks at the next few, and says where to go on; `None` at the end of a pass.
    async fn scrub_chunk(
        &self,
        work: &Work<'_>,
        read: &mut dyn ReadTx,
        place: Place,
        tx: &mut WriteTx,
    ) -> ServiceResult<Option<Place>> {
        let full = |length: usize| length == CHUNK as usize;
        Ok(Some(match place {
            Place::Learners(after) => {
                let query = self.learner_query(work.op, None, after.map(ResourceId), CHUNK)?;
                let page = read.query(&query).await?;
                for record in &page.records {
                    if let Some(prepared) = work.scrubbed(read, record).await? {
                        prepared.into_tx(tx);
                    }
                }
                page.next.map_or(Place::Held(0, 0), |next| Place::Learners(Some(next.id.0)))
            }
            Place::Held(from, after) => {
                let connections = read.connections().await?;
                let Some(connection) = connections.iter().map(|c| c.id).filter(|id| id.0 >= from).min()
                else {
                    return Ok(Some(Place::Events(0)));
                };
                let after = if connection.0 == from { after } else { 0 };
                let page = read.held(connection, after, CHUNK).await?;
                tx.changes.extend(page.iter().filter_map(|held| work.retold(&held.event)));
                match page.last() {
                    Some(last) if full(page.len()) => Place::Held(connection.0, last.sequence),
                    _ => Place::Held(connection.0 + 1, 0),
                }
            }
            Place::Events(after) => {
                let page = read.events(after, &EventFilter::default(), CHUNK).await?;
                tx.changes.extend(page.iter().filter_map(|event| work.retold(&event.event)));
                match page.last() {
                    Some(last) if full(page.len()) => Place::Events(last.position),
                    _ => Place::Log(None),
                }
            }
            Place::Log(before) => {
                let page = read.log(&LogFilter { before, ..LogFilter::default() }, CHUNK).await?;
                tx.changes.extend(page.iter().filter_map(|entry| work.rewritten(entry)));
                match page.last() {
                    Some(last) if full(page.len()) => Place::Log(Some(last.sequence)),
                    _ => return Ok(None),
                }
            }
        }))
    }
}

impl Work<'_> {
    /// The learner without what is not stored; `None` when there is nothing of that.
    async fn scrubbed(&self, read: &mut dyn ReadTx, record: &Record) -> ServiceResult<Option<Prepared>> {
        let current = whole_document(record, self.op)?;
        let mut next = current.clone();
        if !self.op.tenant.intake.strip(self.steward.resource_type(), &mut next) {
            return Ok(None);
        }
        let prepared = self.steward.update(read, record, &current, &next).await?;
        Ok(prepared.map(|p| p.noted("scrubbed", "The tenant's settings say that this is not stored.")))
    }

    fn retold(&self, event: &NewEvent) -> Option<Change> {
        let (_, subject) = event.subject?;
        let data = self.op.tenant.intake.retell(&event.data, &self.fed)?;
        Some(Change::RewriteEvent { subject, id: event.id, data })
    }

    fn rewritten(&self, entry: &LogEntry) -> Option<Change> {
        let (detail, raw) = self.op.tenant.intake.rewrite(&entry.entry)?;
        Some(Change::RewriteEntry { sequence: entry.sequence, detail, raw })
    }
}
