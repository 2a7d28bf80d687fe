//! When to try again: a schedule as a pure function.

use std::time::Duration;

use base::{Clock, Entropy, Timestamp, random_bytes};
use hyper::StatusCode;
use hyper::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::failure::{ScimFailure, TransportKind};
use crate::request::Safety;
use crate::response::Response;

/// How often, and how far apart, a request is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all; 1 is no retry.
    pub attempts: u32,
    /// The wait after the first failure; doubled after each further one.
    pub base: Duration,
    /// No wait of our own choosing is longer.
    pub cap: Duration,
    /// A server that asks for more than this is not waited for: its answer is handed on.
    pub longest_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// Four tries within some seconds; a server may ask for two minutes.
    fn default() -> Self {
        Self {
            attempts: 4,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(30),
            longest_retry_after: Duration::from_secs(120),
        }
    }
}

/// Why a request may have to be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// 429: refused before it was looked at.
    Throttled,
    /// No connection came about, so nothing was sent.
    NotSent,
    /// 502, 503, 504, a time-out or a broken connection: it may have been done, or not.
    Unknown,
}

impl Trouble {
    /// The trouble with a result, if it is of the kind that passes.
    #[must_use]
    pub fn of(result: &Result<Response, ScimFailure>) -> Option<Self> {
        match result {
            Ok(response) => Self::of_status(response.status),
            Err(failure) => Self::of_failure(failure),
        }
    }

    /// The trouble behind a failure, if it is of the kind that passes.
    #[must_use]
    pub fn of_failure(failure: &ScimFailure) -> Option<Self> {
        match failure {
            ScimFailure::Transport(failure) => match failure.kind {
                TransportKind::Connect => Some(Self::NotSent),
                TransportKind::Timeout | TransportKind::Broken => Some(Self::Unknown),
                TransportKind::Refused(_) | TransportKind::Tls | TransportKind::TooLarge(_) => None,
            },
            ScimFailure::Status { response, .. } => Self::of_status(response.status),
            _ => None,
        }
    }

    const fn of_status(status: StatusCode) -> Option<Self> {
        match status.as_u16() {
            429 => Some(Self::Throttled),
            502..=504 => Some(Self::Unknown),
            _ => None,
        }
    }
}

impl RetryPolicy {
    /// One try.
    #[must_use]
    pub fn none() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// How long to wait before the next try, after `attempt` tries (from 1); `None` to give up.
    ///
    /// The wait is between half and all of `base` doubled `attempt - 1` times, at most `cap`; and never shorter than
    /// what the server asked for. `random` spreads clients that failed together.
    #[must_use]
    pub fn wait(
        &self,
        attempt: u32,
        safety: Safety,
        trouble: Trouble,
        retry_after: Option<Duration>,
        random: u16,
    ) -> Option<Duration> {
        let repeatable = safety == Safety::Idempotent || trouble != Trouble::Unknown;
        let asked = retry_after.unwrap_or_default();
        if !repeatable || attempt >= self.attempts || asked > self.longest_retry_after {
            return None;
        }
        let doublings = attempt.saturating_sub(1).min(31);
        let step = self.base.saturating_mul(1 << doublings).min(self.cap);
        let jitter = (step / 2).mul_f64(f64::from(random) / f64::from(u16::MAX));
        Some(if asked.is_zero() { step / 2 + jitter } else { asked + jitter })
    }
}

/// Two random bytes.
pub(crate) fn random(entropy: &dyn Entropy) -> u16 {
    u16::from_be_bytes(random_bytes(entropy))
}

/// What `Retry-After` asks for (RFC 9110 §10.2.3). A date is counted from the answer's own `Date`, so that clocks need
/// not agree, and from ours where there is none.
pub(crate) fn retry_after(headers: &HeaderMap, clock: &dyn Clock) -> Option<Duration> {
    asked(headers, || Some(clock.now().as_micros().div_euclid(1_000_000)))
}

/// The same without a clock: a date without the answer's own `Date` says nothing.
pub(crate) fn retry_after_itself(headers: &HeaderMap) -> Option<Duration> {
    asked(headers, || None)
}

fn asked(headers: &HeaderMap, now: impl FnOnce() -> Option<i64>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(text)?;
    let date = headers.get(DATE).and_then(|date| http_date(date.to_str().ok()?));
    let now = date.or_else(now)?;
    Some(Duration::from_secs(u64::try_from(until - now).unwrap_or(0)))
}

/// Seconds since the epoch of an HTTP date.
fn http_date(text: &str) -> Option<i64> {
    Timestamp::from_http_date(text).map(|at| at.as_micros().div_euclid(1_000_000))
}

#[cfg(test)]
mod tests {
    use base::ManualClock;
    use proptest::prelude::*;

    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        attempts: 5,
        base: Duration::from_millis(100),
        cap: Duration::from_millis(350),
        longest_retry_after: Duration::from_secs(60),
    };

    fn wait(attempt: u32, random: u16) -> Option<u128> {
        POLICY.wait(attempt, Safety::Idempotent, Trouble::Unknown, None, random).map(|d| d.as_millis())
    }

    #[test]
    fn doubles_up_to_the_cap_with_half_of_it_by_chance() {
        assert_eq!([1, 2, 3, 4, 5].map(|n| wait(n, 0)), [Some(50), Some(100), Some(175), Some(175), None]);
        assert_eq!(
            [1, 2, 3, 4, 5].map(|n| wait(n, u16::MAX)),
            [Some(100), Some(200), Some(350), Some(350), None]
        );
    }

    #[test]
    fn what_may_do_harm_twice_is_repeated_only_when_it_was_not_done() {
        // S-CLI-08
        let once = |trouble| POLICY.wait(1, Safety::Once, trouble, None, 0).is_some();
        assert!(once(Trouble::Throttled) && once(Trouble::NotSent) && !once(Trouble::Unknown));
        assert_eq!(RetryPolicy::none().wait(1, Safety::Idempotent, Trouble::Throttled, None, 0), None);
    }

    #[test]
    fn a_server_that_asks_for_too_much_is_not_waited_for() {
        let ask = |s| POLICY.wait(1, Safety::Once, Trouble::Throttled, Some(Duration::from_secs(s)), 0);
        assert_eq!(ask(60), Some(Duration::from_secs(60)));
        assert_eq!(ask(61), None);
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let clock = ManualClock::new("2026-11-23T10:00:00Z".parse::<Timestamp>().unwrap());
        let read = |pairs: &[(&'static str, &str)]| {
            let headers = pairs.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
            retry_after(&headers, &clock).map(|d| d.as_secs())
        };
        assert_eq!(read(&[("retry-after", " 7")]), Some(7));
        assert_eq!(read(&[("retry-after", "Mon, 23 Nov 2026 10:00:30 GMT")]), Some(30));
        let skewed =
            [("retry-after", "Mon, 23 Nov 2026 12:00:05 GMT"), ("date", "Mon, 23 Nov 2026 12:00:00 GMT")];
        assert_eq!(read(&skewed), Some(5));
        assert_eq!(read(&[("retry-after", "Mon, 23 Nov 2026 09:00:00 GMT")]), Some(0));
        assert_eq!(read(&[("retry-after", "soon")]), None);
        let itself = |pairs: &[(&'static str, &str)]| {
            let headers = pairs.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
            retry_after_itself(&headers).map(|d| d.as_secs())
        };
        assert_eq!((itself(&[("retry-after", "7")]), itself(&skewed)), (Some(7), Some(5)));
        assert_eq!(itself(&skewed[..1]), None);
        assert_eq!(read(&[]), None);
    }

    proptest! {
        #[test]
        fn never_earlier_than_asked_and_never_much_later(
            attempt in 1u32..40, asked in prop::option::of(0u64..90), random in any::<u16>(),
        ) {
            let policy = RetryPolicy { attempts: u32::MAX, ..POLICY };
            let asked = asked.map(Duration::from_secs);
            match policy.wait(attempt, Safety::Idempotent, Trouble::Throttled, asked, random) {
                None => prop_assert!(asked.unwrap() > policy.longest_retry_after),
                Some(wait) => {
                    let asked = asked.unwrap_or_default();
                    prop_assert!(wait >= asked && wait <= asked + policy.cap);
                    prop_assert!(wait >= policy.base / 2);
                }
            }
        }
    }
}
