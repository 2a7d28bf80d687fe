//! A file that a directory comes from.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use store::transfer::{Chunk, Side, Source, Standing, State, Table};
use store::{StoreError, StoreResult};

use super::{Worker, catalogue, key_file, rows};
use crate::fault::Done;
use crate::options::Options;
use crate::{migrate, open, standing};

/// A directory in a file, to be moved elsewhere.
#[derive(Debug)]
pub struct SqliteSource {
    path: PathBuf,
    worker: Worker,
}

impl SqliteSource {
    /// Opens the file, which must be there, and brings its schema up to date. Blocks.
    ///
    /// # Errors
    /// As [`crate::SqliteStore::open`], and `Internal` when it holds something that this program cannot copy.
    pub fn open(path: &Path, options: &Options) -> StoreResult<Self> {
        if !path.exists() {
            return Err(StoreError::Unavailable(format!("there is no {}", path.display())));
        }
        let db = Self::connect(path, options)?;
        Ok(Self { path: path.to_owned(), worker: Worker::new(db) })
    }

    fn connect(path: &Path, options: &Options) -> Done<rusqlite::Connection> {
        let mut db = open::writer(path, options)?;
        if standing::known(&db)?.is_none_or(|standing| standing.state != State::Moved) {
            migrate::migrate(&mut db, options.clock.now())?;
        }
        rows::register(&db)?;
        Ok(db)
    }

    /// Takes a directory that was moved into use again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn reopen(mut self) -> StoreResult<()> {
        self.worker.run(|db| Ok(db.execute("DELETE FROM standing WHERE state = 3", [])?)).await?;
        Ok(())
    }
}

#[async_trait]
impl Side for SqliteSource {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    async fn standing(&mut self) -> StoreResult<Option<Standing>> {
        self.worker.run(|db| standing::read(db)).await
    }

    async fn count(&mut self, table: &'static Table) -> StoreResult<u64> {
        self.worker.run(|db| rows::count(db, table)).await
    }

    async fn read(&mut self, table: &'static Table) -> StoreResult<()> {
        self.worker.read(table)
    }

    async fn next(&mut self) -> StoreResult<Option<Chunk>> {
        self.worker.next().await
    }
}

#[async_trait]
impl Source for SqliteSource {
    async fn hold(&mut self) -> StoreResult<()> {
        let name = self.name();
        let held = self.worker.run(|db| {
            db.execute_batch("BEGIN IMMEDIATE")?;
            catalogue::check(db)
        });
        held.await.map_err(|error| match error {
            StoreError::Unavailable(detail) => {
                StoreError::Unavailable(format!("{name} is being written to: {detail}"))
            }
            other => other,
        })
    }

    async fn shared_keys(&mut self) -> StoreResult<Vec<(String, Vec<u8>)>> {
        let name = "cursor";
        let file = key_file(&self.path, name);
        match std::fs::read(&file) {
            Ok(key) => Ok(vec![(name.to_owned(), key)]),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(StoreError::Unavailable(format!("{}: {error}", file.display()))),
        }
    }

    async fn leave(&mut self, of: &str, to: &str) -> StoreResult<()> {
        let (of, to) = (of.to_owned(), to.to_owned());
        let left = self.worker.run(move |db| {
            db.execute(
                "INSERT INTO standing (one, state, of, other) VALUES (1, ?1, ?2, ?3)",
                (State::Moved.code(), of, to),
            )?;
            Ok(db.execute_batch("COMMIT")?)
        });
        left.await
    }
}
