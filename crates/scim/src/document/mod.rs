//! Resource documents: a JSON object with canonical names, schema types, and nothing unassigned in it.
//!
//! A document holds what is stored: `schemas`, core attributes, extension containers keyed by URN, `externalId`.
//! It never holds `id`, `meta`, computed attributes (`groups`, `manager.$ref`, `manager.displayName`), relations kept
//! as rows (`members`), or passwords: what is computed is put in when the resource is rendered.

mod read;
mod scalar;
mod unique;
mod value;
mod write;

pub use read::{Incoming, read};
pub(crate) use unique::no_key_twice;
pub use value::{canonical_element, canonical_value};
pub use write::{create, merge, refresh_schemas, replace, validate};

use serde_json::{Map, Value};

use crate::schema::Resolved;

/// A canonical document. Two equal documents are the same resource state; the order of keys does not count.
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

    /// Reads back what [`Document::to_json`] wrote.
    ///
    /// # Errors
    /// When the text is no JSON object: the stored text is damaged.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self::from_canonical)
    }

    /// The object.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.root
    }

    /// The document as text. Storage keeps it after [`Document::take_external_id`]: that id belongs to a connection, not
    /// to the resource.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A map of JSON values always serialises.
        serde_json::to_string(&self.root).unwrap_or_default()
    }

    /// The client's own identifier of the resource.
    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.root.get("externalId")?.as_str()
    }

    /// Takes the client's own identifier out of the document.
    pub fn take_external_id(&mut self) -> Option<String> {
        match self.root.shift_remove("externalId") {
            Some(Value::String(id)) => Some(id),
            _ => None,
        }
    }

    /// Puts the client's own identifier in.
    pub fn set_external_id(&mut self, id: Option<String>) {
        match id {
            Some(id) => {
                self.root.insert("externalId".to_owned(), Value::String(id));
            }
            None => {
                self.root.shift_remove("externalId");
            }
        }
    }

    /// The whole value of the attribute; a sub-attribute in the path is ignored. `None` when it is unassigned.
    #[must_use]
    pub fn attribute(&self, path: &Resolved) -> Option<&Value> {
        match &path.container {
            None => self.root.get(&path.attribute.name),
            Some(urn) => self.root.get(&**urn)?.get(&path.attribute.name),
        }
    }

    /// The value at the path: the attribute, or the sub-attribute of a singular one. `None` when it is unassigned, and
    /// for a sub-attribute of a multi-valued attribute, of which there are many (see [`Document::values`]).
    #[must_use]
    pub fn get(&self, path: &Resolved) -> Option<&Value> {
        let value = self.attribute(path)?;
        match &path.sub {
            None => Some(value),
            Some(sub) => value.as_object()?.get(&sub.name),
        }
    }

    /// Every value at the path: of each element of a list, the sub-attribute if the path names one.
    pub fn values<'a>(&'a self, path: &'a Resolved) -> impl Iterator<Item = &'a Value> {
        let whole = self.attribute(path);
        let elements = match whole {
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        elements.iter().filter_map(move |element| match &path.sub {
            None => Some(element),
            Some(sub) => element.as_object()?.get(&sub.name),
        })
    }

    /// Sets or, with `None`, unassigns a whole attribute; a sub-attribute in the path is ignored. The value must be
    /// canonical. An extension container comes and goes with its attributes; call [`refresh_schemas`] after the last
    /// change.
    pub fn set_attribute(&mut self, path: &Resolved, value: Option<Value>) {
        let name = &path.attribute.name;
        let Some(urn) = &path.container else {
            match value {
                Some(value) => {
                    self.root.insert(name.clone(), value);
                }
                None => {
                    self.root.shift_remove(name);
                }
            }
            return;
        };
        match value {
            Some(value) => {
                let container = self.root.entry(&**urn).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(map) = container {
                    map.insert(name.clone(), value);
                }
            }
            None => {
                if let Some(Value::Object(map)) = self.root.get_mut(&**urn) {
                    map.shift_remove(name);
                    if map.is_empty() {
                        self.root.shift_remove(&**urn);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
