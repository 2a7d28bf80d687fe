//! .NET date and time format strings, custom ones and the common standard ones, in the invariant culture.

use jiff::civil::DateTime;

use super::Moment;
use super::read::Scan;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A format string, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Format(Vec<Token>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(char),
    /// A specifier and how often it stands there.
    Field(char, usize),
}

/// What reading may assume.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    /// The date that parts left out are taken from.
    pub(crate) today: Option<Moment>,
}

impl Format {
    /// Reads a format string; the error is a sentence without its full stop.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut single = text.chars();
        let custom = match (single.next(), single.next()) {
            (None, _) => return Err("the date format is empty".into()),
            (Some(letter), None) if letter.is_ascii_alphabetic() => standard(letter)
                .ok_or_else(|| format!("`{letter}` alone is no standard date format; write %{letter}"))?,
            _ => text,
        };
        let mut tokens = Vec::new();
        let mut chars = custom.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                'd' | 'f' | 'F' | 'g' | 'h' | 'H' | 'K' | 'm' | 'M' | 's' | 't' | 'y' | 'z' => {
                    let mut count = 1;
                    while c != 'K' && chars.next_if_eq(&c).is_some() {
                        count += 1;
                    }
                    if matches!(c, 'f' | 'F') && count > 7 {
                        return Err(format!("a date format has at most seven `{c}`"));
                    }
                    tokens.push(Token::Field(c, count.min(8)));
                }
                '\'' | '"' => loop {
                    match chars.next() {
                        Some(end) if end == c => break,
                        Some(literal) => tokens.push(Token::Literal(literal)),
                        None => return Err(format!("{c} is opened in the date format and never closed")),
                    }
                },
                '\\' => match chars.next() {
                    Some(literal) => tokens.push(Token::Literal(literal)),
                    None => return Err("the date format ends after a backslash".into()),
                },
                '%' => match chars.peek() {
                    Some('%') | None => return Err("% in a date format stands before a single letter".into()),
                    Some(_) => {}
                },
                literal => tokens.push(Token::Literal(literal)),
            }
        }
        Ok(Self(tokens))
    }

    /// Writes an instant.
    pub(crate) fn print(&self, moment: Moment) -> String {
        let at = moment.at;
        let mut out = String::new();
        for token in &self.0 {
            match *token {
                Token::Literal(c) => out.push(c),
                Token::Field(letter, count) => field(&mut out, letter, count, at, moment.zoned),
            }
        }
        out
    }

    /// Reads an instant that is written in this format and no other.
    pub(crate) fn read(&self, text: &str, known: Known) -> Option<Moment> {
        let mut scan = Scan(text);
        let mut parts = Parts::default();
        for (index, token) in self.0.iter().enumerate() {
            match *token {
                // `Z` says UTC when it is read, and is only a letter when it is written.
                Token::Literal('Z') => {
                    scan.word("Z").then_some(())?;
                    parts.offset = Some(0);
                }
                // The point before a fraction that may be missing may be missing too.
                Token::Literal('.') if matches!(self.0.get(index + 1), Some(Token::Field('F', _))) => {
                    scan.sign('.');
                }
                Token::Literal(c) => scan.sign(c).then_some(())?,
                Token::Field(letter, count) => parts.read(&mut scan, letter, count)?,
            }
        }
        if !scan.0.is_empty() {
            return None;
        }
        parts.moment(known)
    }
}

fn standard(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "MM/dd/yyyy",
        'D' => "dddd, dd MMMM yyyy",
        'f' => "dddd, dd MMMM yyyy HH:mm",
        'F' | 'U' => "dddd, dd MMMM yyyy HH:mm:ss",
        'g' => "MM/dd/yyyy HH:mm",
        'G' => "MM/dd/yyyy HH:mm:ss",
        'm' | 'M' => "MMMM dd",
        'o' | 'O' => "yyyy-MM-ddTHH:mm:ss.fffffffK",
        'r' | 'R' => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        's' => "yyyy-MM-ddTHH:mm:ss",
        't' => "HH:mm",
        'T' => "HH:mm:ss",
        'u' => "yyyy-MM-dd HH:mm:ss'Z'",
        'y' | 'Y' => "yyyy MMMM",
        _ => return None,
    })
}

fn field(out: &mut String, letter: char, count: usize, at: DateTime, zoned: bool) {
    let hour = at.hour();
    let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    let padded = |value: i16| format!("{value:0width$}", width = count);
    let named = |name: &str| if count == 3 { name.chars().take(3).collect() } else { name.to_owned() };
    let name = |names: &[&str], index: i8| named(names.get(usize::from(index.unsigned_abs())).unwrap_or(&""));
    let text = match letter {
        'd' if count > 2 => name(&DAYS, at.weekday().to_sunday_zero_offset()),
        'd' => padded(at.day().into()),
        'M' if count > 2 => name(&MONTHS, at.month() - 1),
        'M' => padded(at.month().into()),
        'y' if count <= 2 => padded(at.year() % 100),
        'y' => padded(at.year()),
        'h' => padded(twelve.into()),
        'H' => padded(hour.into()),
        'm' => padded(at.minute().into()),
        's' => padded(at.second().into()),
        'f' => format!("{:09}", at.subsec_nanosecond())[..count].to_owned(),
        'F' => {
            let digits = format!("{:09}", at.subsec_nanosecond());
            let digits = digits[..count].trim_end_matches('0');
            // No fraction, no point before it.
            if digits.is_empty() && out.ends_with('.') {
                out.pop();
            }
            digits.to_owned()
        }
        't' => (if hour < 12 { "AM" } else { "PM" })[..count.min(2)].to_owned(),
        'g' => "A.D.".to_owned(),
        'K' => (if zoned { "Z" } else { "" }).to_owned(),
        'z' => ["+0", "+00", "+00:00"][count.min(3) - 1].to_owned(),
        _ => String::new(),
    };
    out.push_str(&text);
}

/// What has been read so far.
#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<i32>,
    day: Option<i32>,
    weekday: Option<usize>,
    hour: i32,
    minute: i32,
    second: i32,
    nanos: i32,
    afternoon: Option<bool>,
    offset: Option<i64>,
}

impl Parts {
    fn read(&mut self, scan: &mut Scan<'_>, letter: char, count: usize) -> Option<()> {
        let least = count.min(2);
        match letter {
            'd' if count > 2 => self.weekday = Some(named(scan, &DAYS, count)?),
            'd' => self.day = Some(scan.digits(least, 2)?),
            'M' if count > 2 => self.month = i32::try_from(named(scan, &MONTHS, count)? + 1).ok(),
            'M' => self.month = Some(scan.digits(least, 2)?),
            // Two digits are of the years 1950 to 2049 (.NET 8; unverified which Entra runs).
            'y' if count <= 2 => {
                let year = scan.digits(least, 2)?;
                self.year = Some(if year < 50 { 2000 + year } else { 1900 + year });
            }
            'y' => self.year = Some(scan.digits(count, count)?),
            'h' | 'H' => {
                self.hour = scan.digits(least, 2)?;
                if letter == 'h' && !(1..=12).contains(&self.hour) {
                    return None;
                }
            }
            'm' => self.minute = scan.digits(least, 2)?,
            's' => self.second = scan.digits(least, 2)?,
            'f' => self.nanos = scan.fraction(count, count)?,
            'F' => self.nanos = scan.fraction(0, count)?,
            't' => {
                let afternoon = if scan.word("A") {
                    false
                } else if scan.word("P") {
                    true
                } else {
                    return None;
                };
                (count == 1 || scan.word("M")).then_some(())?;
                self.afternoon = Some(afternoon);
            }
            'g' => (scan.word("A.D.") || scan.word("AD")).then_some(())?,
            'K' if scan.0.is_empty() || !scan.0.starts_with(['Z', 'z', '+', '-']) => {}
            'K' | 'z' => self.offset = Some(scan.offset()?),
            _ => return None,
        }
        Some(())
    }

    fn moment(self, known: Known) -> Option<Moment> {
        let today = known.today.map(|today| today.at);
        let no_date = self.year.is_none() && self.month.is_none() && self.day.is_none();
        let part = |given: Option<i32>, today: Option<i8>| match (given, no_date) {
            (Some(given), _) => i8::try_from(given).ok(),
            (None, true) => today,
            (None, false) => Some(1),
        };
        let year = match self.year {
            Some(year) => i16::try_from(year).ok()?,
            None => today?.year(),
        };
        let hour = match self.afternoon {
            Some(afternoon) if self.hour <= 12 => self.hour % 12 + if afternoon { 12 } else { 0 },
            _ => self.hour,
        };
        let at = DateTime::new(
            year,
            part(self.month, today.map(|t| t.month()))?,
            part(self.day, today.map(|t| t.day()))?,
            i8::try_from(hour).ok()?,
            i8::try_from(self.minute).ok()?,
            i8::try_from(self.second).ok()?,
            self.nanos,
        )
        .ok()?;
        let weekday = usize::from(at.weekday().to_sunday_zero_offset().unsigned_abs());
        if self.weekday.is_some_and(|named| named != weekday) {
            return None;
        }
        Moment::new(at, self.offset)
    }
}

/// A name from a list, whole or its first three letters.
fn named(scan: &mut Scan<'_>, names: &[&str], count: usize) -> Option<usize> {
    names.iter().position(|name| scan.word(if count == 3 { &name[..3] } else { name }))
}
