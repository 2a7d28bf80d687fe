//! PATCH paths and projection names: `attr`, `attr.sub`, `attr[filter]`, `attr[filter].sub`, with an optional URN
//! in front (RFC 7644 §3.5.2, Figure 7; §3.10).

mod check;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

pub use parse::parse;

use crate::filter::{AttrPath, Expr, Stage};

/// A path at some stage (see [`crate::filter`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Path<S: Stage> {
    /// What the path names.
    pub target: PathTarget<S>,
}

/// What a path can name.
#[derive(Debug, Clone, PartialEq)]
pub enum PathTarget<S: Stage> {
    /// A bare schema URN: the whole extension container. Before the check, only a URN that cannot be an attribute
    /// (`urn:acme:2.0`) is known to be one; `urn:acme:User` is read as the attribute `User` of `urn:acme`.
    Schema(String),
    /// `attr` or `attr.sub`.
    Attr(S::Attr),
    /// `attr[filter]` or `attr[filter].sub`. The `Attr` never carries a sub-attribute itself.
    Element {
        /// The multi-valued (or, in some dialects, singular complex) attribute.
        attr: S::Attr,
        /// Which elements.
        filter: Box<Expr<S>>,
        /// The sub-attribute of the selected elements. At the parsed stage in the sender's spelling.
        sub: Option<SubName>,
    },
}

/// A sub-attribute name as written (parsed) or in canonical spelling (checked).
pub type SubName = String;

impl<S: Stage> fmt::Display for Path<S>
where
    S::Attr: fmt::Display,
    S::Value: fmt::Display,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            PathTarget::Schema(urn) => f.write_str(urn),
            PathTarget::Attr(attr) => attr.fmt(f),
            PathTarget::Element { attr, filter, sub: None } => write!(f, "{attr}[{filter}]"),
            PathTarget::Element { attr, filter, sub: Some(sub) } => write!(f, "{attr}[{filter}].{sub}"),
        }
    }
}

/// A parsed path that is a plain attribute.
#[must_use]
pub fn plain(urn: Option<String>, name: String, sub: Option<String>) -> AttrPath {
    AttrPath { urn, name, sub }
}
