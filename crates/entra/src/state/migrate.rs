//! Bringing a state to the schema that this program knows. Only ever forward.

use rusqlite::{Connection, TransactionBehavior};

use crate::state::StateFault;
use crate::state::fault::Done;

/// In order, each applied once. One that was released is never changed.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_job.sql")];

pub(super) fn migrate(db: &mut Connection) -> Done<()> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StateFault::Newer { found, known });
    }
    for (version, sql) in (1..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", version)?;
        tx.commit()?;
    }
    Ok(())
}
