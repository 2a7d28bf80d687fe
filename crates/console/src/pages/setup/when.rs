//! Times in the page's language.

use std::time::Duration;

use base::Timestamp;
use maud::{Markup, html};
use service::Lang;

use crate::look::{self, exact};

/// How long ago something was, with the exact time on hover.
pub(super) fn ago(lang: Lang, now: Timestamp, at: Timestamp) -> Markup {
    match lang {
        Lang::En => look::ago(now, at),
        Lang::De => html! { time datetime=(at.to_rfc3339_millis()) title=(exact(at)) { (german(now, at)) } },
    }
}

fn german(now: Timestamp, at: Timestamp) -> String {
    let secs = now.since(at).as_secs();
    let (count, one, many) = match secs {
        _ if at > now => return "gerade eben".to_owned(),
        0..10 => return "gerade eben".to_owned(),
        10..60 => (secs, "Sekunde", "Sekunden"),
        60..3600 => (secs / 60, "Minute", "Minuten"),
        3600..86_400 => (secs / 3600, "Stunde", "Stunden"),
        _ => (secs / 86_400, "Tag", "Tagen"),
    };
    format!("vor {count} {}", if count == 1 { one } else { many })
}

/// How long something lasts, in the largest unit that says it without a rest.
pub(super) fn lasting(lang: Lang, time: Duration) -> String {
    let secs = time.as_secs();
    let (count, [english, german]) = match secs {
        _ if secs > 0 && secs.is_multiple_of(3600) => {
            (secs / 3600, [["hour", "hours"], ["Stunde", "Stunden"]])
        }
        _ if secs > 0 && secs.is_multiple_of(60) => {
            (secs / 60, [["minute", "minutes"], ["Minute", "Minuten"]])
        }
        _ => (secs, [["second", "seconds"], ["Sekunde", "Sekunden"]]),
    };
    let names = match lang {
        Lang::En => english,
        Lang::De => german,
    };
    format!("{count} {}", names[usize::from(count != 1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_pages_language() {
        let now = Timestamp::from_micros(1_000_000_000_000_000);
        let at = |secs: u64| now.minus(std::time::Duration::from_secs(secs));
        assert_eq!(german(now, at(3)), "gerade eben");
        assert_eq!(german(now, at(60)), "vor 1 Minute");
        assert_eq!(german(now, at(3 * 86_400)), "vor 3 Tagen");
        assert!(ago(Lang::De, now, at(7200)).into_string().contains(">vor 2 Stunden<"));
        assert!(ago(Lang::En, now, at(7200)).into_string().contains(">2 hours ago<"));
    }

    #[test]
    fn a_span_of_time_is_said_in_its_largest_unit() {
        let said = |secs: u64| {
            let time = Duration::from_secs(secs);
            (lasting(Lang::En, time), lasting(Lang::De, time))
        };
        let pair = |en: &str, de: &str| (en.to_owned(), de.to_owned());
        assert_eq!(said(600), pair("10 minutes", "10 Minuten"));
        assert_eq!(said(60), pair("1 minute", "1 Minute"));
        assert_eq!(said(90), pair("90 seconds", "90 Sekunden"));
        assert_eq!(said(1), pair("1 second", "1 Sekunde"));
        assert_eq!(said(7200), pair("2 hours", "2 Stunden"));
    }
}
