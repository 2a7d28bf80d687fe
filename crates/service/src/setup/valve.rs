//! How fast setup pages may be asked for.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Look-ups of links a second, of all together: who guesses links gets no further than this.
const ALL: NonZeroU32 = NonZeroU32::new(200).expect("not zero");
/// Requests a second of one link: a page that renews itself in several windows.
const EACH: NonZeroU32 = NonZeroU32::new(5).expect("not zero");
const BURST: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// The valve in front of setup pages.
pub(crate) struct Valve {
    all: DefaultDirectRateLimiter,
    // Keyed by links that exist, so it cannot be made to grow by invented ones.
    each: DefaultKeyedRateLimiter<[u8; 32]>,
}

impl Valve {
    pub(crate) fn new() -> Self {
        Self {
            all: RateLimiter::direct(Quota::per_second(ALL)),
            each: RateLimiter::keyed(Quota::per_second(EACH).allow_burst(BURST)),
        }
    }

    /// Whether one more link may be looked up.
    pub(super) fn any(&self) -> bool {
        self.all.check().is_ok()
    }

    /// Whether this link may be used once more.
    pub(super) fn this(&self, digest: &[u8; 32]) -> bool {
        self.each.check_key(digest).is_ok()
    }

    /// Forgets links that have not been used for a while.
    pub(crate) fn forget_old(&self) {
        self.each.retain_recent();
    }
}
