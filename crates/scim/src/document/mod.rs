//! Resource documents: a JSON object with canonical names, schema types, and nothing unassigned in it.
//!
//! A document holds what is stored: `schemas`, core attributes, extension containers keyed by URN, `externalId`.
//! It never holds `id`, `meta`, computed attributes (`groups`, `manager.$ref`, `manager.displayName`) or relations
//! kept as rows (`members`): those are put in when the resource is rendered.

use serde_json::{Map, Value};

/// A canonical document. Two equal documents are the same resource state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    pub(crate) root: Map<String, Value>,
}

impl Document {
    /// Trusts that `root` is canonical already: what storage gives back.
    #[must_use]
    pub fn from_canonical(root: Map<String, Value>) -> Self {
        Self { root }
    }

    /// The object.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.root
    }

    /// The text that storage keeps.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::Value::Object(self.root.clone()).to_string()
    }
}
