//! `provost backup` and `provost restore`.

use std::path::PathBuf;

use clap::Args;

use super::Directory;

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to make. It must not be there yet.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) directory: Directory,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// A file that `provost backup` made.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) directory: Directory,
}
