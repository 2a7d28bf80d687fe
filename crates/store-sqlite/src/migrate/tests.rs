use base::Timestamp;
use rusqlite::Connection;
use store::StoreError;

use super::{CURRENT, MIGRATIONS, digest, migrate, version};

fn migrated() -> Connection {
    let mut db = Connection::open_in_memory().unwrap();
    migrate(&mut db, Timestamp::from_micros(1)).unwrap();
    db
}

#[test]
fn a_new_database_gets_every_migration_once() {
    let mut db = migrated();
    migrate(&mut db, Timestamp::from_micros(2)).unwrap();
    assert_eq!(version(&db).unwrap(), CURRENT);
    let first: i64 = db.query_row("SELECT min(applied_at) FROM migration", [], |row| row.get(0)).unwrap();
    assert_eq!(first, 1, "an applied migration is left alone");
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    let mut db = migrated();
    db.execute("UPDATE migration SET version = version + 100", []).unwrap();
    let error = StoreError::from(migrate(&mut db, Timestamp::from_micros(2)).unwrap_err());
    assert!(
        matches!(error, StoreError::SchemaTooNew { found, known: CURRENT } if found == CURRENT + 100),
        "{error}"
    );
}

#[test]
fn a_migration_that_was_changed_afterwards_is_refused() {
    let mut db = migrated();
    db.execute("UPDATE migration SET sha256 = x'00'", []).unwrap();
    let error = StoreError::from(migrate(&mut db, Timestamp::from_micros(2)).unwrap_err());
    assert!(matches!(error, StoreError::MigrationChanged { .. }), "{error}");
}

#[test]
fn a_database_of_each_older_program_is_brought_up_to_date_with_what_is_in_it() {
    for known in 1..MIGRATIONS.len() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(
            "CREATE TABLE migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 BLOB NOT NULL,
                applied_at INTEGER NOT NULL) STRICT",
        )
        .unwrap();
        for old in &MIGRATIONS[..known] {
            db.execute_batch(old.sql).unwrap();
            let row = rusqlite::params![old.version, old.name, digest(old), 1];
            db.execute("INSERT INTO migration VALUES (?1, ?2, ?3, ?4)", row).unwrap();
        }
        db.execute(
            "INSERT INTO tenant (name, display_name, created, revision, settings) VALUES ('a', 'A', 1, 1, '{}')",
            [],
        )
        .unwrap();
        migrate(&mut db, Timestamp::from_micros(2)).unwrap();
        assert_eq!(version(&db).unwrap(), CURRENT);
        let tenants: i64 = db.query_row("SELECT count(*) FROM tenant", [], |row| row.get(0)).unwrap();
        let trimmed: i64 = db.query_row("SELECT trimmed FROM feed", [], |row| row.get(0)).unwrap();
        assert_eq!((tenants, trimmed), (1, 0));
    }
}
