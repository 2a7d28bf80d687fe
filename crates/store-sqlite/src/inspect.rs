//! A look at a database file that changes nothing in it.

use std::path::Path;

use base::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use store::{StoreError, StoreResult};

use crate::fault::Done;
use crate::migrate;

/// What a look at a database file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The version of its schema; 0 when it holds none.
    pub schema: i64,
    /// The version that this program writes.
    pub known: i64,
    /// When the newest event of its feed came about.
    pub newest_event: Option<Timestamp>,
    /// What SQLite says is damaged; empty when nothing is, or when it was not asked.
    pub damage: Vec<String>,
}

/// Looks at a database file, also while a server runs on it, without bringing its schema up to date. With `thorough`,
/// every page is read and checked, which takes about a second for each gigabyte.
///
/// # Errors
/// `Unavailable` when the file cannot be opened or is no database.
pub fn inspect(path: &Path, thorough: bool) -> StoreResult<Inspection> {
    look(path, thorough).map_err(|fault| {
        let detail = match StoreError::from(fault) {
            StoreError::Unavailable(detail) | StoreError::Internal(detail) => detail,
            other => other.to_string(),
        };
        StoreError::Unavailable(format!("{}: {detail}", path.display()))
    })
}

fn look(path: &Path, thorough: bool) -> Done<Inspection> {
    // For writing, because a WAL database without its `-shm` file cannot be read otherwise; `query_only` keeps it as it is.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    db.pragma_update(None, "query_only", true)?;
    let schema = if migrate::known(&db)? { migrate::version(&db)? } else { 0 };
    let newest_event = if schema == 0 { None } else { newest_event(&db)? };
    let damage = if thorough { damage(&db)? } else { Vec::new() };
    Ok(Inspection { schema, known: migrate::CURRENT, newest_event, damage })
}

fn newest_event(db: &Connection) -> Done<Option<Timestamp>> {
    let sql = "SELECT at FROM event ORDER BY position DESC LIMIT 1";
    Ok(db.query_row(sql, [], |row| row.get(0)).optional()?.map(Timestamp::from_micros))
}

fn damage(db: &Connection) -> Done<Vec<String>> {
    let mut check = db.prepare("PRAGMA quick_check(20)")?;
    let told = check.query_map([], |row| row.get::<_, String>(0))?;
    let told: Vec<String> = told.collect::<Result<_, _>>()?;
    Ok(told.into_iter().filter(|line| line != "ok").collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Store;

    use crate::{Options, SqliteStore};

    #[test]
    fn a_look_finds_the_version_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("provost.db");
        assert!(matches!(inspect(&path, false), Err(StoreError::Unavailable(_))));
        assert!(!path.exists(), "a look makes no file");
        drop(SqliteStore::open(&path, Options::default()).unwrap());
        let seen = inspect(&path, true).unwrap();
        assert_eq!((seen.schema, seen.newest_event, seen.damage.len()), (seen.known, None, 0));
    }

    #[tokio::test]
    async fn damage_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("provost.db");
        // What a closed store leaves is all in the one file.
        SqliteStore::open(&path, Options::default()).unwrap().close().await.unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let length = bytes.len();
        // Beyond the pages that opening reads.
        bytes[length / 2..length / 2 + 4096].fill(0xa5);
        std::fs::write(&path, bytes).unwrap();
        let seen = inspect(&path, true);
        assert!(seen.as_ref().map_or(true, |seen| !seen.damage.is_empty()), "{seen:?}");
    }

    #[test]
    fn what_is_no_database_is_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("provost.db");
        std::fs::write(
            &path,
            "a letter to the editor, longer than a head of a database is, and then some more",
        )
        .unwrap();
        let said = inspect(&path, false).unwrap_err().to_string();
        assert!(said.contains("provost.db"), "{said}");
    }
}
