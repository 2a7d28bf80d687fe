//! The clock, against whatever else tells the time.

use std::time::Duration;

use base::{Clock, SystemClock, Timestamp};

use super::Finding;

const PART: &str = "clock";
/// Answers take time to arrive.
const TOLERATED: Duration = Duration::from_secs(5);
/// From here on tokens and sessions are judged wrongly.
const FAR: Duration = Duration::from_secs(60);

/// Something that tells the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    what: &'static str,
    time: Timestamp,
    /// By our clock, when it told.
    told: Timestamp,
    /// Whether it is only known that this time is over.
    past: bool,
}

impl Reference {
    /// It is this time now.
    pub(super) fn now(what: &'static str, time: Timestamp) -> Self {
        Self { what, time, told: SystemClock.now(), past: false }
    }

    /// It was this time once.
    pub(super) fn past(what: &'static str, time: Timestamp) -> Self {
        Self { past: true, ..Self::now(what, time) }
    }
}

pub(super) fn look(times: Vec<Reference>, seen: Option<Reference>) -> Vec<Finding> {
    let all: Vec<Reference> = times.into_iter().chain(seen).collect();
    if all.is_empty() {
        return vec![Finding::good(
            PART,
            format!("it is {}; there is nothing yet to compare it with", SystemClock.now()),
        )];
    }
    all.iter().map(compare).collect()
}

fn compare(other: &Reference) -> Finding {
    let (ahead, behind) = (other.told.since(other.time), other.time.since(other.told));
    let off = if other.past { behind } else { ahead.max(behind) };
    if off <= TOLERATED {
        return Finding::good(PART, format!("it agrees with {}", other.what));
    }
    let way = if behind > TOLERATED { "behind" } else { "ahead of" };
    let saw = format!("it is {} seconds {way} {}", off.as_secs(), other.what);
    let todo = "let the machines keep time by NTP (timedatectl set-ntp true)";
    if off < FAR { Finding::advice(PART, saw, todo) } else { Finding::fault(PART, saw, todo) }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn off(seconds: i64, past: bool) -> (State, String) {
        let told = Timestamp::from_micros(1_000_000_000);
        let time = Timestamp::from_micros(1_000_000_000 + seconds * 1_000_000);
        let found = compare(&Reference { what: "the sun", time, told, past });
        (found.state, found.saw)
    }

    #[test]
    fn a_clock_is_judged_by_how_far_it_is_off() {
        assert_eq!(off(3, false).0, State::Good);
        assert_eq!(off(20, false), (State::Advice, "it is 20 seconds behind the sun".to_owned()));
        assert_eq!(off(-20, false), (State::Advice, "it is 20 seconds ahead of the sun".to_owned()));
        assert_eq!(off(3600, false).0, State::Fault);
    }

    #[test]
    fn what_is_over_can_only_show_that_a_clock_went_back() {
        assert_eq!(off(-3600, true).0, State::Good);
        assert_eq!(off(3600, true).0, State::Fault);
    }
}
