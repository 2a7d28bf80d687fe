//! Entra's side of tokens: what it issues itself, signed with a key whose public half it publishes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use base::{Clock, Entropy, Secret, Timestamp, random_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

use crate::signin::{KeyFault, SignIn, SignInFailure, SigningKey, Token, TokenOrigin};

/// The application that every non-gallery app's token is made out to (entra.md §5.1).
pub const NON_GALLERY_APP: &str = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621";

/// How long an issued token lives, in seconds: Entra's live between 60 and 90 minutes.
const LIFETIME: u64 = 3600;

/// A stand-in for a customer's Entra tenant as an issuer of tokens.
#[derive(Clone, Debug)]
pub struct Issuer {
    key: SigningKey,
    tenant_id: String,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Issuer {
    /// Issues for this tenant (its directory id) with this key.
    #[must_use]
    pub fn new(tenant_id: &str, key: SigningKey, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { key, tenant_id: tenant_id.to_owned(), clock, entropy }
    }

    /// The key set to publish (RFC 7517 §5).
    #[must_use]
    pub fn jwks(&self) -> Json {
        json!({"keys": [self.key.public_jwk()]})
    }

    /// `iss` of the tokens sent when the Secret Token is left blank.
    #[must_use]
    pub fn v1_issuer(&self) -> String {
        format!("https://sts.windows.net/{}/", self.tenant_id)
    }

    /// `iss` of client assertions.
    #[must_use]
    pub fn v2_issuer(&self) -> String {
        format!("https://login.microsoftonline.com/{}/v2.0", self.tenant_id)
    }

    /// What whoever checks a token of this issuer must accept. No secret is in it.
    pub(super) fn shown(&self, issuer: &str, service_principal_id: &str, audience: &str) -> String {
        let key = self.key.id();
        format!("issuer {issuer}, audience {audience}, subject {service_principal_id}, key {key}")
    }

    /// The client assertion of workload identity federation (RFC 7523 §3): from the service principal to the
    /// application.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn assertion(&self, service_principal_id: &str, audience: &str) -> Result<Secret<String>, KeyFault> {
        let mut claims = self.claims(&self.v2_issuer(), service_principal_id, audience);
        claims["ver"] = json!("2.0");
        self.key.sign(&claims)
    }

    fn entra_token(&self, service_principal_id: &str, audience: &str) -> Result<Secret<String>, KeyFault> {
        let mut claims = self.claims(&self.v1_issuer(), service_principal_id, audience);
        claims["appid"] = json!("00000014-0000-0000-c000-000000000000");
        claims["idp"] = json!(self.v1_issuer());
        claims["ver"] = json!("1.0");
        self.key.sign(&claims)
    }

    fn claims(&self, issuer: &str, service_principal_id: &str, audience: &str) -> Json {
        let now = seconds(self.clock.now());
        json!({
            "aud": audience,
            "iss": issuer,
            "iat": now,
            // As Entra does, for clocks that are a little behind.
            "nbf": now - 300,
            "exp": now + LIFETIME as i64,
            "oid": service_principal_id,
            "sub": service_principal_id,
            "tid": self.tenant_id,
            "uti": URL_SAFE_NO_PAD.encode(random_bytes::<16>(self.entropy.as_ref())),
        })
    }
}

fn seconds(now: Timestamp) -> i64 {
    now.as_millis().div_euclid(1000)
}

/// Signs in with a token of Entra's own: what happens when the Secret Token is left blank (§5.1).
#[derive(Debug)]
pub struct EntraToken {
    issuer: Issuer,
    service_principal_id: String,
    audience: String,
    held: Mutex<Option<Token>>,
}

impl EntraToken {
    /// Tokens of this service principal for an application: [`NON_GALLERY_APP`], or a gallery application's template.
    #[must_use]
    pub fn new(issuer: Issuer, service_principal_id: &str, audience: &str) -> Self {
        Self {
            issuer,
            service_principal_id: service_principal_id.to_owned(),
            audience: audience.to_owned(),
            held: Mutex::new(None),
        }
    }

    fn issue(&self) -> Result<Secret<String>, SignInFailure> {
        let token = self.issuer.entra_token(&self.service_principal_id, &self.audience)?;
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Token::living(token.clone(), self.issuer.clock.now(), LIFETIME));
        Ok(token)
    }
}

#[async_trait]
impl SignIn for EntraToken {
    async fn authorize(&self) -> Result<Secret<String>, SignInFailure> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match held.filter(|held| self.issuer.clock.now() < held.renew_at) {
            Some(held) => Ok(held.token),
            None => self.issue(),
        }
    }

    async fn renew(&self) -> Result<Secret<String>, SignInFailure> {
        self.issue()
    }

    async fn lifetime(&self) -> Option<Duration> {
        Some(Duration::from_secs(LIFETIME))
    }

    fn origin(&self) -> TokenOrigin {
        TokenOrigin::Entra
    }

    fn shown(&self) -> Option<String> {
        let issuer = &self.issuer;
        Some(issuer.shown(&issuer.v1_issuer(), &self.service_principal_id, &self.audience))
    }
}
