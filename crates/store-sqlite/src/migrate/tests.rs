use base::Timestamp;
use rusqlite::Connection;
use store::StoreError;

use super::{CURRENT, migrate, version};

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
