//! Reads dates of no given format: ISO 8601, and those of the invariant culture.

use jiff::civil::DateTime;

use super::{Format, Known, Moment};

impl Moment {
    /// `2020-03-16`, `2020-03-16-07:00`, `2009-06-15T01:45:30.5-07:00`, `3/16/2020 7:00:00 AM`,
    /// `Mon, 15 Jun 2009 20:45:30 GMT`; without an offset it is UTC. .NET reads more (unverified which of it Entra does).
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let format = Format::parse("ddd, dd MMM yyyy HH:mm:ss 'GMT'").ok()?;
            return format.read(text, Known::default());
        }
        let mut scan = Scan(text);
        let first = scan.digits(1, 4)?;
        let separator = scan.any(&['-', '/'])?;
        let second = scan.digits(1, 2)?;
        scan.sign(separator).then_some(())?;
        let length = scan.0.len();
        let third = scan.digits(1, 4)?;
        let (year, month, day) = match (first, separator) {
            (year, _) if year > 31 => (year, second, third),
            (month, '/') if length - scan.0.len() == 4 => (third, month, second),
            _ => return None,
        };
        let mut time = (0, 0, 0, 0);
        let before = scan.0;
        if scan.any(&['T', 't', ' ']).is_some() {
            scan.0 = scan.0.trim_start();
            match scan.time() {
                Some(read) => time = read,
                // Only spaces stood there, before an offset.
                None => scan.0 = before.trim_start_matches(' '),
            }
        }
        scan.0 = scan.0.trim_start();
        let offset = if scan.0.is_empty() { None } else { Some(scan.offset()?) };
        if !scan.0.is_empty() {
            return None;
        }
        let part = |value: i32| i8::try_from(value).ok();
        let at = DateTime::new(
            i16::try_from(year).ok()?,
            part(month)?,
            part(day)?,
            part(time.0)?,
            part(time.1)?,
            part(time.2)?,
            time.3,
        );
        Self::new(at.ok()?, offset)
    }
}

/// What is left of a text being read.
pub(super) struct Scan<'t>(pub(super) &'t str);

impl Scan<'_> {
    /// A number of so many digits.
    pub(super) fn digits(&mut self, least: usize, most: usize) -> Option<i32> {
        let end = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if end < least {
            return None;
        }
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits.parse().ok()
    }

    pub(super) fn any(&mut self, signs: &[char]) -> Option<char> {
        let sign = self.0.chars().next().filter(|c| signs.contains(c))?;
        self.0 = &self.0[sign.len_utf8()..];
        Some(sign)
    }

    pub(super) fn sign(&mut self, sign: char) -> bool {
        self.any(&[sign]).is_some()
    }

    /// A word whatever its case.
    pub(super) fn word(&mut self, word: &str) -> bool {
        match self.0.get(..word.len()) {
            Some(head) if head.eq_ignore_ascii_case(word) => {
                self.0 = &self.0[word.len()..];
                true
            }
            _ => false,
        }
    }

    /// So many decimals of a second, as nanoseconds.
    pub(super) fn fraction(&mut self, least: usize, most: usize) -> Option<i32> {
        let before = self.0.len();
        let value = match self.digits(least, most) {
            Some(value) => value,
            None if least == 0 => 0,
            None => return None,
        };
        let digits = u32::try_from(before - self.0.len()).ok()?;
        value.checked_mul(10i32.checked_pow(9u32.checked_sub(digits)?)?)
    }

    /// `h:mm[:ss[.fff]] [tt]` as hour, minute, second and nanosecond.
    fn time(&mut self) -> Option<(i32, i32, i32, i32)> {
        let start = self.0;
        let mut read = || {
            let mut hour = self.digits(1, 2)?;
            self.sign(':').then_some(())?;
            let minute = self.digits(2, 2)?;
            let second = if self.sign(':') { self.digits(2, 2)? } else { 0 };
            let nanos = if self.sign('.') { self.fraction(1, 9)? } else { 0 };
            let spaced = self.0;
            self.0 = self.0.trim_start();
            match (self.word("AM"), hour) {
                (true, 1..=12) => hour %= 12,
                (true, _) => return None,
                (false, _) if self.word("PM") => match hour {
                    1..=12 => hour = hour % 12 + 12,
                    _ => return None,
                },
                (false, _) => self.0 = spaced,
            }
            Some((hour, minute, second, nanos))
        };
        let time = read();
        if time.is_none() {
            self.0 = start;
        }
        time
    }

    /// `Z`, `GMT`, `+01:00`, `+0100` or `+1`, in seconds.
    pub(super) fn offset(&mut self) -> Option<i64> {
        if self.word("Z") || self.word("GMT") {
            return Some(0);
        }
        let sign = if self.any(&['+', '-'])? == '-' { -1 } else { 1 };
        let hours = self.digits(1, 2)?;
        let minutes = match self.sign(':') {
            true => self.digits(2, 2)?,
            false => self.digits(2, 2).unwrap_or(0),
        };
        (hours <= 14 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
    }
}
