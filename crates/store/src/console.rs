//! Who may open the operators' console: one-time links and sessions, as stored. Neither holds what opens it.

use base::Timestamp;

/// A link into the console. It is gone once it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginLink {
    /// SHA-256 of the secret part of the address.
    pub digest: [u8; 32],
    /// Who will be signed in: stands in events and the log.
    pub name: String,
    /// Since when.
    pub created: Timestamp,
    /// Until when.
    pub expires: Timestamp,
}

/// A session of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleSession {
    /// Names it; opens nothing.
    pub id: String,
    /// Who is signed in.
    pub name: String,
    /// SHA-256 of what the browser shows. It is changed now and then.
    pub digest: [u8; 32],
    /// The digest before the latest change: requests that were under way then still show it.
    pub previous: Option<[u8; 32]>,
    /// When the digest was changed last, or made.
    pub rotated: Timestamp,
    /// What forms have to show, so that no other site can send them.
    pub proof: [u8; 32],
    /// Since when.
    pub created: Timestamp,
    /// Latest request, to the minute.
    pub seen: Timestamp,
    /// Until when at the latest, whatever is done with it.
    pub expires: Timestamp,
}
