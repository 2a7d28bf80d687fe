//! Signatures, as Standard Webhooks makes them (`v1`: HMAC-SHA256).

use base::{Secret, Timestamp, hmac_sha256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The header `webhook-signature`: one signature for each secret, so that a receiver may know the old or the new one.
#[must_use]
pub fn sign<'a>(
    secrets: impl Iterator<Item = &'a Secret<String>>,
    id: &str,
    at: Timestamp,
    body: &str,
) -> String {
    let signed = format!("{id}.{}.{body}", seconds(at));
    let signature = |secret: &Secret<String>| {
        let text = secret.expose().strip_prefix("whsec_").unwrap_or(secret.expose());
        // Secrets are minted by the service; one that is no Base64 signs as it stands.
        let key = STANDARD.decode(text).unwrap_or_else(|_| text.as_bytes().to_vec());
        format!("v1,{}", STANDARD.encode(hmac_sha256(&key, signed.as_bytes())))
    };
    secrets.map(signature).collect::<Vec<_>>().join(" ")
}

/// The header `webhook-timestamp`.
pub(crate) fn seconds(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's libraries.
    #[test]
    fn signs_as_the_specification_does() {
        let secret = Secret::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let at = Timestamp::from_micros(1_614_265_330_000_000);
        let signature =
            sign([&secret].into_iter(), "msg_p5jXN8AQM9LWM0D4loKWxJek", at, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
