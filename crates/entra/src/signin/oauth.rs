//! OAuth 2.0 client credentials (RFC 6749 §4.4), the client authenticated by a secret or by an assertion (RFC 7523).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base::{Clock, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use client::{Client, ClientBuilder, Method, QueryEncoding, Request, Response, RetryPolicy, lenient};
use tokio::sync::Mutex;

use crate::signin::{Issuer, SignIn, SignInFailure, Token, TokenOrigin};

/// Taken for a token whose answer says nothing of its life, in seconds.
const UNSAID_LIFETIME: u64 = 3600;

/// How long a token endpoint that failed is left alone while there is a token to go on with.
const QUIET: Duration = Duration::from_secs(30);

/// How the client shows the token endpoint who it is.
#[derive(Clone, Debug)]
pub enum ClientAuthentication {
    /// Id and secret in the `Authorization` header (RFC 6749 §2.3.1); Entra's default.
    Basic {
        /// The secret.
        secret: Secret<String>,
    },
    /// Id and secret in the body.
    Body {
        /// The secret.
        secret: Secret<String>,
    },
    /// A signed assertion and no secret: workload identity federation (entra.md §5.1).
    Assertion {
        /// Who signs it.
        issuer: Issuer,
        /// The service principal's object id: the assertion's subject.
        service_principal_id: String,
        /// The application's id: the assertion's audience.
        audience: String,
    },
}

/// Signs in with the client credentials grant.
#[derive(Debug)]
pub struct OAuth {
    endpoint: Client,
    url: String,
    client_id: String,
    authentication: ClientAuthentication,
    scope: Option<String>,
    clock: Arc<dyn Clock>,
    held: Mutex<Option<Token>>,
}

impl OAuth {
    /// Signs in at a token endpoint.
    ///
    /// # Errors
    /// When its URL cannot be used.
    pub fn new(
        token_url: &str,
        client_id: &str,
        authentication: ClientAuthentication,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SignInFailure> {
        Self::through(Client::builder(token_url), token_url, client_id, authentication, clock)
    }

    /// The same through a client that was set up before: with certificates to trust, or an address policy.
    ///
    /// # Errors
    /// When it cannot be built.
    pub fn through(
        builder: ClientBuilder,
        token_url: &str,
        client_id: &str,
        authentication: ClientAuthentication,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SignInFailure> {
        let endpoint = builder
            .content_type("application/x-www-form-urlencoded")
            .retries(RetryPolicy::none())
            .build()
            .map_err(SignInFailure::Address)?;
        let (url, client_id) = (token_url.to_owned(), client_id.to_owned());
        Ok(Self { endpoint, url, client_id, authentication, scope: None, clock, held: Mutex::new(None) })
    }

    /// Asks for a scope.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        self.scope = Some(scope.to_owned());
        self
    }

    fn request(&self) -> Result<Request, SignInFailure> {
        let mut form = Form::default();
        form.push("grant_type", "client_credentials");
        let mut request = Request::new(Method::POST, "");
        match &self.authentication {
            ClientAuthentication::Basic { secret } => {
                let encode = |text: &str| QueryEncoding::Form.encode(text);
                let pair = format!("{}:{}", encode(&self.client_id), encode(secret.expose()));
                request = request.secret(secret.clone()).secret(encode(secret.expose()));
                request = request.header("authorization", &format!("Basic {}", STANDARD.encode(pair)));
            }
            ClientAuthentication::Body { secret } => {
                form.push("client_id", &self.client_id);
                form.push("client_secret", secret.expose());
                request = request.secret(secret.clone()).secret(QueryEncoding::Form.encode(secret.expose()));
            }
            ClientAuthentication::Assertion { issuer, service_principal_id, audience } => {
                form.push("client_id", &self.client_id);
                form.push("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
                let assertion = issuer.assertion(service_principal_id, audience)?;
                form.push("client_assertion", assertion.expose());
                request = request.secret(assertion);
            }
        }
        if let Some(scope) = &self.scope {
            form.push("scope", scope);
        }
        Ok(request.body(form.0))
    }

    async fn ask(&self) -> Result<Token, SignInFailure> {
        // The life is counted from before the request, so that a slow answer cannot make a token seem younger.
        let asked_at = self.clock.now();
        let response = self.endpoint.send(self.request()?).await.map_err(SignInFailure::NoAnswer)?;
        let (token, seconds) = self.granted(&response)?;
        Ok(Token::living(token, asked_at, seconds))
    }

    /// The token and its life in seconds (RFC 6749 §5.1).
    fn granted(&self, response: &Response) -> Result<(Secret<String>, u64), SignInFailure> {
        let text = |name: &str| response.json().and_then(|json| lenient::text(json, name));
        if !response.status().is_success() {
            return Err(SignInFailure::Refused {
                url: self.url.clone(),
                status: response.status().as_u16(),
                error: text("error").map(str::to_owned),
                shown: self.shown(),
                description: text("error_description").map(str::to_owned).or_else(|| {
                    let location = response.location().filter(|_| response.status().is_redirection());
                    location.map(|location| format!("it points to {location}"))
                }),
            });
        }
        let unusable = |problem| SignInFailure::Unusable { url: self.url.clone(), problem };
        let Some(json) = response.json() else { return Err(unusable("it is not JSON")) };
        let token = text("access_token").filter(|t| !t.is_empty());
        let token = token.ok_or_else(|| unusable("it has no access_token"))?;
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(unusable("its access_token holds a character that no token has"));
        }
        if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(unusable("its token_type is not Bearer"));
        }
        let seconds = lenient::get(json, "expires_in").and_then(lenient::unsigned);
        Ok((token.into(), seconds.unwrap_or(UNSAID_LIFETIME)))
    }
}

#[async_trait]
impl SignIn for OAuth {
    async fn authorize(&self) -> Result<Secret<String>, SignInFailure> {
        // Held while asking: many requests that need a token at once cause one question.
        let mut held = self.held.lock().await;
        if let Some(token) = &*held
            && self.clock.now() < token.renew_at
        {
            return Ok(token.token.clone());
        }
        let failure = match self.ask().await {
            Ok(token) => return Ok(held.insert(token).token.clone()),
            Err(failure) => failure,
        };
        // The endpoint is not asked again before each of the requests that wait for it. Whether the present token is still
        // good the target's answers tell.
        if let Some(token) = held.as_mut() {
            let now = self.clock.now();
            token.renew_at = now.plus(QUIET);
            if now < token.expires_at {
                return Ok(token.token.clone());
            }
        }
        Err(failure)
    }

    async fn renew(&self) -> Result<Secret<String>, SignInFailure> {
        let mut held = self.held.lock().await;
        Ok(held.insert(self.ask().await?).token.clone())
    }

    async fn lifetime(&self) -> Option<Duration> {
        self.held.lock().await.as_ref().map(|token| token.lifetime)
    }

    fn origin(&self) -> TokenOrigin {
        TokenOrigin::TokenEndpoint
    }

    fn shown(&self) -> Option<String> {
        match &self.authentication {
            ClientAuthentication::Assertion { issuer, service_principal_id, audience } => {
                Some(issuer.shown(&issuer.v2_issuer(), service_principal_id, audience))
            }
            _ => None,
        }
    }
}

/// `application/x-www-form-urlencoded`.
#[derive(Default)]
struct Form(String);

impl Form {
    fn push(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        self.0.push_str(&QueryEncoding::Form.encode(value));
    }
}
