//! What the service knows about a resource beside its document.

use std::fmt::Write as _;

use crate::json::{write_key, write_str};

/// `id`, `externalId` and `meta` of a resource (RFC 7643 §3.1).
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// `id`.
    pub id: &'a str,
    /// `externalId` as the asking connection knows it.
    pub external_id: Option<&'a str>,
    /// `meta.resourceType`: `User`.
    pub resource_type: &'a str,
    /// `meta.created`, in microseconds since the epoch.
    pub created: i64,
    /// `meta.lastModified`, in microseconds since the epoch.
    pub modified: i64,
    /// `meta.version`: the entity tag with its `W/` and quotes, the same as in the `ETag` header (S-COMMON-06).
    pub version: &'a str,
    /// `meta.location`: the absolute address, the same as in the `Location` header (S-COMMON-06).
    pub location: &'a str,
}

impl Envelope<'_> {
    /// Writes the members of `meta` that are wanted, and returns whether there were any.
    pub(super) fn write_meta(&self, out: &mut String, wanted: impl Fn(&str) -> bool) -> bool {
        let start = out.len();
        let key = |out: &mut String, name: &str| {
            let wanted = wanted(name);
            if wanted {
                out.push(if out.len() == start { '{' } else { ',' });
                write_key(out, name);
            }
            wanted
        };
        if key(out, "resourceType") {
            write_str(out, self.resource_type);
        }
        if key(out, "created") {
            write_instant(out, self.created);
        }
        if key(out, "lastModified") {
            write_instant(out, self.modified);
        }
        if key(out, "location") {
            write_str(out, self.location);
        }
        if key(out, "version") {
            write_str(out, self.version);
        }
        let any = out.len() > start;
        if any {
            out.push('}');
        }
        any
    }
}

/// A quoted UTC date and time with milliseconds (S-TYPE-02). Done by hand because it stands twice in every resource.
fn write_instant(out: &mut String, micros: i64) {
    let millis = micros.div_euclid(1000);
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    // Days to a date of the proleptic Gregorian calendar, counting from 0000-03-01 in eras of 400 years.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (seconds, milli) = (rest / 1000, rest % 1000);
    if !(0..=9999).contains(&year) {
        // No clock shows this; still, say something that is a date.
        let _ = write!(out, "\"{year:+05}-{month:02}-{day:02}T00:00:00.000Z\"");
        return;
    }
    let mut text = *b"\"0000-00-00T00:00:00.000Z\"";
    let mut put = |at: usize, width: usize, mut value: i64| {
        for digit in text[at..at + width].iter_mut().rev() {
            *digit = b'0' + u8::try_from(value % 10).unwrap_or(0);
            value /= 10;
        }
    };
    put(1, 4, year);
    put(6, 2, month);
    put(9, 2, day);
    put(12, 2, seconds / 3600);
    put(15, 2, seconds / 60 % 60);
    put(18, 2, seconds % 60);
    put(21, 3, milli);
    out.push_str(std::str::from_utf8(&text).unwrap_or("\"\""));
}
