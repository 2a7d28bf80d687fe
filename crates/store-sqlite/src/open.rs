//! Opening connections to the database file.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::fault::Done;
use crate::functions;
use crate::mapping;
use crate::options::{Options, Synchronous};

/// Mapped rather than copied into a cache: the operating system's page cache serves all connections of all processes,
/// and what is mapped is not anonymous memory. More than any database has; only addresses are reserved.
const MAPPED: i64 = 1 << 40;

/// The connection that writes.
pub(crate) fn writer(path: &Path, options: &Options) -> Done<Connection> {
    let db = connection(path, options)?;
    let synchronous = match options.synchronous {
        Synchronous::Full => "FULL",
        Synchronous::Normal => "NORMAL",
    };
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", synchronous)?;
    db.pragma_update(None, "cache_size", -i64::from(options.writer_cache_kib))?;
    // The writer itself says when: see `writer::checkpoint`.
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    db.pragma_update(None, "journal_size_limit", 4096 * 2 * i64::from(options.checkpoint_pages))?;
    db.set_prepared_statement_cache_capacity(256);
    Ok(db)
}

/// A connection that reads. It is opened for writing all the same: a WAL database opened read-only without its `-shm`
/// file falls back to a private index, which is a hundred times slower.
pub(crate) fn reader(path: &Path, options: &Options) -> Done<Connection> {
    let db = connection(path, options)?;
    db.pragma_update(None, "query_only", true)?;
    db.pragma_update(None, "cache_size", -i64::from(options.reader_cache_kib))?;
    db.set_prepared_statement_cache_capacity(160);
    mapping::keep(&db);
    Ok(db)
}

/// A connection as all of them are.
pub(crate) fn connection(path: &Path, options: &Options) -> Done<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        // Each connection is used by one thread at a time: the pool and the writer own them.
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(options.busy)?;
    db.pragma_update(None, "foreign_keys", false)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "mmap_size", MAPPED)?;
    // A plan must not depend on the values bound to it: without this, SQLite prepares some statements anew at every use.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    functions::register(&db)?;
    Ok(db)
}
