//! Secrets that an answer repeats: error pages and debugging endpoints show what they were sent.

use base::Secret;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderValue};

/// What stands in a secret's place.
const MASK: &str = "****";

/// The shortest text taken out: a shorter one would be found in ordinary words.
const SHORTEST: usize = 6;

/// Takes the credentials of a request out of its answer, so that nothing made of the answer can show them.
pub(crate) fn take_out(
    sent: &HeaderMap,
    secrets: &[Secret<String>],
    headers: &mut HeaderMap,
    body: &mut String,
) {
    let header = sent.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.split_once(' ')).map(|(_, token)| token);
    let all = token.into_iter().chain(secrets.iter().map(|secret| secret.expose().as_str()));
    for secret in all.filter(|secret| secret.len() >= SHORTEST) {
        if body.contains(secret) {
            *body = body.replace(secret, MASK);
        }
        for value in headers.values_mut() {
            if let Ok(text) = value.to_str()
                && text.contains(secret)
                && let Ok(masked) = HeaderValue::from_str(&text.replace(secret, MASK))
            {
                *value = masked;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(authorization: &str, secrets: &[&str], header: &str, body: &str) -> (String, String) {
        let map = |name: &'static str, value: &str| {
            HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
        };
        let (sent, mut headers) = (map("authorization", authorization), map("www-authenticate", header));
        let mut body = body.to_owned();
        let secrets: Vec<Secret<String>> = secrets.iter().map(|s| Secret::from(*s)).collect();
        take_out(&sent, &secrets, &mut headers, &mut body);
        (headers["www-authenticate"].to_str().unwrap().to_owned(), body)
    }

    #[test]
    fn what_was_sent_as_a_secret_is_not_in_what_came_back() {
        let (header, body) =
            left("Bearer t0ken-t0ken", &["s3cret"], "Bearer x=\"t0ken-t0ken\"", "t0ken-t0ken, s3cret s3cret");
        assert_eq!((header.as_str(), body.as_str()), ("Bearer x=\"****\"", "****, **** ****"));
    }

    #[test]
    fn a_secret_as_short_as_a_word_leaves_the_answer_readable() {
        let (header, body) = left("Bearer ok", &["a"], "Bearer realm=\"a\"", "{\"ok\":true}");
        assert_eq!((header.as_str(), body.as_str()), ("Bearer realm=\"a\"", "{\"ok\":true}"));
    }
}
