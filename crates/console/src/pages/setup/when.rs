//! Times in the page's language.

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
}
