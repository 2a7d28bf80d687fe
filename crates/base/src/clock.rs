//! Time as a parameter: an instant, the trait that tells it, and two tellers.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::fmt::temporal::DateTimePrinter;

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// An instant in microseconds since 1970-01-01T00:00:00Z: the resolution that both databases keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The epoch itself.
    pub const EPOCH: Self = Self(0);

    /// The instant so many microseconds after the epoch (before it when negative).
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The instant that an HTTP date names, in any of its three forms (RFC 9110 §5.6.7). `None` when it is none.
    #[must_use]
    pub fn from_http_date(text: &str) -> Option<Self> {
        let since = httpdate::parse_http_date(text.trim()).ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self(micros(since)))
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the epoch, rounded towards the past.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The instant `span` later; stops at the end of time instead of wrapping.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros(span)))
    }

    /// The instant `span` earlier; stops at the beginning of time instead of wrapping.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros(span)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The form used on every wire, `2026-11-23T10:00:00.000Z` (RFC 7643 §2.3.5): UTC, three decimals, cut and not
    /// rounded. Instants outside the years -9999 to 9999 print as the nearest one inside.
    #[must_use]
    pub fn to_rfc3339_millis(self) -> String {
        let mut text = String::with_capacity(24);
        // Writing to a `String` cannot fail.
        let _ = PRINTER.print_timestamp(&self.to_jiff(), &mut text);
        text
    }

    fn to_jiff(self) -> jiff::Timestamp {
        let nearest = if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(nearest)
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339_millis())
    }
}

/// A text that is no instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError {
    text: String,
}

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no date and time with offset such as 2026-11-23T10:00:00Z", self.text)
    }
}

impl std::error::Error for TimestampError {}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Reads RFC 3339 with any offset; digits beyond the microsecond are cut.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let instant: jiff::Timestamp =
            text.parse().map_err(|_| TimestampError { text: text.chars().take(64).collect() })?;
        // Cut towards the past, also before the epoch, so that order is kept.
        let micros = instant.as_nanosecond().div_euclid(1_000);
        Ok(Self(i64::try_from(micros).unwrap_or(i64::MAX)))
    }
}

/// Tells the time. Taken as a parameter wherever an instant is stamped or compared.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present instant. Two calls may give the same one, and the system's may step back.
    fn now(&self) -> Timestamp;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
    fn now(&self) -> Timestamp {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => Timestamp::EPOCH.plus(since),
            Err(before) => Timestamp::EPOCH.minus(before.duration()),
        }
    }
}

/// A clock that stands still until told otherwise; clones share their hands.
#[derive(Clone, Debug, Default)]
pub struct ManualClock {
    micros: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock standing at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { micros: Arc::new(AtomicI64::new(now.as_micros())) }
    }

    /// Puts the hands at `now`, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.micros.store(now.as_micros(), Ordering::SeqCst);
    }

    /// Moves the hands forward.
    pub fn advance(&self, span: Duration) {
        self.micros.fetch_add(micros(span), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.micros.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn http_dates_are_read_in_all_their_forms() {
        let expected = Some(Timestamp::from_micros(784_111_777_000_000));
        for text in
            [" Sun, 06 Nov 1994 08:49:37 GMT ", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(Timestamp::from_http_date(text), expected, "{text}");
        }
        assert_eq!(Timestamp::from_http_date("soon"), None);
    }

    #[test]
    fn prints_utc_with_three_decimals() {
        let t: Timestamp = "2026-11-23T11:00:00.1239999+01:00".parse().unwrap();
        assert_eq!(t.to_rfc3339_millis(), "2026-11-23T10:00:00.123Z");
        assert_eq!(t.as_micros() % 1_000_000, 123_999);
        assert_eq!(Timestamp::EPOCH.to_string(), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn instants_before_the_epoch_are_cut_towards_the_past() {
        let t: Timestamp = "1969-12-31T23:59:59.9999995Z".parse().unwrap();
        assert_eq!(t.as_micros(), -1);
        assert_eq!(t.as_millis(), -1);
        assert_eq!(t.to_string(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn refuses_what_names_no_instant() {
        for text in ["", "2026-11-23", "2026-11-23T10:00:00", "2026-13-01T00:00:00Z", "yesterday"] {
            let error = text.parse::<Timestamp>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
    }

    #[test]
    fn the_ends_of_time_neither_wrap_nor_panic() {
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!(end.plus(Duration::MAX), end);
        assert!(end.to_string().starts_with("9999-12-30T"), "{end}");
        assert!(Timestamp::from_micros(i64::MIN).minus(Duration::MAX).to_string().starts_with("-009999"));
        assert_eq!(Timestamp::EPOCH.since(end), Duration::ZERO);
    }

    #[test]
    fn manual_clock_moves_only_when_told_and_for_all_its_clones() {
        let clock = ManualClock::new(Timestamp::from_micros(5));
        let other = clock.clone();
        assert_eq!(other.now(), clock.now());
        clock.advance(Duration::from_millis(2));
        assert_eq!(other.now().as_micros(), 2_005);
        other.set(Timestamp::EPOCH);
        assert_eq!(clock.now(), Timestamp::EPOCH);
    }

    #[test]
    fn system_clock_is_of_this_century() {
        assert!(SystemClock.now() > "2020-01-01T00:00:00Z".parse().unwrap());
    }

    proptest! {
        #[test]
        fn printing_keeps_the_millisecond(millis in -62_000_000_000_000i64..250_000_000_000_000) {
            let t = Timestamp::from_micros(millis * 1_000);
            prop_assert_eq!(t.to_string().parse::<Timestamp>().unwrap(), t);
        }
    }
}
