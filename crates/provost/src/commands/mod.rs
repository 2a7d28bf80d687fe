//! The commands, one file each.

mod admin;
mod api_key;
mod backup;
mod completions;
mod connection;
mod demo;
mod docs;
mod doctor;
pub(crate) mod entra;
mod events;
mod group;
mod held;
mod learner;
mod log;
mod migrate;
mod moving;
mod restore;
mod serve;
mod tenant;
mod token;
mod webhook;

pub(crate) use serve::checked_url;
pub(crate) use token::age;

use service::Operator;
use store::Actor;

use crate::cli::{Cli, Command, Directory, Scope};
use crate::compose::{self, Opened};
use crate::failure::Failure;
use crate::printer::Printer;

/// Runs the command that was asked for.
///
/// # Errors
/// The command's own failure, with its exit code.
pub(crate) async fn run(cli: Cli, printer: Printer) -> Result<(), Failure> {
    match cli.command {
        Command::Demo(args) => demo::run(args, printer).await,
        Command::Serve(args) => serve::run(args, printer).await,
        Command::Tenant(command) => tenant::run(command, printer).await,
        Command::Connection(command) => connection::run(command, printer).await,
        Command::Token(command) => token::run(command, printer).await,
        Command::ApiKey(command) => api_key::run(command, printer).await,
        Command::Admin(command) => admin::run(command, printer).await,
        Command::Learner(command) => learner::run(command, printer).await,
        Command::Group(command) => group::run(command, printer).await,
        Command::Held(command) => held::run(command, printer).await,
        Command::Webhook(command) => webhook::run(command, printer).await,
        Command::Events(command) => events::run(command, printer).await,
        Command::Log(args) => log::run(args, printer).await,
        Command::Docs(command) => docs::run(&command, printer),
        Command::Doctor(args) => doctor::run(&args, cli.config.as_deref(), printer).await,
        Command::Backup(args) => backup::run(args, printer).await,
        Command::Restore(args) => restore::run(args, printer).await,
        Command::Move(args) => moving::run(&args, printer).await,
        Command::Migrate(args) => migrate::run(&args, printer).await,
        Command::Entra(command) => entra::run(command, printer).await,
        Command::Completions(args) => completions::run(&args),
    }
}

/// Opens the directory for a command that is not `serve`: it makes no absolute URLs.
async fn open(directory: &Directory) -> Result<Opened, Failure> {
    compose::open(directory, "http://127.0.0.1:8080").await
}

/// Opens the directory and sits down at the tenant and connection that the command names.
async fn at(scope: &Scope) -> Result<(Opened, Operator), Failure> {
    let opened = open(&scope.directory).await?;
    let operator = opened.service.operator(Actor::Cli, &scope.tenant, &scope.connection).await?;
    Ok((opened, operator))
}
