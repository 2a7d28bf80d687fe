//! An operation whose path has been found in the schema: what the rewrites of a dialect and the engine work on.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Op;
use crate::filter::{Checked, Expr, Filter};
use crate::schema::{Attribute, Mutability, Resolved};

/// One change to one place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) op: Op,
    pub(crate) target: Target,
    /// As it was sent; `None` when nothing was.
    pub(crate) value: Option<Value>,
    /// Whether the place was named by a key within a value rather than by a path.
    pub(crate) within_value: bool,
}

/// A place in a resource.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Target {
    /// A whole extension (T9).
    Container(Arc<str>),
    /// An attribute or sub-attribute (T1 to T5, T8, T10).
    Attr(Resolved),
    /// Selected elements of a list, or one sub-attribute of them (T6, T7, T11).
    Element(Element),
}

/// Selected elements of a list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Element {
    /// The list; never with a sub-attribute.
    pub(crate) list: Resolved,
    /// Which elements.
    pub(crate) filter: Expr<Checked>,
    /// What a new element must hold to be one of them; `None` when the filter does not say.
    pub(crate) seed: Option<Map<String, Value>>,
    pub(crate) sub: Option<Arc<Attribute>>,
}

impl Target {
    /// The attribute the place lies in; `None` for a container.
    pub(crate) fn attribute(&self) -> Option<&Resolved> {
        match self {
            Self::Container(_) => None,
            Self::Attr(path) => Some(path),
            Self::Element(element) => Some(&element.list),
        }
    }

    /// The attribute the place ends at.
    pub(crate) fn leaf(&self) -> Option<&Arc<Attribute>> {
        match self {
            Self::Container(_) => None,
            Self::Attr(path) => Some(path.leaf()),
            Self::Element(element) => Some(element.sub.as_ref().unwrap_or(&element.list.attribute)),
        }
    }

    /// Whether the service alone writes here.
    pub(crate) fn is_read_only(&self) -> bool {
        let read_only = |a: &Attribute| a.mutability == Mutability::ReadOnly;
        self.attribute().is_some_and(|path| read_only(&path.attribute))
            || self.leaf().is_some_and(|a| read_only(a))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container(urn) => f.write_str(urn),
            Self::Attr(path) => path.fmt(f),
            Self::Element(element) => {
                write!(f, "{}[{}]", element.list, Filter { expr: element.filter.clone() })?;
                element.sub.as_ref().map_or(Ok(()), |sub| write!(f, ".{}", sub.name))
            }
        }
    }
}
