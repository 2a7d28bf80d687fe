//! Whether a move has left the directory unusable.

use store::StoreError;
use store::transfer::{Standing, State};

use crate::fault::Done;
use crate::link::Link;
use crate::row::text;

/// The code of the error with which the triggers of a moved directory refuse every write, also those of nodes that still
/// run, and of older programs.
pub(crate) const MOVED: &str = "PV001";

/// What a move left; `None` for a directory like any other, and for a schema that is older than moves are.
pub(crate) async fn read(db: &Link) -> Done<Option<Standing>> {
    let known = db.first("SELECT to_regclass('standing') IS NOT NULL", &[]).await?;
    if !known.is_some_and(|row| row.get(0)) {
        return Ok(None);
    }
    let Some(row) = db.first("SELECT state, of, other FROM standing", &[]).await? else { return Ok(None) };
    let state = State::decode(row.try_get(0)?);
    Ok(Some(Standing { state, of: text(&row, 1)?, other: text(&row, 2)? }))
}

/// Refuses a directory that is not to be used.
pub(crate) async fn check(db: &Link) -> Done<()> {
    match read(db).await? {
        None => Ok(()),
        Some(Standing { state: State::Moved, other, .. }) => Err(StoreError::Moved { to: other }.into()),
        Some(_) => Err(StoreError::Incomplete.into()),
    }
}

/// The same for a node that runs: whoever asks may ask again elsewhere.
pub(crate) async fn check_open(db: &Link) -> Done<()> {
    check(db).await.map_err(|fault| match StoreError::from(fault) {
        error @ (StoreError::Moved { .. } | StoreError::Incomplete) => {
            StoreError::Unavailable(error.to_string()).into()
        }
        other => other.into(),
    })
}
