//! `xsd:dateTime` to and from microseconds (RFC 7643 §2.3.5, A-50, S-TYPE-02).

use std::fmt::Write as _;

const DAY_SECONDS: i64 = 86_400;

/// Microseconds since 1970-01-01T00:00:00Z of an `xsd:dateTime`, or `None` when the text is not one.
///
/// Without a zone it is read as UTC. Digits beyond the sixth of the fraction are cut off. `24:00:00` is the end of
/// the day; a leap second (`23:59:60`) is refused, as are a date without a time and dates beyond what 64 bits of
/// microseconds can hold.
#[must_use]
pub fn instant(text: &str) -> Option<i64> {
    let mut rest = Digits(text.as_bytes());
    let negative = rest.eat(b'-');
    let year = rest.year()?;
    let year = if negative { -year } else { year };
    rest.expect(b'-')?;
    let month = rest.two()?;
    rest.expect(b'-')?;
    let day = rest.two()?;
    rest.expect(b'T')?;
    let hour = rest.two()?;
    rest.expect(b':')?;
    let minute = rest.two()?;
    rest.expect(b':')?;
    let second = rest.two()?;
    let micros = if rest.eat(b'.') { rest.fraction()? } else { Fraction::default() };
    let offset = rest.zone()?;

    let in_date = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
    let in_day = hour <= 23 && minute <= 59 && second <= 59;
    let end_of_day = hour == 24 && minute == 0 && second == 0 && micros.zero;
    if !in_date || !(in_day || end_of_day) {
        return None;
    }
    let seconds = days_since_epoch(year, month, day)
        .checked_mul(DAY_SECONDS)?
        .checked_add(hour * 3600 + minute * 60 + second - offset * 60)?;
    seconds.checked_mul(1_000_000)?.checked_add(micros.micros)
}

/// RFC 3339 in UTC with three digits of fraction, `2026-05-02T09:30:00.000Z`, of microseconds since the epoch.
/// Microseconds below a millisecond are cut off.
#[must_use]
pub fn format_millis(micros: i64) -> String {
    let mut out = String::with_capacity(24);
    write_millis(&mut out, micros);
    out
}

/// Appends what [`format_millis`] gives. Digits are set by hand, because this runs twice for every resource shown.
pub fn write_millis(out: &mut String, micros: i64) {
    let millis = micros.div_euclid(1_000);
    let (seconds, millis) = (millis.div_euclid(1_000), millis.rem_euclid(1_000));
    let (days, second_of_day) = (seconds.div_euclid(DAY_SECONDS), seconds.rem_euclid(DAY_SECONDS));
    let (year, month, day) = date_of(days);
    let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    if !(0..=9999).contains(&year) {
        let (sign, year) = if year < 0 { ("-", -year) } else { ("", year) };
        // Writing to a string cannot fail.
        let _ =
            write!(out, "{sign}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z");
        return;
    }
    let mut put = |width: u32, value: i64, after: char| {
        let mut unit = 10_i64.pow(width - 1);
        while unit > 0 {
            out.push(char::from(b'0' + (value / unit % 10) as u8));
            unit /= 10;
        }
        out.push(after);
    };
    put(4, year, '-');
    put(2, month, '-');
    put(2, day, 'T');
    put(2, hour, ':');
    put(2, minute, ':');
    put(2, second, '.');
    put(3, millis, 'Z');
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day
/// comes last and a month's offset does not depend on the year.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_since_epoch`].
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year_of_era;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

struct Fraction {
    micros: i64,
    /// Whether every digit is zero, also beyond the sixth.
    zero: bool,
}

impl Default for Fraction {
    fn default() -> Self {
        Self { micros: 0, zero: true }
    }
}

/// What is left to read.
struct Digits<'t>(&'t [u8]);

impl Digits<'_> {
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    fn digit(&mut self) -> Option<i64> {
        let (first, rest) = self.0.split_first()?;
        if !first.is_ascii_digit() {
            return None;
        }
        self.0 = rest;
        Some(i64::from(first - b'0'))
    }

    fn two(&mut self) -> Option<i64> {
        Some(self.digit()? * 10 + self.digit()?)
    }

    /// Four digits, or more without a leading zero.
    fn year(&mut self) -> Option<i64> {
        let count = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        // Six digits reach beyond the range of the result.
        if !(4..=6).contains(&count) || (count > 4 && self.0[0] == b'0') {
            return None;
        }
        let mut year = 0;
        for _ in 0..count {
            year = year * 10 + self.digit()?;
        }
        Some(year)
    }

    fn fraction(&mut self) -> Option<Fraction> {
        let mut read = Fraction::default();
        let mut weight = 100_000;
        let first = self.digit()?;
        let mut next = Some(first);
        while let Some(digit) = next {
            read.micros += digit * weight;
            read.zero &= digit == 0;
            weight /= 10;
            next = self.digit();
        }
        Some(read)
    }

    /// Minutes east of UTC, up to fourteen hours; the text must end here.
    fn zone(&mut self) -> Option<i64> {
        let offset = if self.0.is_empty() || self.eat(b'Z') {
            0
        } else {
            let sign = if self.eat(b'-') {
                -1
            } else {
                self.expect(b'+')?;
                1
            };
            let hours = self.two()?;
            self.expect(b':')?;
            let minutes = self.two()?;
            if minutes > 59 || hours * 60 + minutes > 14 * 60 {
                return None;
            }
            sign * (hours * 60 + minutes)
        };
        self.0.is_empty().then_some(offset)
    }
}
