//! No more requests a second than asked for.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Entra's own rate for one tenant, which services must bear (entra.md §5.3).
pub const ENTRA_RATE: u32 = 25;

/// How much of a rest is made up for.
const SAVED: Duration = Duration::from_secs(1);

/// Hands out turns at an even pace; a second's worth may have been saved up. In real time always, since it protects a
/// real service.
#[derive(Debug)]
pub(super) struct Pace {
    gap: Option<Duration>,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(rate: Option<NonZeroU32>) -> Self {
        Self { gap: rate.map(|rate| Duration::from_secs(1) / rate.get()), next: Mutex::default() }
    }

    /// Waits for a turn.
    pub(super) async fn turn(&self) {
        if let Some(at) = self.reserve(Instant::now()) {
            tokio::time::sleep_until(at).await;
        }
    }

    /// Takes the next turn; when it is.
    fn reserve(&self, now: Instant) -> Option<Instant> {
        let gap = self.gap?;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = now.checked_sub(SAVED).unwrap_or(now);
        let at = next.map_or(now, |at| at.max(earliest));
        *next = Some(at + gap);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_evenly_and_a_second_of_them_is_saved_up() {
        let pace = Pace::new(NonZeroU32::new(25));
        let begin = Instant::now();
        let turn = |after: u64| {
            let now = begin + Duration::from_secs(after);
            pace.reserve(now).unwrap().saturating_duration_since(begin).as_millis()
        };
        let turns: Vec<_> = (0..51).map(|_| turn(0)).collect();
        assert_eq!((turns[1], turns[50]), (40, 2_000));
        assert_eq!((turn(60), turn(60)), (59_000, 59_040), "a minute's rest saves no more than a second");
        assert_eq!(Pace::new(None).reserve(begin), None);
    }
}
