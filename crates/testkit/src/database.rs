//! The database of a test: a SQLite file, or with `PROVOST_TEST_DATABASE=postgres` a schema in PostgreSQL. Tests through
//! the front door must not notice which.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::Clock;
use store::Store;
use store_sqlite::{SqliteStore, Synchronous};

/// Where a test's directory is kept.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// A database URL.
    Postgres(String),
}

impl Database {
    /// An empty one; a file lies in this folder.
    ///
    /// # Panics
    /// When there is none.
    pub async fn new(folder: &Path) -> Self {
        match std::env::var("PROVOST_TEST_DATABASE").as_deref() {
            #[cfg(target_os = "linux")]
            Ok("postgres") => Self::Postgres(crate::postgres::schema().await),
            Ok(other) if other != "sqlite" => {
                panic!("PROVOST_TEST_DATABASE is sqlite or postgres, not {other}")
            }
            _ => Self::Sqlite(folder.join("provost.db")),
        }
    }

    /// Opens it, as often as one likes.
    ///
    /// # Panics
    /// When that fails.
    pub async fn open(&self, clock: Arc<dyn Clock>) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(file) => {
                // A test's machine does not lose its power.
                let synchronous = Synchronous::Normal;
                let options =
                    store_sqlite::Options { clock, synchronous, ..store_sqlite::Options::default() };
                Arc::new(SqliteStore::open(file, options).expect("the database opens"))
            }
            Self::Postgres(url) => {
                let options = store_postgres::Options { clock, ..store_postgres::Options::default() };
                Arc::new(store_postgres::PostgresStore::open(url, options).await.expect("the database opens"))
            }
        }
    }

    /// Everything that is stored, to look for what must not be.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Sqlite(file) => {
                let mut bytes = std::fs::read(file).expect("the database");
                // What was written last may stand in the log only.
                bytes.extend(std::fs::read(file.with_extension("db-wal")).unwrap_or_default());
                bytes
            }
            #[cfg(target_os = "linux")]
            Self::Postgres(url) => crate::postgres::dump(url).into_bytes(),
            #[cfg(not(target_os = "linux"))]
            Self::Postgres(_) => unreachable!("tests use PostgreSQL on Linux only"),
        }
    }
}
