//! Keys: values of a resource that storage finds without reading documents.

use std::borrow::Cow;

use crate::ConnectionId;

/// Which attribute a key stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyName {
    /// `userName`, folded.
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
