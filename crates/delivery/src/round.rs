//! What came of a window: a pure step from how an endpoint stood to how it stands.

use std::collections::HashSet;
use std::time::Duration;

use base::Timestamp;
use service::{Attempt, AttemptOutcome, Parked, ReplayState, Webhook, WebhookStanding};

use crate::digest::LINE;
use crate::schedule::Schedule;
use crate::window::{Origin, Queue, Window};

/// What came of a queue.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) queue: Queue,
    /// How many of its messages were told.
    pub(crate) told: usize,
    /// Every attempt, in order. The last one failed unless all were told or the window was cut.
    pub(crate) attempts: Vec<Attempt>,
}

impl Came {
    /// The attempt that failed.
    fn failure(&self) -> Option<&Attempt> {
        self.attempts.last().filter(|a| a.outcome != AttemptOutcome::Delivered)
    }
}

/// How much failures of a window may weigh before it is cut.
pub(crate) const CUT: usize = 3;

/// What a failure says about the endpoint, beside the one event: one that breaks off may do so by chance, and one that says
/// so itself does not.
pub(crate) fn weight(outcome: AttemptOutcome) -> usize {
    match outcome {
        AttemptOutcome::Delivered | AttemptOutcome::Refused => 0,
        AttemptOutcome::TimedOut | AttemptOutcome::Unreachable => 1,
        AttemptOutcome::Busy | AttemptOutcome::Forbidden | AttemptOutcome::Gone => CUT,
    }
}

/// What the step depends on beside the window.
pub(crate) struct Rules<'a> {
    pub(crate) schedule: &'a Schedule,
    pub(crate) disable_after: Duration,
    pub(crate) now: Timestamp,
    pub(crate) dice: u64,
}

/// What is to be done next.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Next {
    /// Nothing is to be sent before.
    pub(crate) not_before: Option<Timestamp>,
    /// The endpoint is to be switched off, and why.
    pub(crate) disable: Option<String>,
    /// Told, and failed.
    pub(crate) counts: (u64, u64),
}

/// Newer settings, or a first round: everything may be tried at once, and the next replay begins.
pub(crate) fn refresh(standing: &mut WebhookStanding, webhook: &Webhook, now: Timestamp) {
    if standing.revision != webhook.revision {
        standing.revision = webhook.revision;
        standing.failures = 0;
        standing.failing_since = None;
        all_due(standing, now);
    }
    if standing.replay.is_none() {
        let next = webhook.settings.replays.iter().find(|order| order.number > standing.replayed);
        standing.replay = next.map(|order| ReplayState {
            number: order.number,
            after: order.after,
            attempts: 0,
            next: now.as_micros(),
        });
    }
}

fn all_due(standing: &mut WebhookStanding, now: Timestamp) {
    for parked in &mut standing.parked {
        parked.next = parked.next.min(now.as_micros());
    }
}

/// When there is something to do even without a new event.
pub(crate) fn wake(standing: &WebhookStanding) -> Option<Timestamp> {
    let parked = standing.parked.iter().map(|parked| parked.next).min();
    let replay = standing.replay.map(|replay| replay.next);
    parked.into_iter().chain(replay).min().map(Timestamp::from_micros)
}

/// Takes in what came of a window.
pub(crate) fn step(
    standing: &mut WebhookStanding,
    window: &Window,
    came: &[Came],
    rules: &Rules<'_>,
) -> Next {
    let now = rules.now;
    let mut next = Next::default();
    let mut asked: Option<Duration> = None;
    let (mut cut, mut gone) = (0, false);
    for attempt in came.iter().flat_map(|came| &came.attempts) {
        if attempt.outcome == AttemptOutcome::Delivered {
            next.counts.0 += 1;
            standing.delivered_at = Some(now.as_micros());
        } else {
            next.counts.1 += 1;
            cut += weight(attempt.outcome);
            gone |= attempt.outcome == AttemptOutcome::Gone;
            let wish = attempt.retry_after.map(|seconds| Duration::from_secs(seconds.into()));
            asked = asked.max(wish.filter(|_| weight(attempt.outcome) > 0));
        }
        standing.note(attempt.clone());
    }
    standing.delivered += next.counts.0;
    standing.failed += next.counts.1;

    match next.counts {
        (0, 0) => {}
        (0, _) => {
            standing.failing_since.get_or_insert(now.as_micros());
            let refused = standing.attempts.iter().take_while(|a| a.outcome == AttemptOutcome::Refused);
            // That one event is refused says nothing yet of the others.
            if cut > 0 || refused.count() >= CUT {
                standing.failures += 1;
                let pause = rules.schedule.pause_for_all(standing.failures, asked, rules.dice);
                next.not_before = Some(now.plus(pause));
            }
        }
        _ => {
            if standing.failures > 0 {
                all_due(standing, now);
            }
            standing.failures = 0;
            standing.failing_since = None;
            if cut >= CUT {
                next.not_before = Some(now.plus(rules.schedule.pause_for_all(1, asked, rules.dice)));
            }
        }
    }
    park(standing, window, came, rules);
    replayed(standing, window, came, rules);
    standing.cursor = window.cursor;

    let since = standing.failing_since.map(|since| now.since(Timestamp::from_micros(since)));
    if gone {
        next.disable = Some("the receiver answered 410: it wants nothing any more".to_owned());
    } else if let Some(since) = since.filter(|since| *since >= rules.disable_after) {
        let last = standing.attempts.front().map(said).unwrap_or_default();
        let hours = since.as_secs() / 3600;
        next.disable = Some(format!("nothing could be delivered for {hours} hours; latest: {last}"));
    }
    next
}

fn said(attempt: &Attempt) -> String {
    let status = attempt.status.map(|status| format!(" {status}")).unwrap_or_default();
    let detail = attempt.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    format!("{}{status}{detail}", attempt.outcome.as_str())
}

/// Subjects that wait, and those that do no longer.
fn park(standing: &mut WebhookStanding, window: &Window, came: &[Came], rules: &Rules<'_>) {
    let now = rules.now.as_micros();
    let mut gone = HashSet::new();
    let mut added = Vec::new();
    for came in came {
        let queue = &came.queue;
        let before = match queue.origin {
            Origin::Parked(at) => standing.parked.get(at).cloned(),
            Origin::New => None,
            Origin::Replay => continue,
        };
        let stopped = queue.items.get(came.told);
        let after = match stopped {
            Some(item) => {
                // Of an event that was tried before, the attempts count on.
                let tried = before.as_ref().filter(|b| b.position >= item.from && b.position <= item.to);
                let tried = tried.map_or(0, |b| b.attempts);
                let mut parked = Parked {
                    tenant: queue.tenant,
                    subject: queue.subject,
                    position: item.from,
                    attempts: tried,
                    next: now,
                };
                let mut lost = false;
                if let Some(failure) = came.failure() {
                    parked.attempts += 1;
                    let asked = failure.retry_after.map(|s| Duration::from_secs(s.into()));
                    let dice = rules.dice ^ item.to.unsigned_abs().rotate_left(5);
                    let pause = match queue.subject {
                        // Nobody else waits behind a mail, so it is never given up: its endpoint is switched off in the end.
                        Some(LINE) => Some(rules.schedule.pause_for_all(parked.attempts, asked, dice)),
                        _ => rules.schedule.pause(parked.attempts, asked, dice),
                    };
                    match pause {
                        Some(pause) => parked.next = rules.now.plus(pause).as_micros(),
                        None => {
                            // The whole schedule is over: the next event of the subject has its turn.
                            standing.given_up += 1;
                            parked.position = item.to + 1;
                            parked.attempts = 0;
                            lost = true;
                        }
                    }
                }
                // An event without a subject waits alone, so nothing comes after it.
                (!lost || queue.subject.is_some()).then_some(parked)
            }
            None => {
                let passed = queue.subject.and_then(|id| window.passed.get(&(queue.tenant, id)).copied());
                queue.rest.or(passed).map(|position| Parked {
                    tenant: queue.tenant,
                    subject: queue.subject,
                    position,
                    attempts: 0,
                    next: now,
                })
            }
        };
        match (queue.origin, after) {
            (Origin::Parked(at), Some(after)) => standing.parked[at] = after,
            (Origin::Parked(at), None) => {
                gone.insert(at);
            }
            (_, Some(after)) => added.push(after),
            (_, None) => {}
        }
    }
    let mut at = 0;
    standing.parked.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
    standing.parked.append(&mut added);
}

/// How far the replay is. One that fails waits as a whole.
fn replayed(standing: &mut WebhookStanding, window: &Window, came: &[Came], rules: &Rules<'_>) {
    let (Some(state), Some(reached)) = (&mut standing.replay, window.replayed) else { return };
    let stopped = came
        .iter()
        .filter(|came| came.queue.origin == Origin::Replay)
        .filter_map(|came| Some((came.queue.items.get(came.told)?.from, came.failure())))
        .min_by_key(|(from, _)| *from);
    let end = match stopped {
        None => reached,
        Some((from, failure)) => {
            if from - 1 > state.after {
                state.attempts = 0;
            }
            state.after = from - 1;
            state.next = rules.now.as_micros();
            let Some(failure) = failure else { return };
            state.attempts += 1;
            let asked = failure.retry_after.map(|s| Duration::from_secs(s.into()));
            match rules.schedule.pause(state.attempts, asked, rules.dice) {
                Some(pause) => {
                    state.next = rules.now.plus(pause).as_micros();
                    return;
                }
                None => {
                    standing.given_up += 1;
                    i64::MAX
                }
            }
        }
    };
    if end == i64::MAX {
        standing.replayed = state.number;
        standing.replay = None;
    } else {
        state.after = end;
        state.attempts = 0;
    }
}

#[cfg(test)]
mod tests;
