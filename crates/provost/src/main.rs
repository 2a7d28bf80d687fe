//! `provost`: the binary. Configuration, commands (one file each), composition.
//!
//! The only crate that names a directory backend.

mod branding;
mod capture;
mod cli;
mod commands;
mod compose;
mod demo;
mod doctor;
mod failure;
mod mail;
mod printer;
#[cfg(test)]
mod reference;
mod settings;

use std::process::ExitCode;

use crate::failure::Failure;
use crate::printer::Printer;

// Many small allocations on several threads: measured faster than the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    base::tls::install_crypto_provider();
    let cli = match settings::parse(std::env::args_os().collect()) {
        Ok(Ok(cli)) => cli,
        Ok(Err(usage)) => usage.exit(),
        Err(failure) => return fail(&failure),
    };
    init_log(&cli.log);
    let printer = Printer { json: cli.json };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Failure::unexpected("the runtime does not start").caused_by(&error)),
    };
    let result = runtime.block_on(commands::run(cli, printer));
    // Whatever still runs in the background must not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => fail(&failure),
    }
}

fn fail(failure: &Failure) -> ExitCode {
    let text = failure.render();
    if !text.is_empty() {
        Printer { json: false }.say(&text);
    }
    ExitCode::from(failure.exit)
}

/// The program's own log, on stderr.
fn init_log(level: &str) {
    let filter = tracing_subscriber::EnvFilter::try_new(level)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}
