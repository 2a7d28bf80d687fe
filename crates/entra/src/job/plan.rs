//! A rehearsal: what the next cycle would do.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::time::Instant;

use crate::job::context::Context;
use crate::job::{CycleReport, Job, JobFault, Progress};

impl Job {
    /// Works out what the next cycle would do, and does nothing of it: the target is only asked, and the job's state is
    /// not touched. Each effect comes with the entry that the log would have, its attribute changes included.
    ///
    /// # Errors
    /// As for [`Job::cycle`], but a paused job may be rehearsed.
    pub async fn plan(
        &self,
        progress: &mut (dyn FnMut(Progress<'_>) + Send),
    ) -> Result<CycleReport, JobFault> {
        let _running = self.running.try_lock().map_err(|_| JobFault::Running)?;
        let began = Instant::now();
        let copy = self.parts.state.copy()?;
        let mut facts = self.facts();
        self.begin(&mut facts, &copy)?;
        let mut context = Context::new(&self.parts, self.now());
        context.copy = Some(copy);
        context.rehearsal = true;
        context.stages.store(self.stages(&facts), Ordering::Relaxed);
        let context = Arc::new(context);
        let ran = self.run(&context, progress).await?;
        Ok(CycleReport {
            id: context.cycle.clone(),
            initial: !facts.settled,
            imported: ran.imported,
            tally: ran.tally,
            quarantine: ran.cause.map(|cause| facts.quarantined(cause, context.now, &self.parts.rules)),
            stopped: ran.stopped,
            requests: context.requests.load(Ordering::Relaxed),
            elapsed: began.elapsed(),
        })
    }
}
