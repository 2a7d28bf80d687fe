//! Sending one message once.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use base::Clock;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response, Uri};
use service::{Attempt, AttemptOutcome, Courier, Message, Webhook};

use crate::connect::{HttpPool, pool};
use crate::options::Options;
use crate::outcome;
use crate::sign::{seconds, sign};

/// Most of an answer's body that is read: enough to say what was wrong. What has more is cut.
const MOST_READ: usize = 16 * 1024;
/// How long the rest of the body of an answer that said yes may take. It is read only to keep the connection.
const DRAIN: Duration = Duration::from_secs(1);
/// Most of it that is kept.
const SHOWN: usize = 200;

/// Sends by HTTP.
pub struct HttpCourier {
    clock: Arc<dyn Clock>,
    options: Options,
    /// Public ones by TLS; private ones without and with it.
    pools: [OnceLock<Result<HttpPool, String>>; 3],
}

/// What came of a request.
struct Came {
    outcome: AttemptOutcome,
    status: Option<u16>,
    retry_after: Option<u32>,
    detail: Option<String>,
}

impl HttpCourier {
    /// A courier. Nothing is connected yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, options: Options) -> Self {
        Self { clock, options, pools: Default::default() }
    }

    fn pool(&self, webhook: &Webhook, https: bool) -> Result<&HttpPool, String> {
        let at = if webhook.settings.allow_private { 1 + usize::from(https) } else { 0 };
        let made = self.pools[at].get_or_init(|| {
            pool(webhook.policy(), https, &self.options).map_err(|e| format!("TLS cannot be set up: {e}"))
        });
        made.as_ref().map_err(Clone::clone)
    }

    async fn request(&self, webhook: &Webhook, message: &Message) -> Result<Came, (AttemptOutcome, String)> {
        let unusable = |e: String| (AttemptOutcome::Unreachable, e);
        let uri: Uri = webhook.settings.url.parse().map_err(|e| unusable(format!("the URL is none: {e}")))?;
        // A literal address never comes to the resolver.
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        if let Ok(address) = host.parse::<IpAddr>() {
            webhook.policy().permits(address).map_err(|e| (AttemptOutcome::Forbidden, e.to_string()))?;
        }
        let https = uri.scheme_str() != Some("http");
        if !https && !webhook.settings.allow_private {
            return Err((AttemptOutcome::Forbidden, "plain HTTP is for private networks only".to_owned()));
        }
        let now = self.clock.now();
        let request = Request::builder()
            .method(Method::POST)
            .uri(uri)
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .header("user-agent", concat!("Provost/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", seconds(now))
            .header("webhook-signature", sign(webhook.signing(now), &message.id, now, &message.body))
            .body(Full::new(Bytes::from(message.body.clone())))
            .map_err(|e| unusable(e.to_string()))?;
        let pool = self.pool(webhook, https).map_err(unusable)?;
        let response = pool.request(request).await.map_err(|e| outcome::of_error(&e))?;
        Ok(self.came(response).await)
    }

    async fn came(&self, response: Response<Incoming>) -> Came {
        let (head, body) = response.into_parts();
        let (outcome, detail) = outcome::of_status(head.status, &head.headers);
        let said = if outcome == AttemptOutcome::Delivered {
            // The receiver has said that it has it, whatever it does now.
            let _ = tokio::time::timeout(DRAIN, read(body)).await;
            None
        } else {
            read(body).await
        };
        Came {
            outcome,
            status: Some(head.status.as_u16()),
            retry_after: outcome::retry_after(&head.headers, self.clock.now()),
            detail: detail.or(said),
        }
    }
}

/// The beginning of a body as a text of one line. More than the limit is left unread, which closes the connection.
async fn read(mut body: Incoming) -> Option<String> {
    let mut text: Vec<u8> = Vec::new();
    let mut seen = 0;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref() else { continue };
        let room = SHOWN.saturating_mul(4).saturating_sub(text.len());
        text.extend_from_slice(&data[..data.len().min(room)]);
        seen += data.len();
        if seen > MOST_READ {
            break;
        }
    }
    let text = String::from_utf8_lossy(&text);
    let clean = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let clean: String = clean.collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect();
    (!clean.is_empty()).then_some(clean)
}

#[async_trait]
impl Courier for HttpCourier {
    async fn send(&self, webhook: &Webhook, message: &Message) -> Attempt {
        let (at, began) = (self.clock.now(), Instant::now());
        let sending = tokio::time::timeout(self.options.timeout, self.request(webhook, message));
        let failed =
            |(outcome, detail)| Came { outcome, status: None, retry_after: None, detail: Some(detail) };
        let came = match sending.await {
            Ok(Ok(came)) => came,
            Ok(Err(error)) => failed(error),
            Err(_) => failed((AttemptOutcome::TimedOut, "no answer in time".to_owned())),
        };
        Attempt {
            at: at.as_micros(),
            event: message.id.clone(),
            position: message.position,
            kind: message.kind.clone(),
            outcome: came.outcome,
            status: came.status,
            millis: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX),
            retry_after: came.retry_after,
            detail: came.detail,
        }
    }
}

#[cfg(test)]
mod tests;
