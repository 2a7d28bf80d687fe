//! A cycle (entra.md §4.1).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base::Hinted as _;
use tokio::time::Instant;

use crate::connection_test::random_guid;
use crate::job::context::Context;
use crate::job::members::MemberFeed;
use crate::job::pump::{Halt, ManagerFeed, ObjectFeed, Pump};
use crate::job::quarantine::{Cause, Meter};
use crate::job::standing::Standing;
use crate::job::{
    CycleReport, Effect, Facts, Job, JobFault, JobState, Phase, Progress, QuarantineReason, Scope, Tally,
    manager,
};
use crate::judge::{ErrorCode, Step, Verdict};
use crate::log::{Action, Status};
use crate::model::Kind;
use crate::state::{Imported, Reset, State, Which};

/// What a run came to.
pub(super) struct Ran {
    pub(super) imported: Imported,
    pub(super) tally: Tally,
    pub(super) meter: Meter,
    /// Why it ended before it was through.
    pub(super) cause: Option<Cause>,
    /// Whether somebody ended it before it was through.
    pub(super) stopped: bool,
}

/// The caller's.
pub(super) type Told<'p> = &'p mut (dyn FnMut(Progress<'_>) + Send);

impl Job {
    /// Runs one cycle now, whenever the next is due: an initial one over everything, or an incremental one over what
    /// changed. Also in quarantine, since somebody asks for it.
    ///
    /// Dropping the future ends the cycle as killing the process would: the next one goes on.
    ///
    /// # Errors
    /// When the job is paused, disabled or running, the source cannot be read, or the state fails. What the target does
    /// wrong is no error: the report and the log tell it.
    pub async fn cycle(
        &self,
        progress: &mut (dyn FnMut(Progress<'_>) + Send),
    ) -> Result<CycleReport, JobFault> {
        let _running = self.running.try_lock().map_err(|_| JobFault::Running)?;
        match self.facts().state {
            JobState::Paused => return Err(JobFault::Paused),
            JobState::Disabled => return Err(JobFault::Disabled),
            JobState::NotRun | JobState::Active => {}
        }
        let (began, now) = (Instant::now(), self.now());
        let mut facts = self.facts();
        self.begin(&mut facts, &self.parts.state)?;
        self.change(|stored| stored.clone_from(&facts))?;
        let context = Context::new(&self.parts, now);
        context.stages.store(self.stages(&facts), Ordering::Relaxed);
        let context = Arc::new(context);
        let result = self.run(&context, progress).await;
        self.finish(&context, !facts.settled, result, began.elapsed())
    }

    pub(super) fn stages(&self, facts: &Facts) -> bool {
        self.parts.rules.delete_threshold.is_some() && !facts.force_deletes
    }

    /// Sees whether everything has to be looked at again: the mapping changed, or the scope became wider. (A scope that
    /// became narrower wants a restart by hand.)
    pub(super) fn begin(&self, facts: &mut Facts, state: &State) -> Result<(), JobFault> {
        let digest = base::sha256(format!("{:?}", self.parts.mapping).as_bytes());
        let mapping: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        let all = self.parts.scope == Scope::All;
        if !facts.mapping.is_empty() && (facts.mapping != mapping || (all && !facts.all)) {
            state.reset(Reset { watermark: true, escrows: true, links: false })?;
            facts.settled = false;
            facts.quarantine = None;
        }
        facts.mapping = mapping;
        facts.all = all;
        facts.state = JobState::Active;
        Ok(())
    }

    /// Everything a cycle does, in a rehearsal too.
    pub(super) async fn run(&self, context: &Arc<Context>, progress: Told<'_>) -> Result<Ran, JobFault> {
        let mut ran = Ran {
            imported: Imported::default(),
            tally: Tally::default(),
            meter: Meter::new(self.parts.rules.quarantine),
            cause: self.sign_in_and_probe(context).await,
            stopped: false,
        };
        if ran.cause.is_some() {
            return Ok(ran);
        }
        ran.imported = self.import(context, progress).await?;
        context.state().wake(context.now, base::Timestamp::from_micros(context.gone_until))?;
        let resting = self.kinds().map(|kind| context.state().counts(kind).map(|c| c.resting));
        let resting = resting.sum::<Result<u64, _>>()?;
        let mut pump = Pump::new(context, progress);
        self.phases(context, &mut pump).await?;
        let waiting = context.state().escrow_counts()?;
        ran.cause = match pump.halt.take() {
            Some(Halt::Fault(fault)) => Some(Cause::of_fault(&fault)),
            Some(Halt::Threshold(reason)) => Some(Cause::of_threshold(reason)),
            None => pump.meter.with_waiting(waiting.0, waiting.1).map(Cause::of_threshold),
        };
        ran.tally = pump.tally;
        ran.tally.untouched += resting;
        ran.meter = pump.meter;
        ran.stopped = self.parts.stop.is_cancelled();
        Ok(ran)
    }

    fn kinds(&self) -> impl Iterator<Item = Kind> {
        [Kind::User, Kind::Group].into_iter().filter(|kind| self.parts.mapping_of(*kind).is_some())
    }

    /// What every cycle begins with: a new token, and whether the target answers as it should.
    pub(super) async fn sign_in_and_probe(&self, context: &Context) -> Option<Cause> {
        if let Some(sign_in) = &self.parts.sign_in {
            let failed = match sign_in.renew().await {
                Ok(token) => self.parts.client.set_bearer(&token).err().map(|e| (e.to_string(), e.hints())),
                Err(failure) => Some((failure.to_string(), failure.hints())),
            };
            if let Some((message, hints)) = failed {
                let code = ErrorCode::InvalidCredentials;
                let known = hints.into_iter().next();
                return Some(Cause {
                    reason: QuarantineReason::EncounteredQuarantineException,
                    code: code.name().to_owned(),
                    message,
                    recommendation: known.unwrap_or_else(|| code.recommendation().to_owned()),
                });
            }
        }
        if !context.wire.switches.probe_before_cycle && !context.on_demand {
            return None;
        }
        for request in context.wire.discovery() {
            // What it says decides nothing here.
            let _ = context.send(request).await;
        }
        for kind in self.kinds() {
            let mapping = self.parts.mapping_of(kind)?;
            let path =
                mapping.matching.first().and_then(|at| mapping.attributes.get(*at)).map(|m| &m.target)?;
            let random = random_guid(self.parts.env.entropy.as_ref());
            let result = context.send(context.wire.probe(kind, path, &random)).await;
            if let Verdict::Failed(fault) = context.judge(kind, Step::Probe, &result) {
                return Some(Cause::of_fault(&fault));
            }
        }
        None
    }

    pub(super) async fn import(
        &self,
        context: &Arc<Context>,
        progress: Told<'_>,
    ) -> Result<Imported, JobFault> {
        let records = Arc::new(AtomicU64::new(0));
        let (counted, source, context) =
            (Arc::clone(&records), Arc::clone(&self.source), Arc::clone(context));
        let mut reading = tokio::task::spawn_blocking(move || {
            let mut count = |n| counted.store(n, Ordering::Relaxed);
            context.state().import(source.as_ref(), context.now, &mut count)
        });
        loop {
            tokio::select! {
                read = &mut reading => {
                    return Ok(read.map_err(|error| JobFault::Broken(error.to_string()))??);
                }
                () = tokio::time::sleep(Duration::from_millis(100)) => {
                    progress(Progress::Importing(records.load(Ordering::Relaxed)));
                }
            }
        }
    }

    /// Users and groups first, then what they refer to.
    async fn phases(&self, context: &Arc<Context>, pump: &mut Pump<'_>) -> Result<(), JobFault> {
        for kind in self.kinds() {
            let phase = if kind == Kind::User { Phase::Users } else { Phase::Groups };
            (pump.progress)(Progress::Phase(phase, context.state().counts(kind)?.due));
            pump.run(&mut ObjectFeed::new(context, Which::Due, kind)).await?;
        }
        if pump.halt.is_none() && context.stages.load(Ordering::Relaxed) {
            self.removals(context, pump).await?;
        }
        if pump.halt.is_none() && manager::mapping(context).is_some() {
            let due = context.state().counts(Kind::User)?.references_due;
            (pump.progress)(Progress::Phase(Phase::Managers, due));
            pump.run(&mut ManagerFeed::new(context)).await?;
        }
        if pump.halt.is_none()
            && let Some(mut feed) = MemberFeed::new(context)
        {
            let due = context.state().counts(Kind::Group)?.references_due;
            (pump.progress)(Progress::Phase(Phase::Members, due));
            pump.run(&mut feed).await?;
        }
        Ok(())
    }

    /// The removals that were held back: all of them, or, when they are too many, none (entra.md §4.7).
    async fn removals(&self, context: &Arc<Context>, pump: &mut Pump<'_>) -> Result<(), JobFault> {
        let staged = self.kinds().map(|kind| context.state().counts(kind).map(|c| c.staged));
        let staged = staged.sum::<Result<u64, _>>()?;
        (pump.progress)(Progress::Phase(Phase::Removals, staged));
        if self.parts.rules.delete_threshold.is_none_or(|threshold| staged <= threshold) {
            context.stages.store(false, Ordering::Relaxed);
            pump.tally.staged = 0;
            for kind in self.kinds() {
                pump.run(&mut ObjectFeed::new(context, Which::Staged, kind)).await?;
            }
            return Ok(());
        }
        pump.halt = Some(Halt::Threshold(QuarantineReason::TooManyDeletes));
        for kind in self.kinds() {
            let mut after = String::new();
            loop {
                let items = context.state().items(Which::Staged, kind, &after, 256)?;
                let Some(last) = items.last() else { break };
                after.clone_from(&last.known.object.id);
                for item in &items {
                    let Some(mapping) = self.parts.mapping_of(kind) else { break };
                    let standing = Standing::of(context, mapping, item);
                    let mut entry = context.entry(item, standing.scoping, standing.is_soft_deleted);
                    entry.action = Action::StagedDelete;
                    entry.status = Status::Warning;
                    pump.tell(Effect::Nothing, entry)?;
                }
            }
        }
        pump.flush()
    }
}
