//! When a job goes into quarantine, and when it is tried again (entra.md §4.10).

use std::time::Duration;

use base::Timestamp;

use crate::job::{Effect, Facts, JobState, Quarantine, QuarantineReason, QuarantineRules, Rules};
use crate::judge::Fault;

/// Counts what failed and what did not, in one cycle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    rules: QuarantineRules,
    good: u64,
    failed: u64,
    references_failed: u64,
}

impl Meter {
    pub(super) const fn new(rules: QuarantineRules) -> Self {
        Self { rules, good: 0, failed: 0, references_failed: 0 }
    }

    pub(super) const fn count(&mut self, effect: Effect) {
        match effect {
            Effect::Failed(_) => self.failed += 1,
            Effect::ReferenceFailed => self.references_failed += 1,
            Effect::Unresolved(n) => self.references_failed += n,
            Effect::Nothing | Effect::Skipped(_) | Effect::Staged(_) => {}
            _ => self.good += 1,
        }
    }

    pub(super) const fn anything_succeeded(&self) -> bool {
        self.good > 0 || self.failed == 0
    }

    /// What the cycle comes to by itself.
    pub(super) fn verdict(&self) -> Option<QuarantineReason> {
        self.judged(self.failed, self.references_failed)
    }

    /// The same with what waits from earlier cycles.
    pub(super) fn with_waiting(&self, objects: u64, references: u64) -> Option<QuarantineReason> {
        self.judged(self.failed.max(objects), self.references_failed.max(references))
    }

    #[expect(clippy::cast_precision_loss, reason = "a share of some ten thousand")]
    fn judged(&self, failed: u64, references: u64) -> Option<QuarantineReason> {
        let rules = &self.rules;
        let tried = self.failed + self.good;
        if failed > rules.base {
            Some(QuarantineReason::EncounteredBaseEscrowThreshold)
        } else if failed.saturating_add(references) >= rules.total {
            Some(QuarantineReason::EncounteredTotalEscrowThreshold)
        } else if self.failed >= rules.minimum && self.failed as f64 > rules.share * tried as f64 {
            Some(QuarantineReason::EncounteredEscrowProportionThreshold)
        } else {
            None
        }
    }
}

/// What led to a quarantine.
pub(super) struct Cause {
    pub(super) reason: QuarantineReason,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) recommendation: String,
}

impl Cause {
    pub(super) fn of_fault(fault: &Fault) -> Self {
        Self {
            reason: QuarantineReason::EncounteredQuarantineException,
            code: fault.code.name().to_owned(),
            message: fault.reason.clone(),
            recommendation: fault.recommendation.to_owned(),
        }
    }

    pub(super) fn of_threshold(reason: QuarantineReason) -> Self {
        let (message, recommendation) = match reason {
            QuarantineReason::TooManyDeletes => (
                "More objects would be disabled or deleted in this cycle than the threshold allows. None was.",
                "Check the scope and the source. If the removals are meant, restart with ForceDeletes.",
            ),
            _ => (
                "Too many operations failed.",
                "Look at the failures in the provisioning log: most of them will have one cause. Correct it, then restart.",
            ),
        };
        let (message, recommendation) = (message.to_owned(), recommendation.to_owned());
        Self { reason, code: reason.word().to_owned(), message, recommendation }
    }
}

impl Facts {
    /// Goes into quarantine, or stays in it; disables the job after too long.
    pub(super) fn quarantined(&mut self, cause: Cause, now: Timestamp, rules: &Rules) -> Quarantine {
        let at = now.as_micros();
        let before = self.quarantine.as_ref();
        let series_began = before.map_or(at, |q| q.series_began);
        let series_count = before.map_or(1, |q| q.series_count + 1);
        let age = now.since(Timestamp::from_micros(series_began));
        // Less and less often, down to once a day.
        let step = usize::try_from(series_count - 1).unwrap_or(usize::MAX);
        let wait = rules.retries.get(step).copied().unwrap_or(rules.retry_every);
        let quarantine = Quarantine {
            reason: cause.reason,
            began: before.filter(|q| q.reason == cause.reason).map_or(at, |q| q.began),
            series_began,
            series_count,
            next_attempt: now.plus(wait.min(rules.retry_every)).as_micros(),
            code: cause.code,
            message: cause.message,
            recommendation: cause.recommendation,
        };
        if age >= rules.give_up_after {
            self.state = JobState::Disabled;
        }
        self.next_due = Some(quarantine.next_attempt);
        self.quarantine = Some(quarantine.clone());
        quarantine
    }

    /// A cycle ended well enough.
    pub(super) fn healthy(&mut self, now: Timestamp, interval: Duration) {
        self.quarantine = None;
        self.next_due = Some(now.plus(interval).as_micros());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    fn after(failed: u64, good: u64, references: u64) -> Option<QuarantineReason> {
        let mut meter = Meter::new(QuarantineRules::default());
        for _ in 0..good {
            meter.count(Effect::Updated(Kind::User));
        }
        for _ in 0..failed {
            meter.count(Effect::Failed(Kind::User));
        }
        meter.count(Effect::Unresolved(references));
        meter.verdict()
    }

    // entra §4.10, the worked examples
    #[test]
    fn thresholds_are_those_of_the_documentation() {
        use QuarantineReason as Q;
        assert_eq!(after(4_000, 0, 0), None);
        assert_eq!(after(30_000, 5_000, 0), Some(Q::EncounteredEscrowProportionThreshold));
        assert_eq!(after(20_000, 100_000, 0), None);
        assert_eq!(after(45_000, 1_000_000, 0), Some(Q::EncounteredBaseEscrowThreshold));
        assert_eq!(after(40_000, 1_000_000, 21_000), Some(Q::EncounteredTotalEscrowThreshold));
        assert_eq!(after(40_000, 1_000_000, 0), None);
    }

    #[test]
    fn it_is_tried_ever_less_often_and_disabled_after_four_weeks() {
        let (mut facts, rules) = (Facts::default(), Rules::default());
        let mut now = Timestamp::EPOCH;
        let mut gaps = Vec::new();
        while facts.state != JobState::Disabled {
            let cause = Cause::of_threshold(QuarantineReason::Unknown);
            let next = Timestamp::from_micros(facts.quarantined(cause, now, &rules).next_attempt);
            gaps.push(next.since(now).as_secs() / 3_600);
            now = next;
        }
        assert_eq!(gaps[..5], [6, 12, 24, 24, 24]);
        assert!((28..=29).contains(&(gaps[..gaps.len() - 1].iter().sum::<u64>() / 24)), "{gaps:?}");
    }
}
