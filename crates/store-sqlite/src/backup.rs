//! A copy of a database file, consistent also while others write to it.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use store::{StoreError, StoreResult};

use crate::fault::Done;

/// Pages copied between two words about progress: 16 MiB.
const STEP: i32 = 4096;

/// Copies the database at `from` to a new file at `to`, as it is at one moment: writers are not held up, and what they write
/// meanwhile is not in the copy. `progress` hears how many pages are done of how many.
///
/// The copy is one file, without a write-ahead log, and on the disk when this returns.
///
/// # Errors
/// `Unavailable` when a file cannot be opened, read or written; `to` is then of no use.
pub fn backup(from: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> StoreResult<()> {
    copy(from, to, progress).map_err(|fault| {
        let detail = match StoreError::from(fault) {
            StoreError::Unavailable(detail) | StoreError::Internal(detail) => detail,
            other => other.to_string(),
        };
        StoreError::Unavailable(format!("{} to {}: {detail}", from.display(), to.display()))
    })
}

fn copy(from: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Done<()> {
    let existing = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, existing)?;
    source.pragma_update(None, "query_only", true)?;
    // One snapshot for the whole copy: between two steps without it, a writer would make SQLite begin again.
    source.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")?;
    let mut target = Connection::open(to)?;
    target.pragma_update(None, "synchronous", "FULL")?;
    {
        let work = Backup::new(&source, &mut target)?;
        loop {
            let result = work.step(STEP)?;
            let pages = work.progress();
            let count = |n: i32| u64::try_from(n).unwrap_or(0);
            progress(count(pages.pagecount - pages.remaining), count(pages.pagecount));
            match result {
                StepResult::Done => break,
                StepResult::Busy | StepResult::Locked => {
                    std::thread::sleep(std::time::Duration::from_millis(20))
                }
                _ => {}
            }
        }
    }
    source.execute_batch("COMMIT")?;
    // The source is in WAL mode, and so is its copy, page by page; a file that is carried about is better alone.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    target.close().map_err(|(_, error)| error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use store::Store;

    use super::*;
    use crate::{Options, SqliteStore};

    #[tokio::test]
    async fn a_copy_is_one_moment_whatever_is_written_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("provost.db"), folder.path().join("copy.db"));
        SqliteStore::open(&path, Options::default()).unwrap().close().await.unwrap();
        let db = Connection::open(&path).unwrap();
        // Two tables that are always written together, large enough for many steps.
        db.execute_batch(
            "CREATE TABLE left_half (n INTEGER, pad BLOB); CREATE TABLE right_half (n INTEGER, pad BLOB);
             WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 15000)
             INSERT INTO left_half SELECT n, randomblob(2000) FROM c;
             INSERT INTO right_half SELECT n, pad FROM left_half;",
        )
        .unwrap();
        let done = AtomicBool::new(false);
        let ended = &done;
        let steps = std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut n = 15_000;
                while !ended.load(Ordering::Relaxed) {
                    n += 1;
                    let both = format!(
                        "BEGIN IMMEDIATE; INSERT INTO left_half VALUES ({n}, randomblob(2000));
                         INSERT INTO right_half VALUES ({n}, randomblob(2000)); COMMIT;"
                    );
                    db.execute_batch(&both).unwrap();
                }
            });
            let mut steps = 0;
            backup(&path, &copy, &mut |_, _| steps += 1).unwrap();
            ended.store(true, Ordering::Relaxed);
            steps
        });
        assert!(steps > 3, "{steps} steps");
        let copied = Connection::open(&copy).unwrap();
        let sum = |table: &str| -> i64 {
            copied.query_row(&format!("SELECT sum(n) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        assert_eq!(sum("left_half"), sum("right_half"));
        assert!(!folder.path().join("copy.db-wal").exists());
        assert!(crate::inspect(&copy, true).unwrap().damage.is_empty());
    }

    #[test]
    fn what_is_not_there_is_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        let said = backup(&folder.path().join("none.db"), &folder.path().join("copy.db"), &mut |_, _| {});
        assert!(said.unwrap_err().to_string().contains("none.db"));
    }
}
