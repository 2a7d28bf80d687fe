//! `provost completions`.

use clap::CommandFactory;

use crate::cli::{Cli, Completions};
use crate::failure::Failure;

/// Writes the script to stdout.
pub(super) fn run(args: &Completions) -> Result<(), Failure> {
    clap_complete::generate(args.shell, &mut Cli::command(), "provost", &mut std::io::stdout());
    Ok(())
}
