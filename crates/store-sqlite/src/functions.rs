//! SQL functions that do in Rust what SQLite's own cannot do as the contract wants it.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use uuid::Uuid;

use crate::fault::Done;

/// Makes the functions known to a connection.
pub(crate) fn register(db: &Connection) -> Done<()> {
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    // The text of an id: filters may compare it as text.
    db.create_scalar_function("scim_id", 1, pure, |args| {
        let id = Uuid::from_slice(args.get_raw(0).as_blob()?)
            .map_err(|e| rusqlite::Error::UserFunctionError(Box::new(e)))?;
        Ok(id.hyphenated().to_string())
    })?;
    Ok(())
}
