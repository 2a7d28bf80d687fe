//! What a job remembers between cycles, and through being killed: an embedded database in its `--state-dir`.
//!
//! The database is not the directory's: it holds the source as last imported, which target object stands for which, the
//! references sent, what waits to be tried again, and the log. Nothing here keeps more than a page of people in memory.
//!
//! A write is a value ([`Write`]); many of them make one transaction. Work that is done is marked so in the transaction
//! that records what came of it, so that a job killed at any moment finds exactly the rest when it runs again.

mod changed;
mod compare;
mod escrow;
mod facts;
mod fault;
mod import;
mod log;
mod migrate;
mod open;
mod references;
mod reset;
mod snapshot;
mod tally;
mod work;
mod write;

#[cfg(test)]
mod tests;

pub use escrow::{Escrow, Part};
pub use fault::StateFault;
pub use import::{ImportFault, Imported};
pub use log::LogFilter;
pub use references::{ManagerWork, MemberPage, MemberWork};
pub use reset::Reset;
pub use snapshot::Known;
pub use tally::Counts;
pub use work::{Item, Link, Which};
pub use write::Write;

use std::fs::File;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::model::Kind;

/// A job's memory. One process at a time has it open.
pub struct State {
    db: Mutex<Connection>,
    /// Held as long as the state is open; the operating system lets go of it when the process dies.
    _lock: Option<File>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("State")
    }
}

impl State {
    /// The database. A panic while it was held left a transaction at worst, which SQLite rolls back.
    fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A kind as the database has it.
const fn code(kind: Kind) -> i64 {
    match kind {
        Kind::User => 0,
        Kind::Group => 1,
    }
}

const fn kind_of(code: i64) -> Kind {
    if code == 1 { Kind::Group } else { Kind::User }
}
