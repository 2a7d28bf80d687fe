//! The limit for writes: raw SQLite in one thread, without HTTP, writing a fixed shape.
//!
//! A document row of 1 KB, four key rows and an event row of 0.6 KB, in commits of 64; WAL, `synchronous=FULL`.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

/// Rows before the measurement begins, so that both sides write into trees of the same depth.
const COMMIT: usize = 64;

/// Fills a database with so many shapes, quickly.
pub fn prepare(path: &Path, rows: u64) -> rusqlite::Result<()> {
    let mut db = open(path, "OFF")?;
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS doc(rid INTEGER PRIMARY KEY, tenant INTEGER, id BLOB, body TEXT);
         CREATE UNIQUE INDEX IF NOT EXISTS doc_id ON doc(tenant, id);
         CREATE TABLE IF NOT EXISTS key(tenant INTEGER, name TEXT, value TEXT, rid INTEGER,
            PRIMARY KEY(tenant, name, value, rid)) WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS event(position INTEGER PRIMARY KEY, tenant INTEGER, data TEXT);",
    )?;
    let mut number = 0;
    while number < rows {
        let batch = (rows - number).min(20_000);
        let tx = db.transaction()?;
        for _ in 0..batch {
            write(&tx, number)?;
            number += 1;
        }
        tx.commit()?;
    }
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
}

/// Shapes a second over so long, starting with row number `from`; also how many were written.
pub fn measure(path: &Path, from: u64, duration: Duration) -> rusqlite::Result<(f64, u64)> {
    let mut db = open(path, "FULL")?;
    let begin = Instant::now();
    let mut number = from;
    while begin.elapsed() < duration {
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for _ in 0..COMMIT {
            write(&tx, number)?;
            number += 1;
        }
        tx.commit()?;
    }
    let done = number - from;
    Ok((done as f64 / begin.elapsed().as_secs_f64(), done))
}

fn open(path: &Path, synchronous: &str) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    db.execute_batch(&format!(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA temp_store=MEMORY;"
    ))?;
    db.set_prepared_statement_cache_capacity(16);
    Ok(db)
}

fn write(db: &Connection, number: u64) -> rusqlite::Result<()> {
    // Spread like identities of real people: keys come in no order, ids in order of creation.
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let id = [number.to_be_bytes(), spread.to_be_bytes()].concat();
    let body = filler(1024, number);
    db.prepare_cached("INSERT INTO doc(tenant, id, body) VALUES (1, ?, ?)")?.execute(params![id, body])?;
    let rid = db.last_insert_rowid();
    let mut key = db.prepare_cached("INSERT INTO key(tenant, name, value, rid) VALUES (1, ?, ?, ?)")?;
    for name in ["u", "d", "e", "x"] {
        key.execute(params![name, format!("{spread:016x}.{name}@example.com"), rid])?;
    }
    let event = filler(614, number);
    db.prepare_cached("INSERT INTO event(tenant, data) VALUES (1, ?)")?.execute(params![event])?;
    Ok(())
}

fn filler(length: usize, number: u64) -> String {
    let mut text = format!("{{\"n\":{number},\"t\":\"");
    while text.len() < length - 2 {
        text.push(char::from(b'a' + (text.len() % 26) as u8));
    }
    text.push_str("\"}");
    text
}
