//! Dates as expressions know them: text, read and written as .NET does with the invariant culture.

mod format;
mod read;

pub(crate) use format::{Format, Known};

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span};

/// An instant in UTC, in the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    at: DateTime,
    /// Whether the text it came from said which zone it was in.
    zoned: bool,
}

/// Seconds from 1601-01-01 to 1970-01-01: Active Directory counts from the former.
const FILETIME_EPOCH: i64 = 11_644_473_600;

impl Moment {
    /// An instant of these parts; `offset` in seconds east of Greenwich, UTC when there is none.
    pub(crate) fn new(at: DateTime, offset: Option<i64>) -> Option<Self> {
        let at = at.checked_sub(SignedDuration::from_secs(offset.unwrap_or(0))).ok()?;
        Self { at, zoned: offset.is_some() }.in_range()
    }

    /// The present.
    pub(crate) fn now(clock: &dyn base::Clock) -> Option<Self> {
        let at = jiff::Timestamp::from_microsecond(clock.now().as_micros()).ok()?;
        Self { at: jiff::tz::Offset::UTC.to_datetime(at), zoned: true }.in_range()
    }

    /// Active Directory's number: units of 100 nanoseconds since 1601.
    pub(crate) fn from_filetime(ticks: i64) -> Option<Self> {
        let seconds = ticks.div_euclid(10_000_000) - FILETIME_EPOCH;
        let nanos = i32::try_from(ticks.rem_euclid(10_000_000) * 100).ok()?;
        let at = jiff::Timestamp::new(seconds, nanos).ok()?;
        Self { at: jiff::tz::Offset::UTC.to_datetime(at), zoned: true }.in_range()
    }

    /// The same number of this instant; `None` before 1601.
    pub(crate) fn to_filetime(self) -> Option<i64> {
        let at = jiff::tz::Offset::UTC.to_timestamp(self.at).ok()?;
        let ticks = (at.as_nanosecond() / 100) + i128::from(FILETIME_EPOCH) * 10_000_000;
        i64::try_from(ticks).ok().filter(|ticks| *ticks >= 0)
    }

    /// `M/d/yyyy h:mm:ss tt`, as all functions give dates.
    pub(crate) fn print(self) -> String {
        let hour = self.at.hour();
        format!(
            "{}/{}/{:04} {}:{:02}:{:02} {}",
            self.at.month(),
            self.at.day(),
            self.at.year(),
            if hour % 12 == 0 { 12 } else { hour % 12 },
            self.at.minute(),
            self.at.second(),
            if hour < 12 { "AM" } else { "PM" },
        )
    }

    /// So many units later; a day of the month that does not exist becomes the last that does.
    pub(crate) fn plus(self, unit: Unit, count: i64) -> Option<Self> {
        let seconds = |length: i64| count.checked_mul(length).map(SignedDuration::from_secs);
        let at = match unit {
            Unit::Year => self.at.checked_add(Span::new().try_years(count).ok()?),
            Unit::Month => self.at.checked_add(Span::new().try_months(count).ok()?),
            Unit::Week => self.at.checked_add(seconds(604_800)?),
            Unit::Day => self.at.checked_add(seconds(86_400)?),
            Unit::Hour => self.at.checked_add(seconds(3_600)?),
            Unit::Minute => self.at.checked_add(seconds(60)?),
            Unit::Second => self.at.checked_add(seconds(1)?),
        };
        Self { at: at.ok()?, zoned: self.zoned }.in_range()
    }

    /// How many units from here to `later`, as Visual Basic's `DateDiff` counts: years and months by the calendar, weeks
    /// by the Sundays between, everything shorter by whole units passed.
    pub(crate) fn until(self, later: Self, unit: Unit) -> i64 {
        let whole = |from: DateTime, to: DateTime, length: i64| to.duration_since(from).as_secs() / length;
        let months = |at: DateTime| i64::from(at.year()) * 12 + i64::from(at.month());
        match unit {
            Unit::Year => i64::from(later.at.year()) - i64::from(self.at.year()),
            Unit::Month => months(later.at) - months(self.at),
            Unit::Week => {
                let sunday = |at: DateTime| {
                    let days = i64::from(at.weekday().to_sunday_zero_offset());
                    at.checked_sub(SignedDuration::from_secs(days * 86_400)).unwrap_or(at)
                };
                whole(sunday(self.at), sunday(later.at), 86_400) / 7
            }
            Unit::Day => whole(self.at, later.at, 86_400),
            Unit::Hour => whole(self.at, later.at, 3_600),
            Unit::Minute => whole(self.at, later.at, 60),
            Unit::Second => whole(self.at, later.at, 1),
        }
    }

    fn in_range(self) -> Option<Self> {
        (1..=9999).contains(&self.at.year()).then_some(self)
    }
}

/// `interval` of `DateAdd` and `DateDiff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(match text {
            "yyyy" => Self::Year,
            "m" => Self::Month,
            "ww" => Self::Week,
            "d" => Self::Day,
            "h" => Self::Hour,
            "n" => Self::Minute,
            "s" => Self::Second,
            _ => return None,
        })
    }
}
