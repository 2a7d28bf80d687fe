//! What an operator decides once per process.

use std::num::NonZeroU32;
use std::time::Duration;

use base::SealingKey;

/// Configuration of the service.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the world reaches this service: scheme, host and path prefix without a trailing slash. The only source
    /// of `meta.location`; never a request's Host header.
    pub public_url: String,
    /// How long removed resources can be restored.
    pub retention: Duration,
    /// How long events are kept in the feed. Who has not read them by then begins again with a snapshot.
    pub events_kept: Duration,
    /// How long a new connection's successful reads are logged one by one.
    pub setup_window: Duration,
    /// How quiet a connection must be for its batch of changes to count as complete.
    pub quiet: Duration,
    /// How long a connection may be silent before the app is told.
    pub silent_after: Duration,
    /// How old a cached token or tenant may be before it is read again.
    pub cache_age: Duration,
    /// Seals page cursors; kept with the data, so that a walk goes on after a restart and on another node. Without it,
    /// cursors end with the process.
    pub cursor_key: Option<SealingKey>,
    /// Most requests a second of one connection; more are told 429 (S-HTTP-14). `None`, the usual, sets no bound: a
    /// provider that is slowed down by waiting does better than one that is told to come again.
    pub rate_limit: Option<NonZeroU32>,
    /// Bounds on requests.
    pub limits: Limits,
}

impl Config {
    /// The defaults, for a public URL.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            retention: Duration::from_secs(30 * 24 * 3600),
            events_kept: Duration::from_secs(90 * 24 * 3600),
            setup_window: Duration::from_secs(24 * 3600),
            quiet: Duration::from_secs(600),
            silent_after: Duration::from_secs(3 * 24 * 3600),
            cache_age: Duration::from_millis(500),
            cursor_key: None,
            rate_limit: None,
            limits: Limits::default(),
        }
    }

    /// Base URI of every resource: `{public-url}/scim_v2`.
    #[must_use]
    pub fn scim_base(&self) -> String {
        format!("{}/scim_v2", self.public_url)
    }
}

/// Bounds on requests; each one is advertised or named in the error that enforces it.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest request body, in bytes.
    pub body: usize,
    /// How long a request body may take to arrive.
    pub body_time: Duration,
    /// Results on a page unless `count` says otherwise.
    pub default_page: u32,
    /// Most results on a page.
    pub max_page: u32,
    /// Most operations in one bulk request.
    pub bulk_operations: usize,
    /// Most operations in one PATCH.
    pub patch_operations: usize,
    /// Longest a query may scan.
    pub scan: Duration,
    /// How long a page cursor is good for.
    pub cursor_age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 8 * 1024 * 1024,
            body_time: Duration::from_secs(120),
            default_page: 100,
            max_page: 1000,
            bulk_operations: 1000,
            patch_operations: 1000,
            scan: Duration::from_secs(5),
            cursor_age: Duration::from_secs(3600),
        }
    }
}
