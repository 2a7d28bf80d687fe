//! What was acknowledged is there: after SIGKILL under load, and after a power cut that takes everything unsynced.
//!
//! The page cache survives a killed process, so killing alone says nothing about `fsync`. The second test therefore
//! records every write and every sync of the database files, and rebuilds the files as a disk would hold them when
//! the power goes: only what was synced, plus any part of the rest.

mod kill;
mod load;
#[cfg(target_os = "linux")]
mod moving;
mod nodes;
mod power;
mod replay;
pub(crate) mod server;
mod word;
