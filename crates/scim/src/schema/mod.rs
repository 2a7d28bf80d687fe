//! Schemas, resource types, and the registry that a tenant's requests are checked against (RFC 7643).

mod attribute;
mod builtin;
mod load;
mod print;
mod registry;
mod resolve;
#[cfg(test)]
mod tests;

pub use attribute::{Attribute, AttributeType, Mutability, Returned, Uniqueness};
pub use builtin::common;
pub use load::SchemaProblem;

use std::sync::Arc;

/// URN of the core User schema.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// URN of the core Group schema.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// URN of the enterprise extension of User.
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// URN of the schema of the service provider configuration.
pub const SERVICE_PROVIDER_CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// URN of the schema of resource types.
pub const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// URN of the schema of schemas.
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// One schema: a URN and its attributes (RFC 7643 §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The URN, in canonical spelling.
    pub id: Arc<str>,
    /// Human-readable name.
    pub name: String,
    /// What it describes.
    pub description: String,
    /// Top-level attributes.
    pub attributes: Vec<Arc<Attribute>>,
}

/// A schema extension of a resource type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The extension's schema.
    pub schema: Arc<Schema>,
    /// Whether each resource must carry it (RFC 7643 §6).
    pub required: bool,
}

/// A resource type: an endpoint, a base schema, extensions (RFC 7643 §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// Name, and `id`: `User`.
    pub name: String,
    /// Endpoint with its leading slash: `/Users`.
    pub endpoint: String,
    /// What it is.
    pub description: String,
    /// The base schema.
    pub schema: Arc<Schema>,
    /// Extensions, in the order they are announced.
    pub extensions: Vec<Extension>,
    /// See [`ResourceType::is_plain`]; worked out once, because it is asked on every read.
    pub(crate) plain: bool,
}

/// The schemas and resource types of one tenant. Built-ins plus whatever was loaded at run time.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    pub(crate) schemas: Vec<Arc<Schema>>,
    pub(crate) types: Vec<Arc<ResourceType>>,
}

/// An attribute reference after it has been found in a resource type: where it lives and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// URN of the extension container that holds it; `None` for core and common attributes, at top level.
    pub container: Option<Arc<str>>,
    /// The attribute.
    pub attribute: Arc<Attribute>,
    /// The sub-attribute, when the path names one.
    pub sub: Option<Arc<Attribute>>,
}

impl Resolved {
    /// The attribute the path ends at.
    #[must_use]
    pub fn leaf(&self) -> &Arc<Attribute> {
        self.sub.as_ref().unwrap_or(&self.attribute)
    }
}

impl std::fmt::Display for Resolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(urn) = &self.container {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.attribute.name)?;
        if let Some(sub) = &self.sub {
            write!(f, ".{}", sub.name)?;
        }
        Ok(())
    }
}
