//! Ids: UUIDv7 that never go backwards, and short names for requests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::clock::Clock;
use crate::entropy::{Entropy, random_bytes};
use crate::radix;

/// The random tail of a UUIDv7: `rand_a` (12 bits) and `rand_b` (62 bits), RFC 9562 §5.7.
const TAIL_BITS: u32 = 74;
const TAIL_MASK: u128 = (1 << TAIL_BITS) - 1;

/// Mints ids. Clones share one sequence; a process has one.
#[derive(Clone, Debug)]
pub struct Ids {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    last: Arc<Mutex<Last>>,
    process: Arc<str>,
    requests: Arc<AtomicU64>,
}

#[derive(Debug, Default)]
struct Last {
    millis: u64,
    tail: u128,
}

impl Ids {
    /// A sequence of its own.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        let process = radix::base32(u64::from_be_bytes(random_bytes(entropy.as_ref())), 8);
        Self { clock, entropy, last: Arc::default(), process: process.into(), requests: Arc::default() }
    }

    /// A UUIDv7 greater than every one given before in this process (RFC 9562 §6.2, monotonic random): within one
    /// millisecond, or after the clock stepped back, the random tail grows by a random amount.
    #[must_use]
    pub fn uuid_v7(&self) -> Uuid {
        // Asked before the lock is taken: both may be calls into the system.
        let millis = u64::try_from(self.clock.now().as_millis()).unwrap_or(0);
        let random = u128::from_be_bytes(random_bytes(self.entropy.as_ref()));
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if millis > last.millis {
            // The top bit stays free, so that a millisecond cannot run out of tails in practice.
            *last = Last { millis, tail: random & (TAIL_MASK >> 1) };
        } else {
            last.tail += (random & 0xffff_ffff) + 1;
            if last.tail > TAIL_MASK {
                *last = Last { millis: last.millis + 1, tail: random & (TAIL_MASK >> 1) };
            }
        }
        compose(last.millis, last.tail)
    }

    /// A name for one request, such as `k3f9x2ab-00002p`: unique in the process and, by its random first half, across
    /// processes. Costs no randomness, since it guards nothing.
    #[must_use]
    pub fn request_id(&self) -> String {
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        // Six digits while they last; no wrap-around before 2^64.
        let mut width = 6;
        while width < 13 && count >> (width * 5) != 0 {
            width += 1;
        }
        format!("{}-{}", self.process, radix::base32(count, width))
    }
}

fn compose(millis: u64, tail: u128) -> Uuid {
    let (rand_a, rand_b) = (tail >> 62, tail & ((1 << 62) - 1));
    Uuid::from_u128(
        (u128::from(millis) & 0xffff_ffff_ffff) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::Duration;

    use super::*;
    use crate::clock::{ManualClock, Timestamp};
    use crate::entropy::SeededEntropy;

    fn ids() -> (ManualClock, Ids) {
        let clock = ManualClock::new("2026-11-23T10:00:00Z".parse::<Timestamp>().unwrap());
        let ids = Ids::new(Arc::new(clock.clone()), Arc::new(SeededEntropy::new(7)));
        (clock, ids)
    }

    #[test]
    fn are_version_7_of_the_clocks_millisecond() {
        let (clock, ids) = ids();
        let id = ids.uuid_v7();
        assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!(id.as_u128() >> 80, clock.now().as_millis() as u128);
    }

    #[test]
    fn rise_within_a_millisecond_after_it_and_when_the_clock_steps_back() {
        let (clock, ids) = ids();
        let mut last = ids.uuid_v7();
        for step in 0..3_000u64 {
            match step % 3 {
                0 => clock.advance(Duration::from_micros(700)),
                1 => clock.set(clock.now().minus(Duration::from_millis(1))),
                _ => {}
            }
            let next = ids.uuid_v7();
            assert!(next > last, "{next} after {last}");
            assert!(next.to_string() > last.to_string(), "text sorts as the number does");
            last = next;
        }
    }

    #[test]
    fn an_exhausted_millisecond_borrows_the_next() {
        let (clock, ids) = ids();
        let first = ids.uuid_v7();
        ids.last.lock().unwrap().tail = TAIL_MASK;
        let next = ids.uuid_v7();
        assert!(next > first);
        assert_eq!(next.as_u128() >> 80, clock.now().as_millis() as u128 + 1);
        assert_eq!((next.get_version_num(), next.get_variant()), (7, uuid::Variant::RFC4122));
    }

    #[test]
    fn threads_never_share_one() {
        let (_clock, ids) = ids();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let ids = ids.clone();
                std::thread::spawn(move || (0..500).map(|_| ids.uuid_v7()).collect::<Vec<_>>())
            })
            .collect();
        let mut all = HashSet::new();
        for thread in threads {
            let mine = thread.join().unwrap();
            assert!(mine.is_sorted());
            all.extend(mine);
        }
        assert_eq!(all.len(), 2_000);
    }

    #[test]
    fn request_ids_differ_and_grow_in_width_only_when_they_must() {
        let (_clock, ids) = ids();
        let (a, b) = (ids.request_id(), ids.request_id());
        assert_eq!(a[..9], b[..9]);
        assert!(a.ends_with("-000000") && b.ends_with("-000001"), "{a} {b}");
        ids.requests.store(1 << 30, Ordering::Relaxed);
        assert!(ids.request_id().ends_with("-1000000"));
        ids.requests.store(u64::MAX, Ordering::Relaxed);
        assert!(ids.request_id().ends_with("-fzzzzzzzzzzzz"));
    }
}
