//! What is said about learners and groups.

use std::path::PathBuf;

use clap::Subcommand;

use super::Scope;

/// Commands on learners.
#[derive(Debug, Subcommand)]
pub(crate) enum Learner {
    /// List learners.
    #[command(after_help = "Example:\n  provost learner list --filter 'active eq false' --limit 20")]
    List {
        /// A SCIM filter.
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
        /// At most this many.
        #[arg(long, default_value_t = 100, value_name = "N")]
        limit: u32,
        /// Removed ones that can still be restored, instead.
        #[arg(long)]
        removed: bool,
        #[command(flatten)]
        scope: Scope,
    },
    /// Show one learner with groups and history.
    Show {
        /// Id or user name.
        learner: String,
        #[command(flatten)]
        scope: Scope,
    },
    /// Import people from CSV: checked as a whole, then applied.
    #[command(after_help = "Examples:
  provost learner import people.csv --dry-run
  provost learner import people.csv --deactivate-missing")]
    Import {
        /// CSV with a head row: userName, email, first name … or SCIM paths.
        file: PathBuf,
        /// Say what would be done, and do nothing.
        #[arg(long)]
        dry_run: bool,
        /// Deactivate learners whom the file does not name and no connection manages.
        #[arg(long)]
        deactivate_missing: bool,
        /// Change mapped attributes of managed learners too; the provider will change them back.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        scope: Scope,
    },
    /// Write all learners as CSV to stdout or a file.
    Export {
        /// File; default is stdout.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        scope: Scope,
    },
    /// Bring back a removed learner under the same id.
    Restore {
        /// Id, as `learner list --removed` shows it.
        id: String,
        #[command(flatten)]
        scope: Scope,
    },
    /// Protect a learner: provisioning neither deactivates nor deletes this one.
    #[command(after_help = "Example:\n  provost learner protect admin@example.com --tenant acme")]
    Protect {
        /// Id or user name.
        learner: String,
        #[command(flatten)]
        scope: Scope,
    },
    /// End a learner's protection.
    Unprotect {
        /// Id or user name.
        learner: String,
        #[command(flatten)]
        scope: Scope,
    },
}

/// Commands on groups.
#[derive(Debug, Subcommand)]
pub(crate) enum Group {
    /// List removed groups that can still be brought back.
    Removed {
        /// At most this many.
        #[arg(long, default_value_t = 100, value_name = "N")]
        limit: u32,
        #[command(flatten)]
        scope: Scope,
    },
    /// Bring back a removed group under the same id, with its members who are still there.
    Restore {
        /// Id, as `group removed` shows it.
        id: String,
        #[command(flatten)]
        scope: Scope,
    },
}
