//! The end of a cycle: what is remembered of it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::job::context::Context;
use crate::job::cycle::Ran;
use crate::job::{CycleReport, Execution, Job, JobFault, QuarantineReason};
use crate::model::Kind;

impl Job {
    pub(super) fn finish(
        &self,
        context: &Context,
        initial: bool,
        result: Result<Ran, JobFault>,
        elapsed: Duration,
    ) -> Result<CycleReport, JobFault> {
        let now = self.now();
        let mut execution = Execution {
            id: context.cycle.clone(),
            initial,
            state: "Failed".to_owned(),
            began: context.now.as_micros(),
            ended: now.as_micros(),
            ..Execution::default()
        };
        let ran = match result {
            Ok(ran) => ran,
            Err(fault) => {
                execution.error = Some(("InternalError".to_owned(), fault.to_string()));
                let interval = self.parts.rules.interval;
                self.change(|facts| {
                    facts.last = Some(execution);
                    facts.next_due = Some(now.plus(interval).as_micros());
                    facts.successive_failures += 1;
                })?;
                return Err(fault);
            }
        };
        self.count(context, &ran, &mut execution)?;
        let mut quarantine = None;
        self.change(|facts| {
            let good = ran.cause.is_none() && !ran.stopped;
            let barred = ran.cause.as_ref().is_some_and(|cause| is_stopping(cause.reason));
            facts.successive_failures =
                match good || ran.stopped || (!barred && ran.meter.anything_succeeded()) {
                    true => 0,
                    false => facts.successive_failures + 1,
                };
            facts.escrows_pruned |= context.pruned.load(Ordering::Relaxed);
            if good {
                facts.healthy(now, self.parts.rules.interval);
                facts.cycles += 1;
                facts.settled = true;
                facts.force_deletes = false;
                facts.steady_first.get_or_insert(now.as_micros());
                facts.steady_last = Some(now.as_micros());
                facts.last_success = Some(execution.clone());
                if ran.tally.exported() + ran.tally.references() > 0 {
                    facts.last_success_with_exports = Some(execution.clone());
                }
            }
            facts.last = Some(execution);
            quarantine = ran.cause.map(|cause| facts.quarantined(cause, now, &self.parts.rules));
        })?;
        self.parts.state.forget_log(now.minus(self.parts.rules.log_kept_for))?;
        Ok(CycleReport {
            id: context.cycle.clone(),
            initial,
            imported: ran.imported,
            tally: ran.tally,
            quarantine,
            stopped: ran.stopped,
            requests: context.requests.load(Ordering::Relaxed),
            elapsed,
        })
    }

    fn count(&self, context: &Context, ran: &Ran, execution: &mut Execution) -> Result<(), JobFault> {
        let (objects, references) = context.state().escrow_counts()?;
        let users = context.state().counts(Kind::User)?;
        let groups = context.state().counts(Kind::Group)?;
        execution.entitled = users.linked + groups.linked;
        execution.escrowed = objects;
        execution.escrowed_raw = objects + references;
        execution.exported = ran.tally.exported();
        execution.imported_deltas = ran.imported.added + ran.imported.changed + ran.imported.missing;
        execution.reference_deltas = ran.tally.references();
        execution.error = ran.cause.as_ref().map(|cause| (cause.code.clone(), cause.message.clone()));
        if ran.stopped && execution.error.is_none() {
            let text = "The cycle was ended before it was through; the next one goes on.";
            execution.error = Some(("CycleStopped".to_owned(), text.to_owned()));
        }
        execution.state = match (&execution.error, ran.tally.failed + ran.tally.references_failed) {
            (Some(_), _) => "Failed",
            (None, 0) => "Succeeded",
            (None, _) => "EntryLevelErrors",
        }
        .to_owned();
        Ok(())
    }
}

/// Whether it kept the cycle from doing anything.
const fn is_stopping(reason: QuarantineReason) -> bool {
    matches!(reason, QuarantineReason::EncounteredQuarantineException)
}
