//! Signing in to the target (entra.md §5.1): how the access token of each request comes about.
//!
//! A [`SignIn`] gives the token; [`client::Client::set_bearer`] puts it to use. The job asks for a new one at the
//! beginning of each cycle and for the present one before requests, which renews it when it is about to expire.

mod failure;
mod issuer;
mod jwt;
mod oauth;
mod origin;

#[cfg(test)]
mod tests;

pub use failure::SignInFailure;
pub use issuer::{EntraToken, Issuer, NON_GALLERY_APP};
pub use jwt::{KeyFault, SigningKey};
pub use oauth::{ClientAuthentication, OAuth};
pub use origin::TokenOrigin;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use base::{Secret, Timestamp};

/// A way of signing in to the target.
#[async_trait]
pub trait SignIn: Send + Sync + fmt::Debug {
    /// The access token to send now; renewed when it is about to expire.
    async fn authorize(&self) -> Result<Secret<String>, SignInFailure>;

    /// A new access token, whether the present one is still good or not: what a cycle begins with.
    async fn renew(&self) -> Result<Secret<String>, SignInFailure>;

    /// How long the present token lives from its issue; `None` when it has no end or there is none yet.
    async fn lifetime(&self) -> Option<Duration> {
        None
    }

    /// Where its tokens come from.
    fn origin(&self) -> TokenOrigin {
        TokenOrigin::Pasted
    }

    /// What the target or the token endpoint must accept of what is signed here; `None` when nothing is.
    fn shown(&self) -> Option<String> {
        None
    }
}

/// The long-lived *Secret Token* of the portal.
#[derive(Clone, Debug)]
pub struct Bearer(Secret<String>);

impl Bearer {
    /// Signs in with this token.
    #[must_use]
    pub const fn new(token: Secret<String>) -> Self {
        Self(token)
    }
}

#[async_trait]
impl SignIn for Bearer {
    async fn authorize(&self) -> Result<Secret<String>, SignInFailure> {
        Ok(self.0.clone())
    }

    async fn renew(&self) -> Result<Secret<String>, SignInFailure> {
        Ok(self.0.clone())
    }
}

/// An access token with its end.
#[derive(Clone, Debug)]
struct Token {
    token: Secret<String>,
    /// From here on it is not used any more: somewhat before it expires, since a request takes time.
    renew_at: Timestamp,
    expires_at: Timestamp,
    lifetime: Duration,
}

impl Token {
    /// A token that was asked for at `asked_at` and lives so many seconds; it is renewed when less than a tenth of that,
    /// and at most five minutes, is left.
    fn living(token: Secret<String>, asked_at: Timestamp, seconds: u64) -> Self {
        let margin = (seconds / 10).min(300);
        let used = Duration::from_secs(seconds - margin);
        let lifetime = Duration::from_secs(seconds);
        Self { token, renew_at: asked_at.plus(used), expires_at: asked_at.plus(lifetime), lifetime }
    }
}
