//! Tenants and the schemas they have added.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Kind, TenantId};

/// One customer organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Storage key.
    pub id: TenantId,
    /// The name in paths and commands: unique, lower-case.
    pub name: String,
    /// For people.
    pub display_name: String,
    /// Since when.
    pub created: Timestamp,
    /// Changes with each change of settings, connections or schemas; caches compare it.
    pub revision: i64,
    /// Operator's settings (retention and the like), as JSON.
    pub settings: serde_json::Value,
}

/// A schema or resource type that the tenant added at run time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaDoc {
    /// URN of the schema, or name of the resource type.
    pub name: String,
    /// `Some` for a resource type: the number its records carry.
    pub kind: Option<Kind>,
    /// The JSON as it was loaded.
    pub body: serde_json::Value,
}
