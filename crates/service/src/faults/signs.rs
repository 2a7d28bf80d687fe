//! What requests have shown, in memory until the connection's pulse is written down.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};

use base::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// How long nothing more is said in the log of a sign that it has told of (µs).
const TOLD: i64 = 24 * 3_600_000_000;

/// How often and when something was seen, and its contrary. Times in µs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Sign {
    /// First; 0 when never.
    pub(crate) first: i64,
    /// Latest; 0 when never.
    pub(crate) last: i64,
    /// How often.
    pub(crate) times: u32,
    /// When the contrary was last seen; 0 when never.
    pub(crate) refuted: i64,
}

impl Sign {
    fn see(&mut self, now: i64) {
        if self.times == 0 {
            self.first = now;
        }
        self.last = self.last.max(now);
        self.times = self.times.saturating_add(1);
    }

    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        let first = match (self.first, other.first) {
            (0, one) | (one, 0) => one,
            (a, b) => a.min(b),
        };
        Self {
            first,
            last: self.last.max(other.last),
            times: self.times.saturating_add(other.times),
            refuted: self.refuted.max(other.refuted),
        }
    }
}

/// Heads of requests are looked at no more often than this (µs): what is wrong with the way is wrong with all of them.
const LOOK: i64 = 1_000_000;

/// Signs of one connection that are not written down yet.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    state: Mutex<State>,
    /// When the head of a request was last looked at (µs).
    looked: AtomicI64,
}

#[derive(Debug, Default)]
struct State {
    pending: BTreeMap<&'static str, Sign>,
    /// When the log last told of it.
    told: HashMap<&'static str, i64>,
}

impl Signs {
    /// Whether the head of a request should be looked at now.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        let now = now.as_micros();
        let last = self.looked.load(Ordering::Relaxed);
        now.abs_diff(last) >= LOOK.unsigned_abs()
            && self.looked.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Something was seen. Whether the log should tell of it: once a day and process.
    pub(crate) fn see(&self, id: &'static str, now: Timestamp) -> bool {
        let now = now.as_micros();
        let mut state = self.state.lock();
        state.pending.entry(id).or_default().see(now);
        match state.told.get(id) {
            Some(at) if now - at < TOLD => false,
            _ => state.told.insert(id, now).is_none_or(|at| now - at >= TOLD),
        }
    }

    /// Its contrary was seen.
    pub(crate) fn refute(&self, id: &'static str, now: Timestamp) {
        self.state.lock().pending.entry(id).or_default().refuted = now.as_micros();
    }

    /// What is not written down yet.
    pub(crate) fn pending(&self) -> BTreeMap<&'static str, Sign> {
        self.state.lock().pending.clone()
    }

    /// Takes that out.
    pub(crate) fn take(&self) -> BTreeMap<&'static str, Sign> {
        std::mem::take(&mut self.state.lock().pending)
    }

    /// Puts back what could not be written.
    pub(crate) fn put_back(&self, signs: BTreeMap<&'static str, Sign>) {
        let mut state = self.state.lock();
        for (id, sign) in signs {
            let entry = state.pending.entry(id).or_default();
            *entry = entry.and(sign);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_micros(hours * 3_600_000_000)
    }

    #[test]
    fn the_log_tells_of_a_sign_once_a_day() {
        let signs = Signs::default();
        assert!(signs.see("a", at(1)));
        assert!(!signs.see("a", at(2)) && signs.see("b", at(2)));
        assert!(!signs.see("a", at(24)));
        assert!(signs.see("a", at(25)));
        let sign = signs.pending()["a"];
        assert_eq!((sign.times, sign.first, sign.last), (4, at(1).as_micros(), at(25).as_micros()));
    }

    #[test]
    fn what_could_not_be_written_is_added_to_what_came_since() {
        let signs = Signs::default();
        signs.see("a", at(3));
        let taken = signs.take();
        assert!(signs.pending().is_empty());
        signs.see("a", at(5));
        signs.refute("a", at(6));
        signs.put_back(taken);
        let sign = signs.pending()["a"];
        assert_eq!((sign.first, sign.last), (at(3).as_micros(), at(5).as_micros()));
        assert_eq!((sign.times, sign.refuted), (2, at(6).as_micros()));
    }
}
