//! A whole directory out of a schema, or into one: see `store::transfer`.
//!
//! As a source, all tables are locked against writes: reads go on, and commits of all nodes wait, then fail as unavailable.
//! When the directory is left, triggers refuse every later write, whoever tries. As a target, all tables are emptied, filled
//! with COPY and read back in one transaction: a move that does not come to its end leaves nothing.
//!
//! Both want a connection of their own to the server: behind a pooler that gives each transaction another one, this does not
//! work.

mod catalogue;
mod cell;
mod rows;
mod source;
mod target;

pub use source::PostgresSource;
pub use target::PostgresTarget;

use std::pin::Pin;
use std::time::Duration;

use futures_util::TryStreamExt;
use store::transfer::{Chunk, Table};
use tokio_postgres::{Row, RowStream};

use crate::fault::Done;
use crate::link::Link;
use crate::options::Options;
use crate::target::Target as Address;

/// How long statements may take that work on whole tables.
const LONG: Duration = Duration::from_secs(24 * 3_600);

/// How long others may keep us from locking a table.
const LOCKING: &str = "SET lock_timeout = '15s'";

/// A table takes as long as it takes, and one side waits while the other works: no limit that an operator has set for requests
/// is meant for that.
const UNLIMITED: &str = "SELECT set_config(name, '0', false) FROM pg_settings
    WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')";

/// Whole tables are read, so plans for single rows are wrong here.
const WHOLE: &str =
    "SET enable_seqscan = on; SET enable_hashjoin = on; SET enable_mergejoin = on; SET work_mem = '64MB'";

/// A connection for a move.
async fn connect(address: &Address, options: &Options) -> Done<Link> {
    let db = Link::connect(address, options.connect, LONG).await?;
    db.batch(LOCKING).await?;
    db.batch(UNLIMITED).await?;
    db.batch(WHOLE).await?;
    Ok(db)
}

/// A table on its way out.
struct Reading {
    table: &'static Table,
    /// None once the last row was read: whoever asks a stream once more is told that the connection is closed.
    rows: Option<Pin<Box<RowStream>>>,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Reading").field(&self.table.name).finish()
    }
}

impl Reading {
    async fn begin(db: &Link, table: &'static Table) -> Done<Self> {
        let statement = db.client().prepare(&rows::select(table)).await?;
        let rows = db.client().query_raw(&statement, std::iter::empty::<i64>()).await?;
        Ok(Self { table, rows: Some(Box::pin(rows)) })
    }

    async fn next(&mut self) -> Done<Option<Chunk>> {
        let mut chunk = Chunk::default();
        while let Some(rows) = &mut self.rows
            && !chunk.is_full()
        {
            let row: Option<Row> = rows.try_next().await?;
            match row {
                Some(row) => cell::push(&mut chunk, &row, self.table)?,
                None => self.rows = None,
            }
        }
        Ok(if chunk.is_empty() { None } else { Some(chunk) })
    }
}
