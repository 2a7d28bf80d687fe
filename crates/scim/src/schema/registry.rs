//! Looking up and adding schemas and resource types.

use std::sync::Arc;

use super::{Attribute, Extension, Mutability, Registry, ResourceType, Schema, SchemaProblem, common};
use crate::dialect::{Dialect, Quirk};

impl Registry {
    /// Every schema, built-ins first.
    #[must_use]
    pub fn schemas(&self) -> &[Arc<Schema>] {
        &self.schemas
    }

    /// Every resource type, in the order in which `/ResourceTypes` lists them.
    #[must_use]
    pub fn types(&self) -> &[Arc<ResourceType>] {
        &self.types
    }

    /// The schema of this URN, whatever its case (S-MODEL-04).
    #[must_use]
    pub fn schema(&self, urn: &str) -> Option<&Arc<Schema>> {
        self.schemas.iter().find(|s| s.id.eq_ignore_ascii_case(urn))
    }

    /// The resource type of this exact name: `User`.
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Option<&Arc<ResourceType>> {
        self.types.iter().find(|t| t.name == name)
    }

    /// The resource type at this path segment: `Users` (S-HTTP-09).
    #[must_use]
    pub fn by_endpoint(&self, segment: &str, dialect: &Dialect) -> Option<&Arc<ResourceType>> {
        let segment = segment.strip_prefix('/').unwrap_or(segment);
        let any_case = dialect.has(Quirk::EndpointCase);
        self.types.iter().find(|t| {
            let own = &t.endpoint[1..];
            if any_case { own.eq_ignore_ascii_case(segment) } else { own == segment }
        })
    }

    /// Adds a schema (S-SCHEMA-08).
    ///
    /// # Errors
    /// When the URN is taken.
    pub fn add_schema(&mut self, schema: Schema) -> Result<Arc<Schema>, SchemaProblem> {
        if self.schema(&schema.id).is_some() {
            return Err(SchemaProblem::new(&*schema.id, "a schema of this URN is registered already"));
        }
        let schema = Arc::new(schema);
        self.schemas.push(schema.clone());
        Ok(schema)
    }

    /// Adds a resource type.
    ///
    /// # Errors
    /// When its name or endpoint is taken, whatever the case.
    pub fn add_resource_type(
        &mut self,
        resource_type: ResourceType,
    ) -> Result<Arc<ResourceType>, SchemaProblem> {
        let resource_type = self.without_common(resource_type);
        let reserved = ["Me", "Bulk", "Schemas", "ResourceTypes", "ServiceProviderConfig"];
        let segment = &resource_type.endpoint[1..];
        if reserved.iter().any(|r| r.eq_ignore_ascii_case(segment)) {
            let message = format!("the endpoint `{}` belongs to the protocol", resource_type.endpoint);
            return Err(SchemaProblem::new(resource_type.name, message));
        }
        for other in &self.types {
            if other.name.eq_ignore_ascii_case(&resource_type.name) {
                return Err(SchemaProblem::new(
                    resource_type.name,
                    "a resource type of this name exists already",
                ));
            }
            if other.endpoint.eq_ignore_ascii_case(&resource_type.endpoint) {
                let message = format!("the endpoint `{}` belongs to `{}`", other.endpoint, other.name);
                return Err(SchemaProblem::new(resource_type.name, message));
            }
        }
        let resource_type = Arc::new(resource_type);
        self.types.push(resource_type.clone());
        Ok(resource_type)
    }

    /// A base schema that lists `id`, `externalId` or `meta`, as older ones do, loses them: the common definition wins
    /// (RFC 7643 §3.1, S-COMMON-09).
    fn without_common(&mut self, mut resource_type: ResourceType) -> ResourceType {
        let is_common = |a: &Arc<Attribute>| common().iter().any(|c| c.name.eq_ignore_ascii_case(&a.name));
        if resource_type.schema.attributes.iter().any(is_common) {
            let mut schema = (*resource_type.schema).clone();
            schema.attributes.retain(|a| !is_common(a));
            let schema = Arc::new(schema);
            for known in self.schemas.iter_mut().filter(|s| s.id == schema.id) {
                *known = Arc::clone(&schema);
            }
            resource_type.schema = schema;
        }
        resource_type
    }

    /// Adds a registered schema to a resource type as an extension.
    ///
    /// # Errors
    /// When either is unknown, or the extension is there already.
    pub fn extend(&mut self, type_name: &str, urn: &str, required: bool) -> Result<(), SchemaProblem> {
        let schema = self
            .schema(urn)
            .cloned()
            .ok_or_else(|| SchemaProblem::new(type_name, format!("schema `{urn}` is not registered")))?;
        let slot = self
            .types
            .iter_mut()
            .find(|t| t.name == type_name)
            .ok_or_else(|| SchemaProblem::new(type_name, "no resource type of this name"))?;
        let mut extensions = slot.extensions.clone();
        extensions.push(Extension { schema, required });
        *slot = Arc::new(ResourceType::new(
            slot.name.clone(),
            slot.endpoint.clone(),
            slot.description.clone(),
            slot.schema.clone(),
            extensions,
        )?);
        Ok(())
    }
}

impl ResourceType {
    /// What is allowed but unwise: extension attributes that have the name of a core attribute (S-MODEL-09).
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut out = Vec::new();
        for extension in &self.extensions {
            for attribute in &extension.schema.attributes {
                let name = &attribute.name;
                if super::resolve::find(&self.schema.attributes, name).is_some()
                    || super::resolve::find(super::common(), name).is_some()
                {
                    out.push(format!(
                        "{}:{name} has the name of a core attribute; without its URN the name means the core one",
                        extension.schema.id
                    ));
                }
            }
        }
        out
    }
}

impl Registry {
    /// The registry as it is shown where a resource type is switched off: without the type, without its base schema, and
    /// without the computed attributes that only point at it, such as the `groups` of users. For discovery; requests are
    /// still read with the full registry.
    #[must_use]
    pub fn without_type(&self, name: &str) -> Self {
        let Some(hidden) = self.resource_type(name).cloned() else { return self.clone() };
        let points_only_there = |attribute: &Arc<Attribute>| {
            attribute.mutability == Mutability::ReadOnly
                && attribute.sub("$ref").is_some_and(|r| {
                    !r.reference_types.is_empty() && r.reference_types.iter().all(|t| *t == hidden.name)
                })
        };
        let pruned = |schema: &Arc<Schema>| {
            if schema.attributes.iter().any(points_only_there) {
                let attributes =
                    schema.attributes.iter().filter(|a| !points_only_there(a)).cloned().collect();
                Arc::new(Schema { attributes, ..Schema::clone(schema) })
            } else {
                schema.clone()
            }
        };
        let types: Vec<_> = self
            .types
            .iter()
            .filter(|t| t.name != hidden.name)
            .map(|t| Arc::new(ResourceType { schema: pruned(&t.schema), ..ResourceType::clone(t) }))
            .collect();
        let used = |schema: &Schema| types.iter().any(|t| t.schema.id == schema.id);
        let schemas =
            self.schemas.iter().filter(|s| s.id != hidden.schema.id || used(s)).map(pruned).collect();
        Self { schemas, types }
    }
}
