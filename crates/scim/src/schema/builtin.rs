//! The schemas of RFC 7643 §8.7 with the verified errata, from the JSON files under `schemas/`.

use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::load::{self, Nesting, SchemaProblem};
use super::{Attribute, Registry, ResourceType, Schema};

const FILES: [(&str, Nesting); 6] = [
    (include_str!("../../schemas/user.json"), Nesting::TwoLevels),
    (include_str!("../../schemas/group.json"), Nesting::TwoLevels),
    (include_str!("../../schemas/enterprise-user.json"), Nesting::TwoLevels),
    (include_str!("../../schemas/service-provider-config.json"), Nesting::TwoLevels),
    (include_str!("../../schemas/resource-type.json"), Nesting::TwoLevels),
    // The schema of schemas is the one that describes the sub-attributes of sub-attributes (S-MODEL-01).
    (include_str!("../../schemas/schema.json"), Nesting::Any),
];
const TYPES: &str = include_str!("../../schemas/types.json");
const COMMON: &str = include_str!("../../schemas/common.json");

static BUILTIN: LazyLock<Registry> =
    LazyLock::new(|| read_registry().expect("the built-in schemas are valid: a test loads them"));
static ATTRIBUTES: LazyLock<Vec<Arc<Attribute>>> =
    LazyLock::new(|| read_common().expect("the common attributes are valid: a test loads them"));

/// The attributes that every resource has and no schema lists: `schemas`, `id`, `externalId`, `meta`
/// (RFC 7643 §3, §3.1).
#[must_use]
pub fn common() -> &'static [Arc<Attribute>] {
    &ATTRIBUTES
}

impl Registry {
    /// User with its enterprise extension, Group, and the schemas of the discovery resources.
    #[must_use]
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }
}

fn json(text: &str) -> Result<Value, SchemaProblem> {
    serde_json::from_str(text).map_err(|e| SchemaProblem::new("", e.to_string()))
}

fn read_registry() -> Result<Registry, SchemaProblem> {
    let mut registry = Registry::default();
    for (text, nesting) in FILES {
        registry.schemas.push(Arc::new(load::schema(&json(text)?, nesting)?));
    }
    for definition in json(TYPES)?.as_array().into_iter().flatten() {
        let resource_type = ResourceType::from_json(definition, &registry)?;
        registry.types.push(Arc::new(resource_type));
    }
    Ok(registry)
}

fn read_common() -> Result<Vec<Arc<Attribute>>, SchemaProblem> {
    load::attributes(&json(COMMON)?, "common", Nesting::TwoLevels)
}

impl Schema {
    /// Whether this is one of the schemas that every tenant has.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        BUILTIN.schemas.iter().any(|s| s.id == self.id)
    }
}
