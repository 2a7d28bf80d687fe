//! How a database file is opened.

use std::sync::Arc;
use std::time::Duration;

use base::{Clock, SystemClock};

/// When a commit counts as durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// On the disk: survives a power cut. What the contract promises.
    Full,
    /// With the operating system: survives a crash of the process only. For tests, demos and bulk loads.
    Normal,
}

/// Options of [`crate::SqliteStore::open`].
#[derive(Debug, Clone)]
pub struct Options {
    /// Durability of commits.
    pub synchronous: Synchronous,
    /// Read connections kept ready; more are opened while more reads run at once.
    pub readers: usize,
    /// Page cache of each read connection, in KiB. Small, because reads come from the mapped file.
    pub reader_cache_kib: u32,
    /// Page cache of the writer, in KiB.
    pub writer_cache_kib: u32,
    /// Size of the write-ahead log from which it is copied into the database, in pages of 4 KiB.
    pub checkpoint_pages: u32,
    /// How long a commit waits for another process that writes to the same file.
    pub busy: Duration,
    /// Stamps migrations.
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            synchronous: Synchronous::Full,
            readers: 16,
            reader_cache_kib: 2048,
            writer_cache_kib: 16 * 1024,
            checkpoint_pages: 2048,
            busy: Duration::from_secs(5),
            clock: Arc::new(SystemClock),
        }
    }
}
