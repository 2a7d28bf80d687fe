//! Why there is no token.

use base::Hinted;
use client::{BuildError, ScimFailure};

use crate::signin::KeyFault;

/// Why signing in failed. No secret is in it.
#[derive(Debug, thiserror::Error)]
pub enum SignInFailure {
    /// The token endpoint's address cannot be used.
    #[error("the token endpoint cannot be used")]
    Address(#[source] BuildError),
    /// The token endpoint gave no answer.
    #[error("the token endpoint gave no answer: {0}")]
    NoAnswer(#[source] ScimFailure),
    /// The token endpoint refused (RFC 6749 §5.2).
    #[error("the token endpoint {url} refused with HTTP {status}{}", told(error.as_deref(), description.as_deref()))]
    Refused {
        /// Whose answer it is.
        url: String,
        /// Its status.
        status: u16,
        /// `error`, such as `invalid_client`.
        error: Option<String>,
        /// `error_description`.
        description: Option<String>,
        /// What the endpoint must accept of the assertion it was shown; `None` when it was shown a secret.
        shown: Option<String>,
    },
    /// The token endpoint's answer holds no token that can be used.
    #[error("the answer of the token endpoint {url} cannot be used: {problem}")]
    Unusable {
        /// Whose answer it is.
        url: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Our own assertion cannot be signed.
    #[error(transparent)]
    Key(#[from] KeyFault),
}

fn told(error: Option<&str>, description: Option<&str>) -> String {
    let error = error.map(|e| format!(" ({e})")).unwrap_or_default();
    let description = description.map(|d| format!(": {d}")).unwrap_or_default();
    format!("{error}{description}")
}

impl Hinted for SignInFailure {
    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Address(error) => return error.hints(),
            Self::NoAnswer(failure) => return failure.hints(),
            Self::Refused { status: 300..=399, .. } => {
                "give the token endpoint's final URL: id and secret are never sent where it points to"
            }
            Self::Refused { status: 500..=599, .. } => {
                "the endpoint itself failed: try again, and look at its log if that goes on"
            }
            Self::Refused { status: 429, .. } => "the endpoint asks to slow down: try again later",
            // Who takes the signature for another's says one or the other (RFC 7523 §3.2, RFC 6749 §5.2).
            Self::Refused { error: Some(error), shown: Some(shown), .. }
                if ["invalid_client", "invalid_grant"].contains(&error.as_str()) =>
            {
                return vec![format!(
                    "let the endpoint trust the assertion that this client signs ({shown}), with the keys that `provost entra jwks` prints, and set the clocks of both right"
                )];
            }
            Self::Refused { error: Some(error), .. } => match error.as_str() {
                "invalid_client" => {
                    "check client id and secret, and whether the endpoint wants them in a Basic header or in the body"
                }
                "unauthorized_client" => "let this client use the grant client_credentials there",
                "unsupported_grant_type" => "the endpoint must take grant_type=client_credentials",
                "invalid_scope" => "ask for a scope that this client may have",
                "invalid_request" => "the endpoint misses a parameter: look at its description of the error",
                _ => "look the error up in the endpoint's documentation",
            },
            Self::Refused { status: 404 | 405, .. } => "check the token endpoint's URL: it must take a POST",
            Self::Refused { .. } => "look at the token endpoint's log for the reason",
            Self::Unusable { .. } => {
                "the endpoint must answer with JSON that has access_token, token_type Bearer and expires_in (RFC 6749 §5.1)"
            }
            Self::Key(_) => "load an RSA or P-256 key in PKCS#8, as PEM",
        };
        vec![hint.to_owned()]
    }
}
