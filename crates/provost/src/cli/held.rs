//! What is said about held changes and the log.

use clap::{Args, Subcommand};

use super::Scope;

/// Commands on held changes.
#[derive(Debug, Subcommand)]
pub(crate) enum Held {
    /// List what is held.
    List {
        #[command(flatten)]
        scope: Scope,
    },
    /// Let the app have the held events.
    Approve {
        #[command(flatten)]
        scope: Scope,
    },
    /// Undo the held changes in the directory, and drop their events.
    Revert {
        #[command(flatten)]
        scope: Scope,
    },
}

/// Arguments of `log`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Log {
    #[command(subcommand)]
    pub(crate) command: Option<LogCommand>,
    /// Only refusals and failures.
    #[arg(long)]
    pub(crate) failures: bool,
    /// At most this many, newest first.
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) scope: Scope,
}

/// Commands on the log.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Show one entry with its request, its answer, and what the app was told.
    #[command(after_help = "Example:\n  provost log show 42 --tenant acme")]
    Show {
        /// Its sequence: the column ENTRY of `log`.
        sequence: i64,
        #[command(flatten)]
        scope: Scope,
    },
}
