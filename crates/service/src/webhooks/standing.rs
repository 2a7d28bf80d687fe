//! How an endpoint stands: what the worker keeps of it between two rounds.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::courier::Attempt;

/// Attempts kept of each endpoint.
const ATTEMPTS: usize = 100;

/// How an endpoint stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WebhookStanding {
    /// Every event up to this position is told, or its subject is parked.
    #[serde(skip)]
    pub cursor: i64,
    /// Revision of the settings that were worked with: newer ones let everything be tried at once.
    pub revision: i64,
    /// Windows in a row after which the endpoint was left alone for a while, because nothing could be told.
    pub failures: u32,
    /// Since when nothing can be told (µs).
    pub failing_since: Option<i64>,
    /// Subjects whose next event could not be told. Their later events wait; all others go on.
    pub parked: Vec<Parked>,
    /// The replay under way.
    pub replay: Option<ReplayState>,
    /// Number of the last replay that is done.
    pub replayed: u64,
    /// Latest attempts, newest first.
    pub attempts: VecDeque<Attempt>,
    /// Events told, ever.
    pub delivered: u64,
    /// Attempts that failed, ever.
    pub failed: u64,
    /// Events given up after the whole schedule, ever.
    pub given_up: u64,
    /// When one was told last (µs).
    pub delivered_at: Option<i64>,
    /// Up to this position events were gone from the feed before they were told.
    pub missed: Option<i64>,
}

/// A subject that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// Tenant.
    pub tenant: i64,
    /// The subject; an event without one waits alone.
    pub subject: Option<Uuid>,
    /// Position of its first event that is not told.
    pub position: i64,
    /// How often that was tried.
    pub attempts: u32,
    /// When it is tried again (µs).
    pub next: i64,
}

/// A replay under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayState {
    /// Which.
    pub number: u64,
    /// Told up to here.
    pub after: i64,
    /// How often the next one was tried.
    pub attempts: u32,
    /// When it is tried again (µs).
    pub next: i64,
}

impl WebhookStanding {
    /// Keeps an attempt.
    pub fn note(&mut self, attempt: Attempt) {
        self.attempts.push_front(attempt);
        self.attempts.truncate(ATTEMPTS);
    }

    /// Where a subject waits.
    #[must_use]
    pub fn parked_at(&self, tenant: i64, subject: Uuid) -> Option<usize> {
        self.parked.iter().position(|p| p.tenant == tenant && p.subject == Some(subject))
    }
}
