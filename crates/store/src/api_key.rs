//! API keys, as stored: never the key itself. They open `/api/v1`, not SCIM.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::TenantId;

/// One key of the REST API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The public handle in the key's text, for listing and revoking. Unique over all tenants.
    pub id: String,
    /// The only tenant it opens; `None` opens all.
    pub tenant: Option<TenantId>,
    /// The operator's name for it.
    pub name: String,
    /// What it may do.
    pub scope: ApiScope,
    /// SHA-256 of the key's text.
    pub digest: [u8; 32],
    /// Since when.
    pub created: Timestamp,
    /// Until when, if ever.
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// Last seen, to the minute.
    pub last_used: Option<Timestamp>,
}

/// What an API key may do. Each scope includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiScope {
    /// Look at everything but secrets.
    Read,
    /// Change learners: create, change, lock out, restore, merge, import; settle held changes.
    Write,
    /// Change tenants, connections, tokens, schemas, settings and keys.
    Admin,
}
