//! Objects of the source as they are kept.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value as Json};

use crate::model::{Attributes, Kind, SourceObject, Value};
use crate::source::{is_graph_name, with_graph_names};
use crate::state::fault::Done;
use crate::state::{State, StateFault, code};

/// What is known of an object of the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The object. `soft_deleted` is set also when the source has it no more.
    pub object: SourceObject,
    /// Since when it is deleted, in microseconds since the epoch.
    pub deleted_at: Option<i64>,
}

impl State {
    /// An object of the source as last imported.
    ///
    /// # Errors
    /// When the database fails.
    pub fn known(&self, kind: Kind, id: &str) -> Result<Option<Known>, StateFault> {
        known(&self.db(), kind, id)
    }
}

pub(super) fn known(db: &Connection, kind: Kind, id: &str) -> Done<Option<Known>> {
    let found = db
        .prepare_cached(
            "SELECT id, attributes, manager, enabled, deleted_at FROM object WHERE kind = ?1 AND id = ?2",
        )?
        .query_row(params![code(kind), id], |row| Ok(read(kind, row)))
        .optional()?;
    found.transpose()
}

/// Reads the columns `id, attributes, manager, enabled, deleted_at`, which come first.
pub(super) fn read(kind: Kind, row: &Row<'_>) -> Done<Known> {
    let text = row.get_ref(1)?.as_str().map_err(|e| StateFault::damaged("object", e))?;
    let Kept(attributes) = serde_json::from_str(text).map_err(|e| StateFault::damaged("object", e))?;
    let deleted_at: Option<i64> = row.get(4)?;
    Ok(Known {
        object: SourceObject {
            kind,
            id: row.get(0)?,
            attributes: with_graph_names(attributes),
            manager: row.get(2)?,
            soft_deleted: deleted_at.is_some(),
            enabled: row.get(3)?,
        },
        deleted_at,
    })
}

/// The attributes as text: once, under the synchronization schema's names.
pub(super) fn written(attributes: &Attributes) -> String {
    let map: Map<String, Json> = attributes
        .iter()
        .filter(|(name, _)| !is_graph_name(name))
        .map(|(name, value)| (name.to_owned(), value.to_json()))
        .collect();
    Json::Object(map).to_string()
}

/// Attributes read back without the detour over a JSON map.
struct Kept(Attributes);

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Kept;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kept, A::Error> {
                let mut pairs = Vec::with_capacity(32);
                while let Some((name, json)) = map.next_entry::<String, Json>()? {
                    pairs.extend(Value::from_json(json).map(|value| (name, value)));
                }
                Ok(Kept(pairs.into_iter().collect()))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}
