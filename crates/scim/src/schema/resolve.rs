//! From a name in a filter, path or projection to the attribute it means (RFC 7644 §3.10).

use std::sync::Arc;

use super::{Attribute, Extension, GROUP, Resolved, ResourceType, common};
use crate::filter::AttrPath;

/// The attribute of this name, whatever its case.
pub(crate) fn find<'a>(attributes: &'a [Arc<Attribute>], name: &str) -> Option<&'a Arc<Attribute>> {
    attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name))
}

impl ResourceType {
    /// Finds the attribute a path means; case never matters. A name without URN means the core attribute or common
    /// attribute of that name, else the extension attribute, if only one extension has it (S-FILTER-11).
    ///
    /// `None` when there is no such attribute or sub-attribute, or when several extensions have it.
    #[must_use]
    pub fn resolve(&self, path: &AttrPath) -> Option<Resolved> {
        let (container, attribute) = match &path.urn {
            Some(urn) if urn.eq_ignore_ascii_case(&self.schema.id) => (None, self.core(&path.name)?),
            Some(urn) => {
                let schema = &self.container(urn)?.schema;
                (Some(schema.id.clone()), find(&schema.attributes, &path.name)?)
            }
            None => match self.core(&path.name) {
                Some(attribute) => (None, attribute),
                None => self.in_one_extension(&path.name)?,
            },
        };
        let sub = match &path.sub {
            Some(name) => Some(attribute.sub(name)?.clone()),
            None => None,
        };
        Some(Resolved { container, attribute: attribute.clone(), sub })
    }

    /// The attribute of this name at the top level of a resource: of the base schema, or common.
    #[must_use]
    pub fn core(&self, name: &str) -> Option<&Arc<Attribute>> {
        find(&self.schema.attributes, name).or_else(|| find(common(), name))
    }

    /// The extension of this URN, whatever its case.
    #[must_use]
    pub fn container(&self, urn: &str) -> Option<&Extension> {
        self.extensions.iter().find(|e| e.schema.id.eq_ignore_ascii_case(urn))
    }

    /// The multi-valued attribute that storage keeps as rows of its own, outside the document: the members of a core
    /// Group.
    #[must_use]
    pub fn relation(&self) -> Option<&Arc<Attribute>> {
        if &*self.schema.id == GROUP { find(&self.schema.attributes, "members") } else { None }
    }

    /// Whether everything that is stored is also shown, so that the stored text can be sent as it is.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    fn in_one_extension(&self, name: &str) -> Option<(Option<Arc<str>>, &Arc<Attribute>)> {
        let mut found = self
            .extensions
            .iter()
            .filter_map(|e| Some((Some(e.schema.id.clone()), find(&e.schema.attributes, name)?)));
        let first = found.next()?;
        if found.next().is_some() { None } else { Some(first) }
    }
}

impl super::Schema {
    /// The attribute of this name, whatever its case.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Arc<Attribute>> {
        find(&self.attributes, name)
    }
}
