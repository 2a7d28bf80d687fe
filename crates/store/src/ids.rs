//! The ids of stored things.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A tenant, as storage keys it. Never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(pub i64);

/// A connection, as storage keys it. Unique over all tenants, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(pub i64);

/// The SCIM `id`: a UUIDv7, issued by Provost, never reused (S-COMMON-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceId(pub Uuid);

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for ResourceId {
    type Err = NotAnId;

    /// Ids are compared exactly (S-GET-04): only the lower-case hyphenated form is one.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 36 || text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(NotAnId);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
    }
}

/// The text is not an id that Provost could have issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id issued by this service")]
pub struct NotAnId;

/// Which resource type a record is of. Custom types are numbered per tenant from 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kind(pub i16);

impl Kind {
    /// Learners: SCIM `User`.
    pub const USER: Self = Self(1);
    /// Groups: SCIM `Group`.
    pub const GROUP: Self = Self(2);
    /// The first number for custom resource types.
    pub const FIRST_CUSTOM: Self = Self(16);
}
