//! When API keys were last used, in memory until the next sweep.

use std::collections::HashMap;

use base::Timestamp;
use parking_lot::Mutex;

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// Uses to the minute, by key, that are not written yet.
#[derive(Debug, Default)]
pub(crate) struct KeyUses {
    latest: Mutex<HashMap<String, i64>>,
}

impl KeyUses {
    /// The key was used. Only keys that exist come here, so the map stays small.
    pub(super) fn note(&self, id: &str, now: Timestamp) {
        let minute = now.as_micros() / MINUTE * MINUTE;
        let mut latest = self.latest.lock();
        match latest.get_mut(id) {
            Some(known) => *known = minute.max(*known),
            None => {
                latest.insert(id.to_owned(), minute);
            }
        }
    }

    /// What is to be written. What cannot be written then is lost: the next use says the same again.
    pub(crate) fn take(&self) -> Vec<(String, Timestamp)> {
        let taken = std::mem::take(&mut *self.latest.lock());
        taken.into_iter().map(|(id, minute)| (id, Timestamp::from_micros(minute))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_minute_is_taken_once() {
        let uses = KeyUses::default();
        uses.note("k", Timestamp::from_micros(2 * MINUTE + 5));
        uses.note("k", Timestamp::from_micros(MINUTE));
        assert_eq!(uses.take(), [("k".to_owned(), Timestamp::from_micros(2 * MINUTE))]);
        assert!(uses.take().is_empty());
    }
}
