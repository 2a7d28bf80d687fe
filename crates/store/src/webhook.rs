//! Webhooks: where the app wants to be told, and how far it has been told, as stored.
//!
//! There is no row for each event and endpoint. An endpoint has a place in the feed, and beside it, in
//! [`Progress::body`], the few subjects that could not be told; so an endpoint that has been away costs what one costs
//! that has not.

use base::{Secret, Timestamp};

use crate::TenantId;

/// An endpoint: what an operator decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Names it, within its tenant or among those for all.
    pub id: String,
    /// Whose events; `None` for those of all tenants.
    pub tenant: Option<TenantId>,
    /// Counts changes, from 1; 0 for one that is to be made.
    pub revision: i64,
    /// Since when.
    pub created: Timestamp,
    /// Whether anything is sent.
    pub enabled: bool,
    /// JSON: where to, which events, and the like.
    pub body: String,
    /// JSON: what signatures are made with.
    pub secrets: Secret<String>,
}

/// How far an endpoint has been told. Written by whoever holds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Every event up to this position is told, or stands in `body` as one that is not.
    pub cursor: i64,
    /// Nothing is to be sent before.
    pub not_before: Timestamp,
    /// When there is something to do even without a new event.
    pub wake: Option<Timestamp>,
    /// Whether it fails or is slow: such ones wait in a line of their own.
    pub troubled: bool,
    /// JSON: subjects not told, latest attempts, and the like.
    pub body: String,
}

/// A request for endpoints to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookClaim {
    /// Who asks.
    pub owner: String,
    /// The time.
    pub now: Timestamp,
    /// Until when they are held; then anybody may claim them.
    pub until: Timestamp,
    /// Of which line.
    pub troubled: bool,
    /// Most.
    pub limit: u32,
}

/// What was done for an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSettled {
    /// Whose.
    pub tenant: Option<TenantId>,
    /// Which.
    pub id: String,
    /// Who holds it.
    pub owner: String,
    /// Revision of the settings that were worked with.
    pub revision: i64,
    /// How far it is.
    pub progress: Progress,
    /// The time.
    pub at: Timestamp,
    /// Until when it is held further; `None` lets it go.
    pub until: Option<Timestamp>,
}
