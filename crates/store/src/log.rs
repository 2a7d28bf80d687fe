//! The provisioning log: who did what, with what outcome, and what to do about a failure (ruling 9).

use base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ConnectionId, Kind, ResourceId};

/// What was attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// POST.
    Create,
    /// PUT.
    Replace,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
    /// GET, query, search.
    Read,
    /// Bulk as a whole.
    Bulk,
    /// An operator's restore.
    Restore,
    /// A row of a CSV import.
    Import,
    /// A connection took a learner over.
    Adopt,
    /// Sign-in was refused.
    Authenticate,
    /// Settings, tokens, pauses.
    Administer,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Done,
    /// Nothing to change.
    Unchanged,
    /// Refused: the other side's fault.
    Refused,
    /// Failed: our fault.
    Failed,
}

/// An entry to be written, in the transaction of its write where there is one.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLogEntry {
    /// When.
    pub at: Timestamp,
    /// Through which connection.
    pub connection: ConnectionId,
    /// The request's id.
    pub request: String,
    /// What.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// HTTP status.
    pub status: u16,
    /// `scimType` of a failure.
    pub scim_type: Option<String>,
    /// On what.
    pub subject: Option<(Kind, ResourceId)>,
    /// Name of the subject, or what was looked for.
    pub label: String,
    /// Canonical paths that changed.
    pub paths: Vec<String>,
    /// Explanation code of a failure, or a note (`adopted`, `identity_changed`, `unknown_attribute` …).
    pub code: Option<String>,
    /// The sentence the caller got.
    pub detail: Option<String>,
    /// Request and answer, redacted, at most 8 KiB; failures and traced traffic only.
    pub raw: Option<String>,
}

/// An entry as read.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// Ascending within the tenant.
    pub sequence: i64,
    /// The entry.
    pub entry: NewLogEntry,
    /// How often, for coalesced refusals; otherwise 1.
    pub times: u32,
}

/// Which entries to read, newest first.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    /// Only this connection's.
    pub connection: Option<ConnectionId>,
    /// Only about this subject.
    pub subject: Option<ResourceId>,
    /// Only failures.
    pub failures: bool,
    /// Before this sequence.
    pub before: Option<i64>,
}

/// A refused sign-in. Counted per connection, cause and minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// When.
    pub at: Timestamp,
    /// The connection whose handle was presented.
    pub connection: ConnectionId,
    /// Status of the answer.
    pub status: u16,
    /// Closed code: `token_mistyped`, `token_revoked`, `token_expired`, `token_quoted` …
    pub code: String,
    /// The sentence for the administrator.
    pub detail: String,
}

/// One read during set-up, kept in a ring of the latest 200 per connection.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceEntry {
    /// When.
    pub at: Timestamp,
    /// The connection.
    pub connection: ConnectionId,
    /// JSON: method, path, status, summary.
    pub body: String,
}

/// Requests of one connection in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficMinute {
    /// The connection.
    pub connection: ConnectionId,
    /// Minutes since the epoch.
    pub minute: i64,
    /// Successful reads.
    pub reads: u32,
    /// Writes that changed something.
    pub writes: u32,
    /// Requests refused or failed.
    pub failures: u32,
}
