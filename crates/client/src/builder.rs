//! Setting a client up.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base::{AddressPolicy, Clock, Entropy, Hinted, Refused, Secret, SystemClock, SystemEntropy, TlsError};
use hyper::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use crate::connect;
use crate::retry::RetryPolicy;
use crate::send::{Client, Inner};
use crate::trace::WireSink;
use crate::url::{BaseUrl, BaseUrlError, QueryEncoding};

/// The media type of SCIM bodies (RFC 7644 §8.1), written as Entra writes it.
const SCIM_JSON: &str = "application/scim+json; charset=utf-8";

/// Whether an answer that points elsewhere is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirects {
    /// 307 and 308 to the same scheme, host and port: credentials never go elsewhere.
    #[default]
    SameOrigin,
    /// Never.
    None,
}

/// When a query goes as `POST …/.search` instead of GET (RFC 7644 §3.4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchFallback {
    /// Never, as Entra.
    Never,
    /// When the URL would be longer than so many bytes.
    LongerThan(usize),
    /// Always: filters hold personal data that must not be in URLs (RFC 7644 §7.5.2).
    Always,
}

/// Sets a [`Client`] up; see [`Client::builder`].
#[derive(Debug)]
pub struct ClientBuilder {
    base_url: String,
    bearer: Option<Secret<String>>,
    headers: Vec<(String, String)>,
    user_agent: Option<String>,
    extra_query: Vec<String>,
    content_type: String,
    encoding: QueryEncoding,
    redirects: Redirects,
    search: SearchFallback,
    timeout: Duration,
    connect_timeout: Duration,
    max_response: usize,
    policy: AddressPolicy,
    roots: Option<PathBuf>,
    retries: RetryPolicy,
    trace: Option<Arc<dyn WireSink>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl ClientBuilder {
    pub(crate) fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            bearer: None,
            headers: Vec::new(),
            user_agent: None,
            extra_query: Vec::new(),
            content_type: SCIM_JSON.into(),
            encoding: QueryEncoding::default(),
            redirects: Redirects::default(),
            search: SearchFallback::LongerThan(2048),
            timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            max_response: 64 << 20,
            policy: AddressPolicy::Anywhere,
            roots: None,
            retries: RetryPolicy::default(),
            trace: None,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy::new()),
        }
    }

    /// The access token, sent as `Authorization: Bearer` (RFC 6750).
    #[must_use]
    pub fn bearer(mut self, token: Secret<String>) -> Self {
        self.bearer = Some(token);
        self
    }

    /// A header for every request.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The `User-Agent`. None by default, as Entra sends none.
    #[must_use]
    pub fn user_agent(mut self, value: Option<&str>) -> Self {
        self.user_agent = value.map(str::to_owned);
        self
    }

    /// A piece of query for every request, as it stands, such as `aadOptscim062020`.
    #[must_use]
    pub fn extra_query(mut self, text: &str) -> Self {
        self.extra_query.push(text.to_owned());
        self
    }

    /// The media type of request bodies; `application/scim+json; charset=utf-8` by default.
    #[must_use]
    pub fn content_type(mut self, value: &str) -> Self {
        value.clone_into(&mut self.content_type);
        self
    }

    /// How query parameters are encoded; as RFC 3986 by default.
    #[must_use]
    pub const fn query_encoding(mut self, encoding: QueryEncoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Which redirects are followed.
    #[must_use]
    pub const fn redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = redirects;
        self
    }

    /// When queries go as `.search`; for URLs beyond 2 KiB by default.
    #[must_use]
    pub const fn search_fallback(mut self, search: SearchFallback) -> Self {
        self.search = search;
        self
    }

    /// The time one attempt may take from connecting to the answer's last byte; 60 seconds by default.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The time connecting may take of that; 10 seconds by default.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The largest answer taken, in bytes; 64 MiB by default.
    #[must_use]
    pub const fn max_response(mut self, bytes: usize) -> Self {
        self.max_response = bytes;
        self
    }

    /// Which addresses may be dialled; any by default, since the Tenant URL is usually the user's own word.
    #[must_use]
    pub fn address_policy(mut self, policy: AddressPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// A PEM file of certificates to trust beside the machine's own.
    #[must_use]
    pub fn trust(mut self, roots: &Path) -> Self {
        self.roots = Some(roots.to_owned());
        self
    }

    /// When and how often to try again.
    #[must_use]
    pub const fn retries(mut self, policy: RetryPolicy) -> Self {
        self.retries = policy;
        self
    }

    /// Who is shown every exchange.
    #[must_use]
    pub fn trace(mut self, sink: Arc<dyn WireSink>) -> Self {
        self.trace = Some(sink);
        self
    }

    /// The clock that stamps exchanges; the system's by default.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The entropy that spreads retries; the system's by default.
    #[must_use]
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Makes the client. Connects to nothing yet.
    ///
    /// # Errors
    /// When the Tenant URL, a header, the token or the trusted certificates cannot be used.
    pub fn build(self) -> Result<Client, BuildError> {
        let base: BaseUrl = self.base_url.parse()?;
        // The resolver never sees an address that is written out.
        if let Ok(address) = base.host().parse::<IpAddr>() {
            self.policy.permits(address)?;
        }
        let headers = self.default_headers()?;
        let bearer = self.bearer.as_ref().map(authorization).transpose()?;
        let content_type = HeaderValue::from_str(&self.content_type)
            .map_err(|_| BuildError::Header("content-type".into()))?;
        let roots = match &self.roots {
            Some(path) => base::load_certificates(path)?,
            None => Vec::new(),
        };
        let pool = connect::pool(self.policy, base.is_https(), roots, self.connect_timeout)?;
        Ok(Client::new(Inner {
            pool,
            base,
            headers,
            bearer: bearer.into(),
            content_type,
            extra_query: self.extra_query,
            encoding: self.encoding,
            redirects: self.redirects,
            search: self.search,
            timeout: self.timeout,
            max_response: self.max_response,
            retries: self.retries,
            trace: self.trace,
            clock: self.clock,
            entropy: self.entropy,
            discovery: tokio::sync::Mutex::default(),
        }))
    }

    fn default_headers(&self) -> Result<HeaderMap, BuildError> {
        let mut headers = HeaderMap::new();
        let agent = self.user_agent.iter().map(|agent| (USER_AGENT.as_str(), agent.as_str()));
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in agent.chain(own) {
            match (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                (Ok(name), Ok(value)) => headers.insert(name, value),
                _ => return Err(BuildError::Header(name.to_owned())),
            };
        }
        Ok(headers)
    }
}

/// The token as a header's value, hidden from traces.
pub(crate) fn authorization(token: &Secret<String>) -> Result<HeaderValue, BuildError> {
    let mut value =
        HeaderValue::from_str(&format!("Bearer {}", token.expose())).map_err(|_| BuildError::Token)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The Tenant URL is none.
    #[error(transparent)]
    Url(#[from] BaseUrlError),
    /// The Tenant URL names an address that may not be dialled.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The token holds a line break or another character that no header can carry.
    #[error("the token holds a character that no header can carry")]
    Token,
    /// A header's name or value is impossible.
    #[error("header `{0}` cannot be sent")]
    Header(String),
    /// The certificates to trust cannot be read.
    #[error(transparent)]
    Certificates(#[from] TlsError),
    /// The machine's TLS cannot be set up.
    #[error("cannot set TLS up")]
    Tls(#[from] rustls::Error),
}

impl Hinted for BuildError {
    fn hints(&self) -> Vec<String> {
        match self {
            Self::Url(_) => vec!["paste the Tenant URL as the application shows it".into()],
            Self::Refused(_) => vec!["use a public address, or permit this one in the address policy".into()],
            Self::Token => vec!["copy the token again and paste it as one line".into()],
            Self::Header(_) => vec!["names are letters, digits and dashes; values are one line".into()],
            Self::Certificates(error) => error.hints(),
            Self::Tls(_) => vec!["install the system's certificates (package ca-certificates)".into()],
        }
    }
}
