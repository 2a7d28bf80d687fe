//! The synchronization schema that Entra exports (*Download schema*, Graph `…/jobs/{id}/schema`).
//!
//! [`Schema`] keeps the whole document as it came, members unknown to the engine included and in their order, and beside
//! it the typed parts that the engine uses. Writing it out gives back what was read.

mod parts;
mod read;

#[cfg(test)]
mod tests;

pub use parts::{
    AttributeDefinition, AttributeMappingDefinition, AttributeType, Clause, ClauseGroup, Directory,
    FilterDefinition, FlowBehavior, FlowType, FlowTypes, Mutability, ObjectDefinition,
    ObjectMappingDefinition, SourceDefinition, SourceType, SynchronizationRule,
};

use std::fmt;

use serde_json::Value as Json;

/// A synchronization schema.
#[derive(Clone, Debug)]
pub struct Schema {
    /// All of it, as it was read.
    document: Json,
    /// The directories and what is in them. Empty in a schema that was read without its `directories`.
    pub directories: Vec<Directory>,
    /// The synchronization rules, by ascending priority.
    pub rules: Vec<SynchronizationRule>,
}

/// Which attribute becomes `externalId` of users in the default mapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DefaultMapping {
    /// Entra's default is `mailNickname`; vendors ask admins to change it.
    pub external_id: ExternalId,
}

/// The source of `externalId`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExternalId {
    /// `objectId`: never changes, never reused.
    ObjectId,
    /// `mailNickname`: what a fresh app has (entra.md §4.5).
    #[default]
    MailNickname,
}

/// A fresh non-gallery app's schema, composed from public sources (entra.md §4.5); its order and metadata are not those of
/// a real export (unverified).
const DEFAULT: &str = include_str!("default_scim.json");

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// Everything that is wrong with its form, each with its place. What it means is checked by
    /// [`Mapping::check`](crate::mapping::Mapping::check).
    pub fn read(text: &str) -> Result<Self, Vec<SchemaFault>> {
        // Files saved by Windows tools begin with a byte order mark.
        let text = text.trim_start_matches('\u{feff}');
        let document = serde_json::from_str(text).map_err(|error| {
            vec![SchemaFault {
                pointer: String::new(),
                message: format!("this is no JSON: {error}"),
                hint: None,
                expression: None,
            }]
        })?;
        Self::from_json(document)
    }

    /// The same from JSON that has been read already.
    ///
    /// # Errors
    /// As [`Schema::read`].
    pub fn from_json(document: Json) -> Result<Self, Vec<SchemaFault>> {
        let mut reader = read::Reader::default();
        let (directories, rules) =
            (read::directories(&mut reader, &document), read::rules(&mut reader, &document));
        if reader.faults.is_empty() { Ok(Self { document, directories, rules }) } else { Err(reader.faults) }
    }

    /// The schema that a fresh non-gallery SCIM app has. A test reads it.
    #[must_use]
    pub fn default_scim(defaults: DefaultMapping) -> Self {
        let mut document: Json = serde_json::from_str(DEFAULT).unwrap_or_default();
        if defaults.external_id == ExternalId::ObjectId {
            let mappings = document.pointer_mut("/synchronizationRules/0/objectMappings/0/attributeMappings");
            let external = |mapping: &&mut Json| mapping["targetAttributeName"] == "externalId";
            if let Some(mapping) =
                mappings.and_then(Json::as_array_mut).and_then(|m| m.iter_mut().find(external))
            {
                mapping["source"]["expression"] = "[objectId]".into();
                mapping["source"]["name"] = "objectId".into();
            }
        }
        let mut reader = read::Reader::default();
        let (directories, rules) =
            (read::directories(&mut reader, &document), read::rules(&mut reader, &document));
        Self { document, directories, rules }
    }

    /// The document as it was read, to the last member.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.document.clone()
    }

    /// The directory of this name.
    #[must_use]
    pub fn directory(&self, name: &str) -> Option<&Directory> {
        self.directories.iter().find(|directory| directory.name == name)
    }
}

impl Directory {
    /// The object of this name.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&ObjectDefinition> {
        self.objects.iter().find(|object| object.name == name)
    }
}

impl ObjectDefinition {
    /// The attribute of this name; an exact match wins over one that differs in case.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&AttributeDefinition> {
        let exact = self.attributes.iter().find(|attribute| attribute.name == name);
        exact.or_else(|| self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name)))
    }
}

impl fmt::Display for Schema {
    /// Indented JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string_pretty(&self.document).map_err(|_| fmt::Error)?)
    }
}

/// Something that is wrong with a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole document.
    pub pointer: String,
    /// What is wrong, as a sentence without its full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The place inside the expression that `pointer` names.
    pub expression: Option<Box<crate::expression::ExpressionFault>>,
}

impl fmt::Display for SchemaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str(&self.message),
            pointer => write!(f, "{pointer}: {}", self.message),
        }
    }
}

impl std::error::Error for SchemaFault {}

impl base::Hinted for SchemaFault {
    fn hints(&self) -> Vec<String> {
        let inner = self.expression.iter().flat_map(|fault| base::Hinted::hints(fault.as_ref()));
        self.hint.iter().cloned().chain(inner).collect()
    }
}
