//! Setup links: what lets a customer's administrator see the set-up of one connection, for a while.

use base::Timestamp;

use crate::{ConnectionId, TenantId};

/// One link, as stored: never the link itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupLink {
    /// Short public id, for listing and revoking. Unique within the tenant.
    pub id: String,
    /// Whose.
    pub tenant: TenantId,
    /// The only connection it shows.
    pub connection: ConnectionId,
    /// For whom, in the operator's words.
    pub name: String,
    /// SHA-256 of the secret part of the address.
    pub digest: [u8; 32],
    /// Since when.
    pub created: Timestamp,
    /// Until when.
    pub expires: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// When it was first opened.
    pub opened: Option<Timestamp>,
}
