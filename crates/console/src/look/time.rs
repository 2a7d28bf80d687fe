//! Times: relative, with the exact one on hover.

use std::time::Duration;

use base::Timestamp;
use maud::{Markup, html};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

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

/// How long ago something was.
#[must_use]
pub fn ago(now: Timestamp, at: Timestamp) -> Markup {
    let words = match now.since(at).as_secs() {
        _ if at > now => "just now".to_owned(),
        0..10 => "just now".to_owned(),
        secs if secs >= 30 * DAY => day(at),
        secs => format!("{} ago", in_words(Duration::from_secs(secs))),
    };
    stamp(at, &words)
}

/// How long it is until something.
#[must_use]
pub fn until(now: Timestamp, at: Timestamp) -> Markup {
    if at <= now {
        return ago(now, at);
    }
    let words = match at.since(now).as_secs() {
        secs if secs >= 365 * DAY => format!("on {}", day(at)),
        secs => format!("in {}", in_words(Duration::from_secs(secs))),
    };
    stamp(at, &words)
}

/// The exact time: `25 November 2026, 09:13:05 UTC`.
#[must_use]
pub fn exact(at: Timestamp) -> String {
    let text = at.to_rfc3339_millis();
    let clock = text.split_once('T').and_then(|(_, clock)| clock.get(..8)).unwrap_or_default();
    format!("{}, {clock} UTC", day(at))
}

/// A span in its largest unit: `3 minutes`, `2 days`.
#[must_use]
pub fn in_words(span: Duration) -> String {
    let secs = span.as_secs();
    let (count, unit) = match secs {
        0..MINUTE => (secs, "second"),
        MINUTE..HOUR => (secs / MINUTE, "minute"),
        HOUR..DAY => (secs / HOUR, "hour"),
        _ => (secs / DAY, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn stamp(at: Timestamp, words: &str) -> Markup {
    html! { time datetime=(at.to_rfc3339_millis()) title=(exact(at)) { (words) } }
}

/// `25 November 2026`.
fn day(at: Timestamp) -> String {
    let text = at.to_rfc3339_millis();
    let date = text.split_once('T').map_or("", |(date, _)| date);
    let mut parts = date.rsplitn(3, '-');
    let (day, month, year) = (parts.next(), parts.next(), parts.next());
    let number = |part: Option<&str>| part.and_then(|p| p.parse::<usize>().ok()).unwrap_or(1);
    let month = MONTHS.get(number(month).saturating_sub(1)).copied().unwrap_or_default();
    format!("{} {month} {}", number(day), year.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_is_relative_and_exact() {
        let now = at("2026-11-25T09:13:05Z");
        let html = ago(now, at("2026-11-25T09:10:00Z")).into_string();
        assert!(html.contains(">3 minutes ago</time>"), "{html}");
        assert!(html.contains("title=\"25 November 2026, 09:10:00 UTC\""), "{html}");
        assert!(ago(now, now).into_string().contains("just now"));
        assert!(ago(now, at("2026-11-25T09:14:00Z")).into_string().contains("just now"));
        assert!(ago(now, at("2026-05-02T00:00:00Z")).into_string().contains(">2 May 2026<"));
        assert!(until(now, at("2026-11-27T10:00:00Z")).into_string().contains(">in 2 days<"));
    }

    #[test]
    fn one_is_one() {
        assert_eq!(in_words(Duration::from_secs(60)), "1 minute");
        assert_eq!(in_words(Duration::from_secs(7200)), "2 hours");
    }
}
