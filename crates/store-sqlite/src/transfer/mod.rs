//! A whole directory out of a file, or into one: see `store::transfer`.
//!
//! As a source, the file is held by an ordinary write transaction: readers go on, and other processes' commits wait, then
//! fail as unavailable. As a target, the directory is made under another name, without a journal, because a file that does
//! not come to its end is thrown away; it gets its name when everything in it has been read back.

mod catalogue;
mod rows;
mod source;
mod target;

pub use source::SqliteSource;
pub use target::SqliteTarget;

use rusqlite::Connection;
use store::StoreResult;
use store::transfer::{Chunk, Table};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::fault::Done;

/// Chunks that wait between the file and whoever takes them.
const AHEAD: usize = 4;

/// A connection that works on threads of its own, because statements block.
#[derive(Debug)]
struct Worker {
    /// Not there while a table is being read.
    db: Option<Connection>,
    reading: Option<Reading>,
}

/// A table on its way out.
#[derive(Debug)]
struct Reading {
    chunks: mpsc::Receiver<Chunk>,
    work: JoinHandle<(Connection, Done<()>)>,
}

impl Worker {
    fn new(db: Connection) -> Self {
        Self { db: Some(db), reading: None }
    }

    /// Runs statements.
    async fn run<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> Done<R> + Send + 'static,
    ) -> StoreResult<R> {
        let mut db = self.db.take().ok_or_else(busy)?;
        let (db, result) = tokio::task::spawn_blocking(move || {
            let result = work(&mut db);
            (db, result)
        })
        .await
        .map_err(|_| died())?;
        self.db = Some(db);
        Ok(result?)
    }

    /// Begins to read a table.
    fn read(&mut self, table: &'static Table) -> StoreResult<()> {
        let db = self.db.take().ok_or_else(busy)?;
        let (sender, chunks) = mpsc::channel(AHEAD);
        let work = tokio::task::spawn_blocking(move || {
            let result = rows::read(&db, table, &sender);
            (db, result)
        });
        self.reading = Some(Reading { chunks, work });
        Ok(())
    }

    /// The next of what is being read.
    async fn next(&mut self) -> StoreResult<Option<Chunk>> {
        let Some(reading) = &mut self.reading else { return Ok(None) };
        if let Some(chunk) = reading.chunks.recv().await {
            return Ok(Some(chunk));
        }
        let Some(reading) = self.reading.take() else { return Ok(None) };
        let (db, result) = reading.work.await.map_err(|_| died())?;
        self.db = Some(db);
        result?;
        Ok(None)
    }

    /// The connection, to close it.
    fn into_db(self) -> Option<Connection> {
        self.db
    }
}

fn busy() -> store::StoreError {
    store::StoreError::Internal("a table is still being read".to_owned())
}

fn died() -> store::StoreError {
    store::StoreError::Internal("the thread that reads the file failed".to_owned())
}

/// The file of a key that nodes share, beside the database.
fn key_file(database: &std::path::Path, name: &str) -> std::path::PathBuf {
    database.with_file_name(format!("{name}.key"))
}
