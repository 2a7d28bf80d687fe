//! `provost entra`: the provisioning engine at the command line.

mod diff;
mod eval;
mod export_schema;
mod fault;
mod find;
mod jwks;
mod logs;
mod mapping;
mod on_demand;
mod parts;
mod plan;
mod provision;
mod report;
mod restart;
mod script;
mod serve;
mod sign_in;
mod status;
mod target;
mod test_connection;
mod view;

use std::sync::LazyLock;

use crate::cli::Entra as Command;
use crate::failure::Failure;
use crate::printer::Printer;

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::TestConnection(args) => test_connection::run(&args, printer).await,
        Command::Provision(args) if args.dry_run => plan::run(&args.job, printer).await,
        Command::Provision(args) => provision::run(&args, printer).await,
        Command::Diff(args) => diff::run(&args, printer).await,
        Command::OnDemand(args) => on_demand::run(&args, printer).await,
        Command::Status(args) => status::run(&args, printer),
        Command::Logs(args) => logs::run(&args, printer),
        Command::Restart(args) => restart::run(&args, printer),
        Command::ExportSchema(args) => export_schema::run(&args, printer),
        Command::Eval(args) => eval::run(args, printer).await,
        Command::Jwks(args) => jwks::run(&args, printer),
        Command::Serve(args) => serve::run(args, printer).await,
        Command::Script(args) => script::run(args, printer),
    }
}

/// The program's version, and how faithful the engine is.
pub(crate) fn version() -> &'static str {
    static TEXT: LazyLock<String> =
        LazyLock::new(|| format!("{}\n{}", env!("CARGO_PKG_VERSION"), entra::fidelity::summary()));
    &TEXT
}
