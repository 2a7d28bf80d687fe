//! SCIM access tokens, as stored: never the token itself.

use base::Timestamp;

use crate::{ConnectionId, Grant, TenantId};

/// One token of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Short public id, for listing and revoking.
    pub id: String,
    /// Whose.
    pub tenant: TenantId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// The operator's name for it.
    pub name: String,
    /// What it may do.
    pub grant: Grant,
    /// SHA-256 of the token's text.
    pub digest: [u8; 32],
    /// Since when.
    pub created: Timestamp,
    /// Until when, if ever; an expired token quarantines the provider's job.
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// Last seen, to the minute.
    pub last_used: Option<Timestamp>,
}
