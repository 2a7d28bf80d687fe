//! How a key's name stands in tables.

use store::{ConnectionId, KeyName};

/// A key's name as it stands in a column, or in the list that a resource keeps of its keys.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub(crate) enum KeyCode {
    /// A built-in one, or `-n` for the `externalId` of connection n.
    Number(i64),
    /// A custom attribute's path.
    Path(String),
}

impl From<&KeyName> for KeyCode {
    fn from(name: &KeyName) -> Self {
        match name {
            KeyName::UserName => Self::Number(1),
            KeyName::DisplayName => Self::Number(2),
            KeyName::Email => Self::Number(3),
            KeyName::ExternalId(ConnectionId(id)) => Self::Number(-id),
            KeyName::Attribute(path) => Self::Path(path.clone()),
        }
    }
}

impl rusqlite::ToSql for KeyCode {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        match self {
            Self::Number(number) => number.to_sql(),
            Self::Path(path) => path.to_sql(),
        }
    }
}
