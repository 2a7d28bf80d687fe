//! `provost group`, one subcommand a file.

mod removed;
mod restore;

use crate::cli::Group as Command;
use crate::failure::Failure;
use crate::printer::Printer;

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::Removed { limit, scope } => removed::run(limit, &scope, printer).await,
        Command::Restore { id, scope } => restore::run(&id, &scope, printer).await,
    }
}
