//! Keys: values of a resource that storage finds without reading documents.

use std::borrow::Cow;

use scim::filter::{Checked, CompareOp, Expr, Operand};
use scim::schema::{AttributeType, Resolved};

use crate::{ConnectionId, Kind};

/// Which attribute a key stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyName {
    /// `userName` of a learner, folded. Always unique, whatever [`Key::unique`] says.
    UserName,
    /// `displayName`, folded.
    DisplayName,
    /// One of `emails.value`, folded.
    Email,
    /// `externalId` as one connection gave it, exact.
    ExternalId(ConnectionId),
    /// A custom attribute with `uniqueness` other than `none`, by its canonical path.
    Attribute(String),
}

/// One key of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Attribute.
    pub name: KeyName,
    /// Comparable value (see `scim::text::fold`), passed through [`key_text`].
    pub value: String,
    /// Whether no other live resource of the same kind in the tenant may hold it.
    pub unique: bool,
}

/// Longest key kept as it is, in bytes.
const LONGEST: usize = 400;

/// Bounds a key's length: a longer value keeps its first 400 bytes and a digest of the whole.
///
/// Equal values give equal keys, and a value shorter than the bound is a prefix of the key if it is a prefix of the value.
#[must_use]
pub fn key_text(value: &str) -> Cow<'_, str> {
    if value.len() <= LONGEST {
        return Cow::Borrowed(value);
    }
    let mut end = LONGEST;
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    let digest = base::crypto::sha256(value.as_bytes());
    let mut key = String::with_capacity(end + 1 + 64);
    key.push_str(&value[..end]);
    key.push('\u{0}');
    for byte in digest {
        key.push_str(&format!("{byte:02x}"));
    }
    Cow::Owned(key)
}

impl KeyName {
    /// The key that holds every value at this path, of resources of this kind; `None` when no key does. A filter on the
    /// path can be answered from keys. Unique custom attributes are not among them: a schema may be loaded when there
    /// are resources already, whose keys then lack.
    #[must_use]
    pub fn of(kind: Kind, path: &Resolved, connection: ConnectionId) -> Option<Self> {
        if path.container.is_some() {
            return None;
        }
        let leaf = path.leaf();
        match (path.attribute.name.as_str(), path.sub.as_ref().map(|sub| sub.name.as_str())) {
            ("userName", None) if kind == Kind::USER => Some(Self::UserName),
            ("emails", Some("value")) if kind == Kind::USER => Some(Self::Email),
            ("externalId", None) => Some(Self::ExternalId(connection)),
            ("displayName", None)
                if leaf.ty == AttributeType::String && !leaf.multi_valued && !leaf.case_exact =>
            {
                Some(Self::DisplayName)
            }
            _ => None,
        }
    }

    /// The key whose values answer a comparison exactly, and what is asked of them; `None` when no key does.
    #[must_use]
    pub fn asked<'a>(
        kind: Kind,
        path: &Resolved,
        connection: ConnectionId,
        op: CompareOp,
        operand: &'a Operand,
    ) -> Option<(Self, KeyAsked<'a>)> {
        let name = Self::of(kind, path, connection)?;
        let (Operand::Exact(text) | Operand::Folded(text)) = operand else { return None };
        let key = key_text(text);
        match op {
            CompareOp::Eq => Some((name, KeyAsked::Equal(key))),
            // A prefix longer than the longest key is no prefix of the key.
            CompareOp::Sw if !text.is_empty() && key.as_ref() == text => Some((name, KeyAsked::Prefix(text))),
            _ => None,
        }
    }
}

/// What a comparison asks of a key's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyAsked<'a> {
    /// It is this.
    Equal(Cow<'a, str>),
    /// It begins with this, which is not empty.
    Prefix(&'a str),
}

/// What `emails[value eq "…" and …]` asks for whatever else it asks: paths, each of which must have an equal value. An
/// index on one of them finds all that can match; if it is the only term, exactly those.
pub fn equalities<'a>(
    list: &'a Resolved,
    inner: &'a Expr<Checked>,
) -> impl Iterator<Item = (Resolved, &'a Operand)> {
    let terms = match inner {
        Expr::And(terms) => terms.as_slice(),
        single => std::slice::from_ref(single),
    };
    terms.iter().filter_map(|term| match term {
        Expr::Compare(path, CompareOp::Eq, operand) => {
            Some((Resolved { sub: Some(path.attribute.clone()), ..list.clone() }, operand))
        }
        _ => None,
    })
}
