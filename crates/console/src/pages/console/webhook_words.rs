//! How an endpoint of webhooks stands, and what came of an attempt, as people read it.

use base::Timestamp;
use maud::{Markup, html};
use service::noun::EventKind;
use service::{Attempt, AttemptOutcome, WebhookRow};

use crate::look::{Tone, ago, number, until};

/// How an endpoint stands: a colour, a word, and a sentence that says why.
pub(super) struct Condition {
    pub(super) tone: Tone,
    pub(super) word: &'static str,
    pub(super) why: Markup,
}

/// How an endpoint stands.
pub(super) fn condition(row: &WebhookRow, now: Timestamp) -> Condition {
    let is = |tone, word, why| Condition { tone, word, why };
    let (webhook, standing) = (&row.webhook, &row.standing);
    if !webhook.enabled {
        return match &webhook.settings.disabled {
            Some(off) => is(
                Tone::Bad,
                "Switched off",
                html! { (off.reason) " " (ago(now, Timestamp::from_micros(off.at))) },
            ),
            None => is(
                Tone::Quiet,
                "Disabled",
                html! { "An operator disabled it. What happens meanwhile waits in the feed." },
            ),
        };
    }
    if let Some(since) = standing.failing_since {
        let since = ago(now, Timestamp::from_micros(since));
        return match row.not_before {
            Some(at) => is(
                Tone::Bad,
                "Paused",
                html! { "Nothing could be told since " (since) "; it is tried again " (until(now, at)) "." },
            ),
            None => is(
                Tone::Bad,
                "Failing",
                html! { "Nothing could be told since " (since) "; it is tried again " (next(row, now)) "." },
            ),
        };
    }
    match (standing.parked.len() as u64, row.lag) {
        (0, lag) if lag <= 0 => is(Tone::Good, "Current", html! { "Everything that happened is told." }),
        (0, lag) => is(Tone::Info, "Behind", html! { (events(lag)) " to look through." }),
        (waiting, _) => is(
            Tone::Warn,
            "Some wait",
            html! { "What concerns " (subjects(waiting)) " could not be told yet and is tried again; all else goes on." },
        ),
    }
}

/// When what waits longest is tried again.
fn next(row: &WebhookRow, now: Timestamp) -> Markup {
    match row.standing.parked.iter().map(|parked| Timestamp::from_micros(parked.next)).min() {
        Some(at) if at > now => until(now, at),
        _ => html! { "now" },
    }
}

fn events(count: i64) -> String {
    let count = u64::try_from(count).unwrap_or(0);
    if count == 1 { "One event".to_owned() } else { format!("{} events", number(count)) }
}

fn subjects(count: u64) -> String {
    if count == 1 {
        "one learner or group".to_owned()
    } else {
        format!("{} learners and groups", number(count))
    }
}

/// What came of an attempt.
pub(super) const fn outcome(outcome: AttemptOutcome) -> (Tone, &'static str) {
    match outcome {
        AttemptOutcome::Delivered => (Tone::Good, "Delivered"),
        AttemptOutcome::Refused => (Tone::Bad, "Refused"),
        AttemptOutcome::Busy => (Tone::Warn, "Put off"),
        AttemptOutcome::TimedOut => (Tone::Bad, "No answer in time"),
        AttemptOutcome::Unreachable => (Tone::Bad, "Not reached"),
        AttemptOutcome::Forbidden => (Tone::Bad, "Not permitted"),
        AttemptOutcome::Gone => (Tone::Bad, "Gone"),
    }
}

/// What to do about an attempt that failed.
pub(super) const fn advice(attempt: &Attempt, is_mail: bool) -> Option<&'static str> {
    Some(match (attempt.outcome, attempt.status, is_mail) {
        (AttemptOutcome::Delivered, ..) => return None,
        (AttemptOutcome::Refused, _, true) => {
            "The mail server refuses this mail: check the address, and that the server sends mail for the sender in [mail]."
        }
        (AttemptOutcome::Busy, _, true) => "The mail server wants it later. It is tried again by itself.",
        (AttemptOutcome::Refused, Some(300..=399), _) => {
            "Redirects are not followed. Write the address that it leads to."
        }
        (AttemptOutcome::Refused, Some(401 | 403), _) => {
            "The receiver does not trust the message: give it this webhook’s signing secret, or rotate to a new one."
        }
        (AttemptOutcome::Refused, Some(404 | 405), _) => {
            "There is nothing at this address that takes POST: check the path of the URL."
        }
        (AttemptOutcome::Refused, Some(500..=599), _) => {
            "The receiver failed while it worked on it: look into the app’s own log. It is tried again by itself."
        }
        (AttemptOutcome::Refused, ..) => {
            "The receiver says no to this message: look into the app’s own log for its webhook-id."
        }
        (AttemptOutcome::Busy, ..) => {
            "The receiver wants less or is away for a while. It is tried again by itself."
        }
        (AttemptOutcome::TimedOut, ..) => {
            "Have the app answer 2xx as soon as it has kept the message, and work on it afterwards."
        }
        (AttemptOutcome::Unreachable, ..) => {
            "Check host name, port and certificate, and that a firewall lets this server out."
        }
        (AttemptOutcome::Forbidden, ..) => {
            "The name leads to a private address. If the receiver is meant to be there, make the webhook anew with private addresses allowed."
        }
        (AttemptOutcome::Gone, ..) => {
            "The receiver answered 410, never to be told again. Enable the webhook when it is back."
        }
    })
}

/// Why an attempt failed, and what to do.
#[must_use]
pub fn attempt_failed(attempt: &Attempt, is_mail: bool) -> (String, Option<String>) {
    let word = outcome(attempt.outcome).1.to_lowercase();
    let why = match &attempt.detail {
        Some(detail) => format!("{word}, {}", detail.trim_end_matches('.')),
        None => word,
    };
    (why, advice(attempt, is_mail).map(str::to_owned))
}

/// What an event or a test is called in a list.
pub(super) fn kind(attempt: &Attempt) -> Markup {
    html! {
        code { (attempt.kind) }
        @match attempt.position {
            Some(position) => { " " span.soft { "at " (position) } }
            None => { " " span.soft { "a test" } }
        }
    }
}

/// Types that can be chosen: `learner.*` and so on.
pub(super) fn families() -> Vec<String> {
    let mut out: Vec<String> = EventKind::ALL
        .iter()
        .filter_map(|kind| Some(format!("{}.*", kind.as_str().split_once('.')?.0)))
        .collect();
    out.sort();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(outcome: AttemptOutcome, status: Option<u16>) -> Attempt {
        Attempt {
            at: 0,
            event: "e".to_owned(),
            position: None,
            kind: "webhook.test".to_owned(),
            outcome,
            status,
            millis: 1,
            retry_after: None,
            detail: None,
        }
    }

    #[test]
    fn whatever_failed_comes_with_what_to_do() {
        use AttemptOutcome as O;
        for outcome in [O::Refused, O::Busy, O::TimedOut, O::Unreachable, O::Forbidden, O::Gone] {
            for status in [None, Some(302), Some(400), Some(401), Some(404), Some(500)] {
                for is_mail in [false, true] {
                    assert!(advice(&attempt(outcome, status), is_mail).is_some());
                }
            }
        }
        assert_eq!(advice(&attempt(O::Delivered, Some(204)), false), None);
        let redirected = advice(&attempt(O::Refused, Some(301)), false);
        assert!(redirected.is_some_and(|text| text.contains("Redirects")));
    }

    #[test]
    fn each_family_of_types_is_offered_once() {
        let all = families();
        assert!(all.contains(&"learner.*".to_owned()) && all.contains(&"webhook.*".to_owned()), "{all:?}");
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{all:?}");
    }
}
