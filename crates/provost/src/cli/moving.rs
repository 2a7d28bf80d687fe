//! `provost move`.

use base::Secret;
use clap::Args;

use super::secret;

/// Arguments of `move`.
#[derive(Debug, Args)]
pub(crate) struct Move {
    /// The directory as it is: sqlite://DIR (the data directory) or postgres://user:password@host/database.
    #[arg(
        long,
        env = "PROVOST_MOVE_FROM",
        hide_env_values = true,
        value_name = "URL",
        value_parser = secret,
        required_unless_present = "reopen",
        requires = "to"
    )]
    pub(crate) from: Option<Secret<String>>,
    /// Where it goes, in the same form. Nothing may be there yet.
    #[arg(
        long,
        env = "PROVOST_MOVE_TO",
        hide_env_values = true,
        value_name = "URL",
        value_parser = secret,
        requires = "from"
    )]
    pub(crate) to: Option<Secret<String>>,
    /// Instead: take a directory that was moved away into use again, for the way back.
    #[arg(long, value_name = "URL", value_parser = secret, conflicts_with_all = ["from", "to"])]
    pub(crate) reopen: Option<Secret<String>>,
}
