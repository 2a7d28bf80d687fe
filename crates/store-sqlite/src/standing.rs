//! Whether a move has left the directory unusable.

use rusqlite::{Connection, OptionalExtension};
use store::StoreError;
use store::transfer::{Standing, State};

use crate::fault::Done;

/// What a move left; `None` for a directory like any other.
pub(crate) fn read(db: &Connection) -> Done<Option<Standing>> {
    let mut statement = db.prepare_cached("SELECT state, of, other FROM standing")?;
    let row = statement.query_row([], |row| {
        Ok(Standing { state: State::decode(row.get(0)?), of: row.get(1)?, other: row.get(2)? })
    });
    Ok(row.optional()?)
}

/// Refuses a directory that is not to be used.
pub(crate) fn check(db: &Connection) -> Done<()> {
    match read(db)? {
        None => Ok(()),
        Some(Standing { state: State::Moved, other, .. }) => Err(StoreError::Moved { to: other }.into()),
        Some(_) => Err(StoreError::Incomplete.into()),
    }
}

/// The same for a process that has it open: whoever asks may ask again elsewhere.
pub(crate) fn check_open(db: &Connection) -> Done<()> {
    check(db).map_err(|fault| match StoreError::from(fault) {
        error @ (StoreError::Moved { .. } | StoreError::Incomplete) => {
            StoreError::Unavailable(error.to_string()).into()
        }
        other => other.into(),
    })
}

/// What a move left, also in a file that is older than moves are, or no directory.
pub(crate) fn known(db: &Connection) -> Done<Option<Standing>> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'standing'";
    if db.query_row(sql, [], |_| Ok(())).optional()?.is_none() {
        return Ok(None);
    }
    read(db)
}
