//! Requests of the REST API that named themselves (`Idempotency-Key`), so that a repetition is answered and not done.

use base::Timestamp;

/// One such request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Whose: the id of the API key. Two owners may use the same name.
    pub owner: String,
    /// The name that the caller gave it.
    pub name: String,
    /// What the request asked for: SHA-256 of method, path and body.
    pub fingerprint: [u8; 32],
    /// When it was begun.
    pub at: Timestamp,
    /// How it was answered, sealed; `None` while it is being worked on.
    pub answer: Option<String>,
}
