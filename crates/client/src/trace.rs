//! The wire, as seen from here: every request as sent and every answer as received, secrets masked.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base::Timestamp;
use hyper::header::{AUTHORIZATION, COOKIE, HeaderMap, PROXY_AUTHORIZATION, SET_COOKIE};
use hyper::{Method, StatusCode};

/// Takes exchanges as they end. Called on the task that sent the request: be quick.
pub trait WireSink: Send + Sync + fmt::Debug {
    /// One attempt is over.
    fn record(&self, exchange: Exchange);
}

/// One request and what came of it. A retried or redirected request is several.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// When it was sent.
    pub at: Timestamp,
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Headers as sent, secret ones as `****`.
    pub request_headers: Vec<(String, String)>,
    /// The body as sent.
    pub request_body: Option<String>,
    /// What came.
    pub outcome: Outcome,
    /// From the first byte out to the last byte in.
    pub elapsed: Duration,
    /// 1 for the first try.
    pub attempt: u32,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// An answer.
    Answered {
        /// Its status.
        status: StatusCode,
        /// Its headers, secret ones as `****`.
        headers: Vec<(String, String)>,
        /// Its body.
        body: String,
    },
    /// None, and why.
    Failed(String),
}

impl Exchange {
    /// The status, if there was an answer.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        match self.outcome {
            Outcome::Answered { status, .. } => Some(status),
            Outcome::Failed(_) => None,
        }
    }
}

impl fmt::Display for Exchange {
    /// As one would write it down: request lines after `>`, answer lines after `<`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "> {} {}", self.method, self.url)?;
        lines(f, '>', &self.request_headers, self.request_body.as_deref())?;
        match &self.outcome {
            Outcome::Answered { status, headers, body } => {
                writeln!(f, "< {status} ({} ms)", self.elapsed.as_millis())?;
                lines(f, '<', headers, Some(body).filter(|b| !b.is_empty()).map(String::as_str))
            }
            Outcome::Failed(why) => writeln!(f, "! {why} ({} ms)", self.elapsed.as_millis()),
        }
    }
}

fn lines(
    f: &mut fmt::Formatter<'_>,
    mark: char,
    headers: &[(String, String)],
    body: Option<&str>,
) -> fmt::Result {
    for (name, value) in headers {
        writeln!(f, "{mark} {name}: {value}")?;
    }
    for line in body.into_iter().flat_map(str::lines) {
        writeln!(f, "{mark}   {line}")?;
    }
    Ok(())
}

/// Headers for showing.
pub(crate) fn masked(headers: &HeaderMap) -> Vec<(String, String)> {
    let secret = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, SET_COOKIE];
    headers
        .iter()
        .map(|(name, value)| {
            let value = if secret.contains(name) || value.is_sensitive() {
                "****".into()
            } else {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            (name.to_string(), value)
        })
        .collect()
}

/// Keeps every exchange, for tests and short rehearsals.
#[derive(Debug, Default)]
pub struct MemorySink {
    exchanges: Mutex<Vec<Exchange>>,
}

impl MemorySink {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes out what came so far.
    #[must_use]
    pub fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.exchanges.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl WireSink for MemorySink {
    fn record(&self, exchange: Exchange) {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }
}
