//! What an answer, or the lack of one, means.

use std::error::Error;
use std::io;

use base::{Refused, Timestamp, find_cause};
use hyper::StatusCode;
use hyper::header::{HeaderMap, LOCATION, RETRY_AFTER};
use service::AttemptOutcome;

/// What an answer means, and for what does not speak for itself, in words.
pub(crate) fn of_status(status: StatusCode, headers: &HeaderMap) -> (AttemptOutcome, Option<String>) {
    match status.as_u16() {
        200..=299 => (AttemptOutcome::Delivered, None),
        300..=399 => {
            let to = headers.get(LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
            let to: String = to.chars().take(200).collect();
            (AttemptOutcome::Refused, Some(format!("a redirect to \"{to}\", which is not followed")))
        }
        410 => (AttemptOutcome::Gone, Some("the receiver wants nothing any more".to_owned())),
        429 | 502 | 503 | 504 => (AttemptOutcome::Busy, None),
        _ => (AttemptOutcome::Refused, None),
    }
}

/// How long the receiver asks to be left alone (RFC 9110 §10.2.3): seconds or a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<u32> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    u32::try_from(Timestamp::from_http_date(text)?.since(now).as_secs()).ok()
}

/// What a request that got no answer met.
pub(crate) fn of_error(error: &(dyn Error + 'static)) -> (AttemptOutcome, String) {
    if let Some(refused) = find_cause::<Refused>(error) {
        return (AttemptOutcome::Forbidden, refused.to_string());
    }
    let timed_out = |e: &io::Error| e.kind() == io::ErrorKind::TimedOut;
    if find_cause::<io::Error>(error).is_some_and(timed_out) {
        return (AttemptOutcome::TimedOut, "no connection in time".to_owned());
    }
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    (AttemptOutcome::Unreachable, deepest.to_string().chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_asked_in_seconds_or_by_a_date() {
        let asked = |text: &'static str, now: i64| {
            let headers =
                [(RETRY_AFTER, hyper::header::HeaderValue::from_static(text))].into_iter().collect();
            retry_after(&headers, Timestamp::from_micros(now * 1_000_000))
        };
        assert_eq!(asked(" 120 ", 0), Some(120));
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_470), Some(10));
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT", 1_800_000_000), Some(0));
        assert_eq!(asked("soon", 0), None);
    }
}
