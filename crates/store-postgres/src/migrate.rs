//! Bringing a schema to what this program knows.

use base::Timestamp;
use store::StoreError;

use crate::fault::Done;
use crate::link::Link;

struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

/// In order, each applied once; see `migrations/README.md`.
const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "directory", sql: include_str!("migrations/0001_directory.sql") },
    Migration { version: 2, name: "console", sql: include_str!("migrations/0002_console.sql") },
    Migration { version: 3, name: "webhook", sql: include_str!("migrations/0003_webhook.sql") },
    Migration { version: 4, name: "standing", sql: include_str!("migrations/0004_standing.sql") },
    Migration { version: 5, name: "identity_alarm", sql: include_str!("migrations/0005_identity_alarm.sql") },
];

/// The schema version that this program writes.
pub(crate) const CURRENT: i64 = MIGRATIONS[MIGRATIONS.len() - 1].version;

/// Whoever migrates holds this advisory lock: "provost" as a number.
const LOCK: i64 = 0x0070_726f_766f_7374;

/// Applies what is missing. Several nodes may do so at once: each takes the lock and looks what another one did before.
pub(crate) async fn migrate(db: &Link, now: Timestamp) -> Done<()> {
    if is_known(db).await? && missing(db).await?.is_empty() {
        return Ok(());
    }
    db.batch("BEGIN").await?;
    let result = migrate_locked(db, now).await;
    let ended = db.batch(if result.is_ok() { "COMMIT" } else { "ROLLBACK" }).await;
    result.and(ended)
}

async fn migrate_locked(db: &Link, now: Timestamp) -> Done<()> {
    db.query("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    db.batch(
        "CREATE TABLE IF NOT EXISTS migration (
            version    bigint PRIMARY KEY,
            name       text   NOT NULL,
            sha256     bytea  NOT NULL,
            applied_at bigint NOT NULL
        )",
    )
    .await?;
    for migration in missing(db).await? {
        db.batch(migration.sql).await?;
        db.query(
            "INSERT INTO migration (version, name, sha256, applied_at) VALUES ($1, $2, $3, $4)",
            &[&migration.version, &migration.name, &digest(migration).as_slice(), &now.as_micros()],
        )
        .await?;
        tracing::info!(version = migration.version, name = migration.name, "migrated the database");
    }
    Ok(())
}

/// Whether any migration was ever applied.
pub(crate) async fn is_known(db: &Link) -> Done<bool> {
    let row = db.first("SELECT to_regclass('migration') IS NOT NULL", &[]).await?;
    Ok(row.is_some_and(|row| row.get(0)))
}

/// The migrations that are not applied yet. Refuses a schema of a newer program, and one that is not what it says.
async fn missing(db: &Link) -> Done<Vec<&'static Migration>> {
    let mut missing: Vec<&Migration> = MIGRATIONS.iter().collect();
    for row in db.query("SELECT version, sha256 FROM migration ORDER BY version DESC", &[]).await? {
        let (version, sha256): (i64, &[u8]) = (row.try_get(0)?, row.try_get(1)?);
        if version > CURRENT {
            return Err(StoreError::SchemaTooNew { found: version, known: CURRENT }.into());
        }
        let known = MIGRATIONS.iter().find(|m| m.version == version);
        if known.is_none_or(|m| digest(m) != sha256) {
            return Err(StoreError::MigrationChanged { version }.into());
        }
        missing.retain(|m| m.version != version);
    }
    Ok(missing)
}

/// The version of the newest migration applied; 0 when there is none.
pub(crate) async fn version(db: &Link) -> Done<i64> {
    let row = db.first("SELECT coalesce(max(version), 0) FROM migration", &[]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or(0))
}

fn digest(migration: &Migration) -> [u8; 32] {
    base::crypto::sha256(migration.sql.as_bytes())
}

#[cfg(test)]
mod tests;
