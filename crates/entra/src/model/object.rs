//! Objects of the source.

use crate::model::Value;

/// What an object of the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A person.
    User,
    /// A group.
    Group,
}

impl Kind {
    /// The source object's name in a synchronization schema.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// The SCIM endpoint.
    #[must_use]
    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }
}

/// A user or group as the source returned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceObject {
    /// User or group.
    pub kind: Kind,
    /// Entra's `objectId`.
    pub id: String,
    /// Attributes under the names of the synchronization schema (`objectId`, `mobile`, `telephoneNumber`, …; entra.md
    /// §4.5 names beside Graph's own), without references and without what the engine itself computes (`IsSoftDeleted`).
    pub attributes: Attributes,
    /// The manager's `objectId`, of a user.
    pub manager: Option<String>,
    /// Whether it stands in the source's recycle bin (`deletedDateTime` set).
    pub soft_deleted: bool,
    /// Whether the account is enabled (`accountEnabled`; groups always).
    pub enabled: bool,
}

/// A direct member of a group. The kind is known only where the source says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its `objectId`.
    pub id: String,
    /// What it is, where the source says so.
    pub kind: Option<Kind>,
}

/// Attributes by name. Names are compared exactly, as the engine does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(String, Value)>);

impl Attributes {
    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// Sets or, with `None`, takes out.
    pub fn set(&mut self, name: &str, value: Option<Value>) {
        match (self.0.iter().position(|(n, _)| n == name), value) {
            (Some(at), Some(value)) => self.0[at].1 = value,
            (Some(at), None) => drop(self.0.remove(at)),
            (None, Some(value)) => self.0.push((name.to_owned(), value)),
            (None, None) => {}
        }
    }

    /// All of them, in the source's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v))
    }
}

impl FromIterator<(String, Value)> for Attributes {
    /// Takes the pairs as they come; a name must not come twice.
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}
