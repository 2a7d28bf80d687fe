//! The rhythm: a cycle every forty minutes, less often in quarantine (entra.md §4.1).

use base::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::job::{CycleReport, Job, JobFault, JobState, Progress};

impl Job {
    /// When the next cycle is due; `None` when the job is paused or disabled.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let facts = self.facts();
        match facts.state {
            JobState::Paused | JobState::Disabled => None,
            JobState::NotRun | JobState::Active => {
                Some(facts.next_due.map_or_else(|| self.now(), Timestamp::from_micros))
            }
        }
    }

    /// Runs a cycle whenever one is due, until it is cancelled, or the job is paused or disabled. A source that cannot be
    /// read is tried again in the next cycle; `done` is told of each.
    ///
    /// # Errors
    /// When the state fails.
    pub async fn watch(
        &self,
        cancel: &CancellationToken,
        progress: &mut (dyn FnMut(Progress<'_>) + Send),
        done: &mut (dyn FnMut(Result<CycleReport, JobFault>) + Send),
    ) -> Result<(), JobFault> {
        while let Some(due) = self.next_due() {
            let wait = due.since(self.now());
            if !wait.is_zero() {
                tokio::select! {
                    // Whoever was told to end does not let more time pass.
                    biased;
                    () = cancel.cancelled() => return Ok(()),
                    () = self.parts.sleeper.sleep(wait) => {}
                }
            }
            if cancel.is_cancelled() {
                return Ok(());
            }
            match self.cycle(progress).await {
                Err(JobFault::State(fault)) => return Err(fault.into()),
                // Somebody paused it meanwhile, or runs it by hand.
                Err(JobFault::Paused | JobFault::Disabled) => return Ok(()),
                Err(JobFault::Running) => self.parts.sleeper.sleep(self.parts.rules.interval).await,
                result => done(result),
            }
        }
        Ok(())
    }
}
