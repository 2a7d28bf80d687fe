//! Jobs that are open, and the tasks that run them.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::assigned::Assigned;
use super::{Face, GraphFault, schema};
use crate::job::{CycleReport, Job, JobFault, JobOptions, Scope};
use crate::source::Source;
use crate::state::State;

/// The place of a job. Requests that only use the job share it; those that open, close, start or end it have it alone.
pub(super) type Slot = Arc<RwLock<Option<Open>>>;

/// A place that is held alone.
pub(super) type Alone = OwnedRwLockWriteGuard<Option<Open>>;

/// A job that is open, and the task that runs its cycles.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) job: Arc<Job>,
    stop: CancellationToken,
    watch: Option<JoinHandle<()>>,
}

impl Open {
    /// Whether its cycles run.
    pub(super) fn runs(&self) -> bool {
        self.watch.as_ref().is_some_and(|watch| !watch.is_finished())
    }
}

impl Face {
    fn slot(&self, id: &str) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(id.to_owned()).or_default())
    }

    /// The job's place, alone.
    pub(super) async fn alone(&self, id: &str) -> Alone {
        self.slot(id).write_owned().await
    }

    /// Takes the place away, of a job that is no more.
    pub(super) fn forget(&self, id: &str) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// The job, opened on what is kept of it.
    pub(super) async fn job(
        &self,
        principal: &str,
        id: &str,
    ) -> Result<OwnedRwLockReadGuard<Option<Open>, Job>, GraphFault> {
        let open =
            |shared| OwnedRwLockReadGuard::try_map(shared, |open: &Option<Open>| Some(&*open.as_ref()?.job));
        self.saved().app(principal)?.job(id)?;
        if let Ok(job) = open(self.slot(id).read_owned().await) {
            return Ok(job);
        }
        let mut alone = self.alone(id).await;
        self.opened(principal, id, &mut alone)?;
        open(OwnedRwLockWriteGuard::downgrade(alone))
            .map_err(|_| GraphFault::broken("the job was closed while it was opened"))
    }

    /// The job in a place that is held alone.
    pub(super) fn opened<'a>(
        &self,
        principal: &str,
        id: &str,
        alone: &'a mut Option<Open>,
    ) -> Result<&'a mut Open, GraphFault> {
        let open = match alone.take() {
            Some(open) => open,
            None => {
                let options = self.options_of(principal, id)?;
                let stop = options.stop.clone();
                Open { job: Arc::new(Job::open(options)?), stop, watch: None }
            }
        };
        Ok(alone.insert(open))
    }

    /// Where the state of a job is kept.
    pub(super) fn folder_of(&self, id: &str) -> Option<PathBuf> {
        self.options.folder.as_ref().map(|folder| folder.join(id))
    }

    fn options_of(&self, principal: &str, id: &str) -> Result<JobOptions, GraphFault> {
        let saved = self.saved();
        let app = saved.app(principal)?;
        let mapping = schema::mapping(app.job(id)?.schema.clone())?;
        let target = self.target(&app.secrets)?;
        let state = self.folder_of(id).map_or_else(State::temporary, |folder| State::open(&folder));
        let state = state.map_err(|e| GraphFault::broken(e.to_string()))?;
        let source: Arc<dyn Source> =
            Arc::new(Assigned::new(Arc::clone(&self.options.source), Arc::clone(&self.saved), principal));
        let mut options = JobOptions::new(target.client, target.wire, mapping, source, state);
        options.env = self.options.env.clone();
        options.sleeper = Arc::clone(&self.options.sleeper);
        options.sign_in = target.sign_in;
        options.scope = if app.secrets.is_true("SyncAll") { Scope::All } else { Scope::Assigned };
        options.rate = self.options.rate;
        options.rules = self.options.rules.clone();
        options.rules.skip_out_of_scope_deletions |= app.secrets.is_true("SkipOutOfScopeDeletions");
        options.rules.delete_threshold = app.secrets.delete_threshold().or(options.rules.delete_threshold);
        options.names = Some(saved.names(app, id));
        Ok(options)
    }

    /// Runs cycles of the job in the background, unless it is done already.
    pub(super) fn watch(
        &self,
        principal: &str,
        id: &str,
        alone: &mut Option<Open>,
    ) -> Result<(), GraphFault> {
        let name = self.saved().app(principal)?.display_name.clone();
        let open = self.opened(principal, id, alone)?;
        if open.runs() {
            return Ok(());
        }
        let (job, stop, observer) = (Arc::clone(&open.job), open.stop.clone(), self.options.observer.clone());
        open.watch = Some(tokio::spawn(async move {
            let tell = |result: Result<CycleReport, JobFault>| {
                if let Some(observer) = &observer {
                    observer.cycle_ended(&name, &result);
                }
            };
            // What ends the watch by itself is a state that fails: there is nowhere to write it down.
            if let Err(fault) = job.watch(&stop, &mut |_| (), &mut |result| tell(result)).await {
                tell(Err(fault));
            }
        }));
        Ok(())
    }

    /// Ends the job's cycles and closes it: no more work is begun, what is under way is finished and remembered.
    pub(super) async fn close(alone: &mut Option<Open>) {
        if let Some(open) = alone.take() {
            open.stop.cancel();
            if let Some(watch) = open.watch {
                // A panic of the task has been told by the runtime; the state is as the last commit left it.
                let _ = watch.await;
            }
        }
    }

    /// Has the job read secrets and schema again; it goes on if it was running.
    pub(super) async fn reopen(
        &self,
        principal: &str,
        id: &str,
        alone: &mut Option<Open>,
    ) -> Result<(), GraphFault> {
        Self::close(alone).await;
        let started = self.saved().app(principal)?.job(id)?.started;
        if started { self.watch(principal, id, alone) } else { Ok(()) }
    }

    /// Ends everything in order, for the end of the process, and lets go of the folder: another face may open it, and runs
    /// again what was running.
    pub async fn shut_down(&self) {
        let slots: Vec<Slot> =
            self.slots.lock().unwrap_or_else(PoisonError::into_inner).values().map(Arc::clone).collect();
        for slot in slots {
            Self::close(&mut *slot.write_owned().await).await;
        }
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
