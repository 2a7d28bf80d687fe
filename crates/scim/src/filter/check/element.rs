//! What names mean inside brackets.

use std::sync::Arc;

use crate::error::{Result, ScimError, ScimType};
use crate::filter::AttrPath;
use crate::filter::locate::no_sub_attribute;
use crate::schema::{Attribute, AttributeType, Resolved};

/// What attribute names are relative to.
pub(super) enum Scope {
    /// The resource.
    Resource,
    /// An element of a list: the result is relative to it too.
    Element(Element),
    /// A singular complex attribute: the result is a path from the resource.
    Singular(Resolved),
}

/// An element of a multi-valued attribute.
pub(super) enum Element {
    /// An object of sub-attributes (also what a path selects of a singular attribute).
    Complex(Arc<Attribute>),
    /// A simple value, called `value`.
    Simple(Arc<Attribute>),
}

impl Scope {
    pub(super) fn of(attribute: &Arc<Attribute>) -> Self {
        Self::Element(match attribute.ty {
            AttributeType::Complex => Element::Complex(attribute.clone()),
            _ => Element::Simple(attribute.clone()),
        })
    }
}

impl Element {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Complex(list) | Self::Simple(list) => &list.name,
        }
    }

    pub(super) fn find(&self, path: &AttrPath) -> Result<Resolved> {
        let attribute = match self {
            Self::Complex(list) => sub(list, path)?,
            Self::Simple(list) => {
                if path.urn.is_some() || path.sub.is_some() || !path.name.eq_ignore_ascii_case("value") {
                    let name = &list.name;
                    let detail =
                        format!("`{name}` is a list of simple values: in brackets each is called `value`.");
                    return Err(ScimError::bad(ScimType::InvalidFilter, detail).at(name));
                }
                Arc::new(Attribute { name: "value".to_owned(), multi_valued: false, ..(**list).clone() })
            }
        };
        Ok(Resolved { container: None, attribute, sub: None })
    }
}

/// The sub-attribute, as a path from the resource.
pub(super) fn sub_attribute(parent: &Resolved, path: &AttrPath) -> Result<Resolved> {
    Ok(Resolved { sub: Some(sub(&parent.attribute, path)?), ..parent.clone() })
}

fn sub(complex: &Attribute, path: &AttrPath) -> Result<Arc<Attribute>> {
    let plain = path.urn.is_none() && path.sub.is_none();
    match complex.sub(&path.name).filter(|_| plain) {
        Some(sub) => Ok(sub.clone()),
        None => {
            let detail = no_sub_attribute(complex, &path.to_string());
            Err(ScimError::bad(ScimType::InvalidFilter, detail).at(&complex.name))
        }
    }
}
