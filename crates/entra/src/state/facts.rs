//! Single facts about the job.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::state::fault::Done;
use crate::state::{State, StateFault};

impl State {
    /// A fact, if it is known.
    ///
    /// # Errors
    /// When the database fails or the fact does not read back.
    pub fn fact<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, StateFault> {
        fact(&self.db(), name)
    }

    /// Remembers a fact.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_fact<T: Serialize>(&self, name: &'static str, value: &T) -> Result<(), StateFault> {
        set_fact(&self.db(), name, value)
    }
}

pub(super) fn fact<T: DeserializeOwned>(db: &Connection, name: &'static str) -> Done<Option<T>> {
    let text: Option<String> = db
        .prepare_cached("SELECT value FROM fact WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    text.map(|text| serde_json::from_str(&text).map_err(|e| StateFault::damaged(name, e))).transpose()
}

pub(super) fn set_fact<T: Serialize>(db: &Connection, name: &'static str, value: &T) -> Done<()> {
    let text = serde_json::to_string(value).map_err(|e| StateFault::damaged(name, e))?;
    db.prepare_cached("INSERT INTO fact VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")?
        .execute(params![name, text])?;
    Ok(())
}
