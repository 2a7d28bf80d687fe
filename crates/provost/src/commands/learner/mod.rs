//! `provost learner`, one subcommand a file.

mod export;
mod import;
mod list;
mod protect;
mod restore;
mod show;

use crate::cli::Learner as Command;
use crate::failure::Failure;
use crate::printer::Printer;

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::List { filter, limit, removed, scope } => {
            list::run(filter, limit, removed, &scope, printer).await
        }
        Command::Show { learner, scope } => show::run(&learner, &scope, printer).await,
        Command::Import { file, dry_run, deactivate_missing, force, scope } => {
            let wish = import::Wish { file, dry_run, deactivate_missing, force };
            import::run(&wish, &scope, printer).await
        }
        Command::Export { output, scope } => export::run(output.as_deref(), &scope, printer).await,
        Command::Restore { id, scope } => restore::run(&id, &scope, printer).await,
        Command::Protect { learner, scope } => protect::run(&learner, true, &scope, printer).await,
        Command::Unprotect { learner, scope } => protect::run(&learner, false, &scope, printer).await,
    }
}
