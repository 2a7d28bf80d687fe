//! How fast a connection may ask (S-HTTP-14). Off unless the operator sets a bound.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use scim::ScimError;
use store::ConnectionId;

use super::Why;
use crate::{Context, Service};

/// The bound on requests, if there is one.
pub(crate) struct Pace(Option<(NonZeroU32, DefaultKeyedRateLimiter<ConnectionId>)>);

impl Pace {
    /// At most so many a second of each connection, with a burst of a second's worth.
    pub(crate) fn new(per_second: Option<NonZeroU32>) -> Self {
        Self(per_second.map(|limit| (limit, RateLimiter::keyed(Quota::per_second(limit)))))
    }

    /// Forgets connections that have not asked for a while.
    pub(crate) fn forget_old(&self) {
        if let Some((_, limiter)) = &self.0 {
            limiter.retain_recent();
        }
    }
}

/// A request that came too soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttled {
    /// 429 and sentence for the body.
    pub error: ScimError,
    /// In how many seconds to come again, for `Retry-After`; at least one.
    pub retry_after: u32,
}

impl Service {
    /// Lets a request of a connection pass, or says when it may come again. A bulk request counts as one.
    ///
    /// # Errors
    /// 429 when the connection asks faster than [`crate::Config::rate_limit`].
    pub fn admit(&self, cx: &Context) -> Result<(), Throttled> {
        let Some((limit, limiter)) = &self.pace.0 else { return Ok(()) };
        let connection = cx.session.caller.connection;
        let Err(early) = limiter.check_key(&connection) else { return Ok(()) };
        let wait = early.wait_time_from(DefaultClock::default().now());
        let retry_after = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
        self.count_refusal(
            cx.session.caller.tenant,
            connection,
            &Why::TooFast { limit: *limit },
            self.clock.now(),
        );
        let detail = format!(
            "This connection asks more than {limit} times a second. Nothing was changed; send the request again in \
             {retry_after} s, and fewer at once."
        );
        Err(Throttled { error: ScimError::plain(429, detail), retry_after })
    }
}
