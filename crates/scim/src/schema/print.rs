//! Schemas and resource types as JSON (RFC 7643 §6, §7). Every characteristic is spelt out, and none is null
//! (S-MODEL-06, S-SCHEMA-04). `enforceCanonicalValues`, which the loader reads, is ours and not shown; `meta` is added by [`crate::discovery`].

use serde_json::{Map, Value, json};

use super::{Attribute, AttributeType, RESOURCE_TYPE, ResourceType, SCHEMA, Schema};

impl Schema {
    /// The schema as a resource, without `meta`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "schemas": [SCHEMA],
            "id": &*self.id,
            "name": self.name,
            "description": self.description,
            "attributes": self.attributes.iter().map(|a| a.to_json()).collect::<Vec<_>>(),
        })
    }
}

impl ResourceType {
    /// The resource type as a resource, without `meta`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "schemas": [RESOURCE_TYPE],
            "id": self.name,
            "name": self.name,
            "endpoint": self.endpoint,
            "description": self.description,
            "schema": &*self.schema.id,
            "schemaExtensions": self
                .extensions
                .iter()
                .map(|e| json!({"schema": &*e.schema.id, "required": e.required}))
                .collect::<Vec<_>>(),
        })
    }
}

impl Attribute {
    /// The definition as `/Schemas` shows it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| {
            out.insert(key.to_owned(), value);
        };
        put("name", json!(self.name));
        put("type", json!(self.ty.as_str()));
        put("multiValued", json!(self.multi_valued));
        put("description", json!(self.description));
        put("required", json!(self.required));
        if !self.canonical_values.is_empty() {
            put("canonicalValues", json!(self.canonical_values));
        }
        if self.is_text() {
            put("caseExact", json!(self.case_exact));
        }
        put("mutability", json!(self.mutability.as_str()));
        put("returned", json!(self.returned.as_str()));
        // Complex attributes and booleans have no uniqueness (RFC 7643 §2.3.2, §2.3.8, erratum 6004).
        if !matches!(self.ty, AttributeType::Complex | AttributeType::Boolean) {
            put("uniqueness", json!(self.uniqueness.as_str()));
        }
        if !self.reference_types.is_empty() {
            put("referenceTypes", json!(self.reference_types));
        }
        if self.ty == AttributeType::Complex {
            put("subAttributes", self.sub_attributes.iter().map(|a| a.to_json()).collect());
        }
        Value::Object(out)
    }
}
