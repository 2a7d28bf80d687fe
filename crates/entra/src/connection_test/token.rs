//! What can be seen of a Secret Token without sending it.

use base::{Secret, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;

/// What is wrong with a token as it was pasted, if that can be seen. Says nothing of its content.
#[must_use]
pub fn look_at_token(token: &Secret<String>, now: Timestamp) -> Option<&'static str> {
    let text = token.expose().as_str();
    let starts = |word: &str| text.get(..word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word));
    if text.trim().is_empty() {
        Some(
            "the token is empty: Entra then sends one of its own, which the application must be able to check",
        )
    } else if starts("bearer ") {
        Some("the token begins with `Bearer`: Entra adds that itself")
    } else if starts("http://") || starts("https://") {
        Some("the token is an address: the Tenant URL was pasted in its place")
    } else if text.trim() != text || text.contains(['\n', '\r']) {
        Some("there are spaces or line breaks around or within the token")
    } else if text.starts_with(['"', '\'', '`']) || text.ends_with(['"', '\'', '`']) {
        Some("the token stands in quotation marks")
    } else if text.contains(' ') {
        Some("there is a space within the token")
    } else if !text.is_ascii() || text.contains('…') {
        Some("the token holds a character that no token has: it was not copied whole")
    } else if text.ends_with("...") {
        Some("the token ends with dots: it was copied where it is shown shortened")
    } else if expiry(text).is_some_and(|end| end <= now) {
        Some("the token says of itself that it has expired")
    } else {
        None
    }
}

/// When a JWT says that it expires.
fn expiry(text: &str) -> Option<Timestamp> {
    let payload = text.split('.').nth(1).filter(|_| text.matches('.').count() == 2)?;
    let claims: Json = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    claims.get("exp")?.as_i64().map(|seconds| Timestamp::from_micros(seconds.saturating_mul(1_000_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_pasted_wrongly_is_told_before_it_is_sent() {
        let now = Timestamp::from_micros(2_000_000_000_000_000);
        let look = |text: &str| look_at_token(&text.into(), now).unwrap_or_default();
        for (text, words) in [
            ("", "empty"),
            ("Bearer abc", "Bearer"),
            ("https://h/scim", "address"),
            ("abc\n", "line breaks"),
            ("\"abc\"", "quotation"),
            ("ab c", "space"),
            ("abc…", "whole"),
            ("abc...", "shortened"),
        ] {
            assert!(look(text).contains(words), "{text:?}: {}", look(text));
        }
        let jwt = |exp: i64| format!("e30.{}.x", URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{exp}}}")));
        assert!(look(&jwt(1_999_999_999)).contains("expired"));
        for good in ["abc", "pvt_x_y", jwt(2_000_000_001).as_str(), "a.b.c"] {
            assert_eq!(look(good), "", "{good}");
        }
    }
}
