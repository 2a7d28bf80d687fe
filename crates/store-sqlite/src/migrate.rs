//! Bringing a database file to the schema that this program knows.

use base::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use store::StoreError;

use crate::fault::Done;

struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

/// In order, each applied once. One that was released is never changed: its checksum is compared at each start.
const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "directory", sql: include_str!("migrations/0001_directory.sql") },
    Migration { version: 2, name: "api", sql: include_str!("migrations/0002_api.sql") },
    Migration { version: 3, name: "console", sql: include_str!("migrations/0003_console.sql") },
    Migration { version: 4, name: "webhook", sql: include_str!("migrations/0004_webhook.sql") },
    Migration { version: 5, name: "standing", sql: include_str!("migrations/0005_standing.sql") },
    Migration { version: 6, name: "identity_alarm", sql: include_str!("migrations/0006_identity_alarm.sql") },
];

/// The schema version that this program writes.
pub(crate) const CURRENT: i64 = MIGRATIONS[MIGRATIONS.len() - 1].version;

/// Applies what is missing. Several processes may do so at once: each migration is one transaction that begins by
/// looking whether another process did it.
pub(crate) fn migrate(db: &mut Connection, now: Timestamp) -> Done<()> {
    if known(db)? && up_to_date(db)? {
        return Ok(());
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (
            version    INTEGER PRIMARY KEY,
            name       TEXT    NOT NULL,
            sha256     BLOB    NOT NULL,
            applied_at INTEGER NOT NULL
        ) STRICT",
    )?;
    tx.commit()?;
    for migration in MIGRATIONS {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !is_applied(&tx, migration)? {
            tx.execute_batch(migration.sql)?;
            tx.execute(
                "INSERT INTO migration VALUES (?1, ?2, ?3, ?4)",
                params![migration.version, migration.name, digest(migration), now.as_micros()],
            )?;
            tracing::info!(version = migration.version, name = migration.name, "migrated the database");
        }
        tx.commit()?;
    }
    newest(db)?;
    Ok(())
}

/// Whether any migration was ever applied.
pub(crate) fn known(db: &Connection) -> Done<bool> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'";
    Ok(db.query_row(sql, [], |_| Ok(())).optional()?.is_some())
}

fn up_to_date(db: &Connection) -> Done<bool> {
    newest(db)?;
    for migration in MIGRATIONS {
        if !is_applied(db, migration)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Refuses a database that a newer program made.
fn newest(db: &Connection) -> Done<()> {
    let found = version(db)?;
    if found > CURRENT {
        return Err(StoreError::SchemaTooNew { found, known: CURRENT }.into());
    }
    Ok(())
}

/// The version of the newest migration applied; 0 when there is none.
pub(crate) fn version(db: &Connection) -> Done<i64> {
    Ok(db.query_row("SELECT coalesce(max(version), 0) FROM migration", [], |row| row.get(0))?)
}

fn is_applied(db: &Connection, migration: &Migration) -> Done<bool> {
    let applied: Option<Vec<u8>> = db
        .query_row("SELECT sha256 FROM migration WHERE version = ?1", [migration.version], |row| row.get(0))
        .optional()?;
    match applied {
        None => Ok(false),
        Some(found) if found == digest(migration) => Ok(true),
        Some(_) => Err(StoreError::MigrationChanged { version: migration.version }.into()),
    }
}

fn digest(migration: &Migration) -> [u8; 32] {
    base::crypto::sha256(migration.sql.as_bytes())
}

#[cfg(test)]
mod tests;
