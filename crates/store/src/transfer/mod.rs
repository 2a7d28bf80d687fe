//! A whole directory, copied from one database to another.
//!
//! What is copied does not depend on the backends: a list of tables with rows of plain values ([`TABLES`]), in which each
//! backend gives out what it stores and from which it takes it in. A backend compares its own catalogue with that list, so
//! that a table or a column that somebody adds and forgets here is refused, not lost.
//!
//! Nothing is lost and nothing is in two places, whenever the work is cut short:
//!
//! 1. the source takes no writes while it is copied, so that nothing is acknowledged that the copy lacks;
//! 2. the target is marked, and nobody serves it, until everything in it was read back and compared;
//! 3. the source is marked as moved before the mark on the target goes.

mod chunk;
mod key;
mod run;
mod table;
mod tally;

use async_trait::async_trait;

use crate::StoreResult;

pub use chunk::{Chunk, Value};
pub use key::{key_bytes, key_parts, pack_keys, unpack_keys};
pub use run::{Moved, Progress, Step, run};
pub use table::{TABLES, Table, uncovered};
pub use tally::Tally;

/// Why a directory is not to be used, or not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How far a move has come.
    pub state: State,
    /// Which move: a name that no other has.
    pub of: String,
    /// The other side, without secrets.
    pub other: String,
}

/// How far a move has come, as its two sides know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A target that is being filled.
    Filling,
    /// A target that holds everything; its source may still be in use.
    Whole,
    /// A source that was left.
    Moved,
}

impl State {
    /// As it is stored.
    #[must_use]
    pub fn code(self) -> i16 {
        match self {
            Self::Filling => 1,
            Self::Whole => 2,
            Self::Moved => 3,
        }
    }

    /// From what is stored; anything unknown is not to be used either.
    #[must_use]
    pub fn decode(code: i16) -> Self {
        match code {
            2 => Self::Whole,
            3 => Self::Moved,
            _ => Self::Filling,
        }
    }
}

/// Either side, as rows.
#[async_trait]
pub trait Side: Send {
    /// Where it is, without secrets.
    fn name(&self) -> String;

    /// What an earlier move left here.
    async fn standing(&mut self) -> StoreResult<Option<Standing>>;

    /// How many rows a table has.
    async fn count(&mut self, table: &'static Table) -> StoreResult<u64>;

    /// Begins to give out a table.
    async fn read(&mut self, table: &'static Table) -> StoreResult<()>;

    /// The next rows of the table that was begun; `None` after the last.
    async fn next(&mut self) -> StoreResult<Option<Chunk>>;
}

/// Where a directory comes from.
#[async_trait]
pub trait Source: Side {
    /// From here on, nobody else writes, and everything read is of one moment. Fails with `Unavailable` when somebody
    /// writes for too long.
    async fn hold(&mut self) -> StoreResult<()>;

    /// Keys that nodes share, by name.
    async fn shared_keys(&mut self) -> StoreResult<Vec<(String, Vec<u8>)>>;

    /// Leaves it marked as moved; others may try to write again, and are refused.
    async fn leave(&mut self, of: &str, to: &str) -> StoreResult<()>;
}

/// Where a directory goes.
#[async_trait]
pub trait Target: Side {
    /// Makes it ready, empty and marked; what an earlier move left half-done goes. Fails with `NotEmpty` when there is
    /// anything else.
    async fn prepare(&mut self, of: &str, from: &str) -> StoreResult<()>;

    /// Begins to take in a table.
    async fn begin(&mut self, table: &'static Table) -> StoreResult<()>;

    /// Takes in rows of that table.
    async fn put(&mut self, chunk: Chunk) -> StoreResult<()>;

    /// Ends the table.
    async fn end(&mut self) -> StoreResult<()>;

    /// Takes over a key that nodes share.
    async fn put_shared_key(&mut self, name: &str, key: &[u8]) -> StoreResult<()>;

    /// Makes everything durable, marked as whole.
    async fn keep(&mut self, of: &str, from: &str) -> StoreResult<()>;

    /// Takes the mark away: from here on it can be served.
    async fn open_up(&mut self) -> StoreResult<()>;
}
