//! What expressions and cycles take from outside: time, randomness, and what the tenant is called.

use std::sync::Arc;

use base::{Clock, Entropy};

/// The surroundings of an evaluation. Build it with [`Env::new`].
#[derive(Clone, Debug)]
pub struct Env {
    /// Tells `Now()`, and when retries are due.
    pub clock: Arc<dyn Clock>,
    /// Gives `Guid()` and `RandomString(…)`.
    pub entropy: Arc<dyn Entropy>,
    /// What `DefaultDomain()` gives: the tenant's default domain, such as `contoso.onmicrosoft.com`.
    pub default_domain: Option<String>,
}

impl Env {
    /// Surroundings of a tenant whose default domain is not known.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy, default_domain: None }
    }

    /// The same, of a tenant with this default domain.
    #[must_use]
    pub fn with_default_domain(mut self, domain: impl Into<String>) -> Self {
        self.default_domain = Some(domain.into());
        self
    }
}
