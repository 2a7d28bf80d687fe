//! Sending: one attempt, and the loop of redirects and retries around it.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use base::{Clock, Entropy, Secret};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Method, StatusCode, Uri};

use crate::builder::{BuildError, ClientBuilder, Redirects, SearchFallback, authorization};
use crate::connect::{HttpPool, refusal};
use crate::discovery::Cache;
use crate::echo;
use crate::failure::{ScimFailure, TransportFailure, TransportKind};
use crate::judge;
use crate::request::{Request, Safety};
use crate::response::Response;
use crate::retry::{self, RetryPolicy, Trouble};
use crate::trace::{Exchange, Outcome, WireSink, masked};
use crate::url::{BaseUrl, QueryEncoding};

/// Redirects followed for one attempt.
const MAX_HOPS: u32 = 3;

/// A SCIM client for one Tenant URL. Clones share connections and caches.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) pool: HttpPool,
    pub(crate) base: BaseUrl,
    pub(crate) headers: HeaderMap,
    /// The access token, which is renewed while requests are under way.
    pub(crate) bearer: RwLock<Option<HeaderValue>>,
    pub(crate) content_type: HeaderValue,
    pub(crate) extra_query: Vec<String>,
    pub(crate) encoding: QueryEncoding,
    pub(crate) redirects: Redirects,
    pub(crate) search: SearchFallback,
    pub(crate) timeout: Duration,
    pub(crate) max_response: usize,
    pub(crate) retries: RetryPolicy,
    pub(crate) trace: Option<Arc<dyn WireSink>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) discovery: tokio::sync::Mutex<Cache>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.inner.base.to_string()).finish_non_exhaustive()
    }
}

/// A request as it goes out, kept for repetition.
struct Prepared {
    method: Method,
    headers: HeaderMap,
    body: Bytes,
    safety: Safety,
    secrets: Vec<Secret<String>>,
}

impl Client {
    /// Starts setting up a client for a Tenant URL.
    #[must_use]
    pub fn builder(base_url: &str) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// The Tenant URL.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.inner.base
    }

    /// Puts another access token in the place of the present one, for this client and its clones. Requests under way
    /// keep theirs.
    ///
    /// # Errors
    /// When no header can carry the token.
    pub fn set_bearer(&self, token: &Secret<String>) -> Result<(), BuildError> {
        let value = authorization(token)?;
        *self.inner.bearer.write().unwrap_or_else(PoisonError::into_inner) = Some(value);
        Ok(())
    }

    /// The URL a request would go to.
    #[must_use]
    pub fn url_of(&self, request: &Request) -> String {
        let mut query = request.encoded_query(self.inner.encoding);
        query.extend(self.inner.extra_query.iter().cloned());
        self.inner.base.join(&request.path, &query)
    }

    /// Sends a request and gives the answer, whatever its status; following redirects within the origin and trying
    /// again as the policy says.
    ///
    /// # Errors
    /// [`ScimFailure::Request`] when it cannot be written, [`ScimFailure::Transport`] when no answer came.
    pub async fn send(&self, request: Request) -> Result<Response, ScimFailure> {
        let url = self.url_of(&request);
        let uri: Uri = url.parse().map_err(|_| ScimFailure::Request(format!("`{url}` is no URL")))?;
        let prepared = self.prepare(request)?;
        let mut attempt = 1;
        loop {
            let result = self.follow(&prepared, uri.clone(), attempt).await;
            let Some(wait) = self.wait(&prepared, attempt, &result) else { return result };
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    fn prepare(&self, request: Request) -> Result<Prepared, ScimFailure> {
        if let Some(fault) = request.fault {
            return Err(ScimFailure::Request(fault));
        }
        let mut headers = self.inner.headers.clone();
        if let Some(bearer) = &*self.inner.bearer.read().unwrap_or_else(PoisonError::into_inner) {
            headers.entry(AUTHORIZATION).or_insert_with(|| bearer.clone());
        }
        if request.body.is_some() {
            headers.insert(CONTENT_TYPE, self.inner.content_type.clone());
        }
        for name in &request.without {
            headers.remove(name);
        }
        headers.extend(request.headers);
        Ok(Prepared {
            method: request.method,
            headers,
            body: request.body.unwrap_or_default(),
            safety: request.safety,
            secrets: request.secrets,
        })
    }

    fn wait(
        &self,
        prepared: &Prepared,
        attempt: u32,
        result: &Result<Response, ScimFailure>,
    ) -> Option<Duration> {
        let trouble = Trouble::of(result)?;
        let asked =
            result.as_ref().ok().and_then(|r| retry::retry_after(&r.headers, self.inner.clock.as_ref()));
        let random = retry::random(self.inner.entropy.as_ref());
        self.inner.retries.wait(attempt, prepared.safety, trouble, asked, random)
    }

    async fn follow(&self, prepared: &Prepared, mut uri: Uri, attempt: u32) -> Result<Response, ScimFailure> {
        for _ in 0..MAX_HOPS {
            let response = self.exchange(prepared, uri.clone(), attempt).await?;
            match self.next_hop(&uri, &response) {
                Some(next) => uri = next,
                None => return Ok(response),
            }
        }
        self.exchange(prepared, uri, attempt).await
    }

    /// Where a 307 or 308 points, if that is where credentials may go (S-CLI-14).
    fn next_hop(&self, from: &Uri, response: &Response) -> Option<Uri> {
        let moved =
            [StatusCode::TEMPORARY_REDIRECT, StatusCode::PERMANENT_REDIRECT].contains(&response.status);
        if !moved || self.inner.redirects == Redirects::None {
            return None;
        }
        let location = response.location()?;
        // A path alone stays where it is; `//host` is another host.
        let target = match location.starts_with('/') && !location.starts_with("//") {
            true => format!("{}://{}{location}", from.scheme_str()?, from.authority()?),
            false => location.to_owned(),
        };
        target.parse().ok().filter(|uri| self.inner.base.is_origin_of(uri))
    }

    /// One attempt, shown to the trace however it ends.
    async fn exchange(&self, prepared: &Prepared, uri: Uri, attempt: u32) -> Result<Response, ScimFailure> {
        let (url, at, started) = (uri.to_string(), self.inner.clock.now(), Instant::now());
        let answer = tokio::time::timeout(self.inner.timeout, self.transmit(prepared, uri)).await;
        let elapsed = started.elapsed();
        let result = match answer {
            Ok(Ok((status, mut headers, mut body))) => {
                echo::take_out(&prepared.headers, &prepared.secrets, &mut headers, &mut body);
                Ok(Response {
                    json: judge::parse(&body),
                    text: body,
                    status,
                    headers,
                    elapsed,
                    url,
                    attempts: attempt,
                    method: prepared.method.clone(),
                })
            }
            Ok(Err((kind, source))) => Err(transport(prepared, url, kind, source)),
            Err(_) => Err(transport(prepared, url, TransportKind::Timeout, None)),
        };
        if let Some(sink) = &self.inner.trace {
            sink.record(Exchange { at, elapsed, attempt, ..exchange_of(prepared, &result) });
        }
        result.map_err(ScimFailure::Transport)
    }

    async fn transmit(
        &self,
        prepared: &Prepared,
        uri: Uri,
    ) -> Result<(StatusCode, HeaderMap, String), Failed> {
        let mut request = hyper::Request::new(Full::new(prepared.body.clone()));
        *request.method_mut() = prepared.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = prepared.headers.clone();
        let answer = self.inner.pool.request(request).await.map_err(|error| {
            let kind = if let Some(refused) = refusal(&error) {
                TransportKind::Refused(refused)
            } else if base::find_cause::<rustls::Error>(&error).is_some() {
                TransportKind::Tls
            } else if error.is_connect() {
                TransportKind::Connect
            } else {
                TransportKind::Broken
            };
            (kind, Some(error.into()))
        })?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, self.inner.max_response).collect().await.map_err(|error| {
            let too_large = error.downcast_ref::<LengthLimitError>().is_some();
            let kind = if too_large {
                TransportKind::TooLarge(self.inner.max_response)
            } else {
                TransportKind::Broken
            };
            (kind, Some(error))
        })?;
        let text = String::from_utf8(body.to_bytes().into())
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok((head.status, head.headers, text))
    }
}

type Failed = (TransportKind, Option<Box<dyn std::error::Error + Send + Sync>>);

fn transport(
    prepared: &Prepared,
    url: String,
    kind: TransportKind,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
) -> TransportFailure {
    TransportFailure { method: prepared.method.clone(), url, kind, source }
}

/// What the trace shows, but for its times.
fn exchange_of(prepared: &Prepared, result: &Result<Response, TransportFailure>) -> Exchange {
    let (url, outcome) = match result {
        Ok(response) => {
            let (status, headers, body) = (response.status, masked(&response.headers), response.text.clone());
            (&response.url, Outcome::Answered { status, headers, body })
        }
        Err(failure) => (&failure.url, Outcome::Failed(failure.kind.to_string())),
    };
    let body = &prepared.body;
    Exchange {
        at: base::Timestamp::EPOCH,
        method: prepared.method.clone(),
        url: url.clone(),
        request_headers: masked(&prepared.headers),
        request_body: (!body.is_empty()).then(|| String::from_utf8_lossy(body).into_owned()),
        outcome,
        elapsed: Duration::ZERO,
        attempt: 0,
    }
}
