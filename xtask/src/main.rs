//! The repository's chores, as `cargo xtask <chore>`. `cargo xtask test` is the one that matters: it
//! does everything that must hold before a change may land.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the terminal is this program's business")]

mod sample;
mod workspace;

use std::process::ExitCode;

/// What a chore ends with: nothing to say, or what is wrong.
type Outcome<T = ()> = Result<T, String>;

const USAGE: &str = "\
usage: cargo xtask <chore>

  sample-organisation    write samples/organisation.json";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some("sample-organisation") => sample::run(),
        Some("help" | "--help" | "-h") => {
            println!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(format!("no chore is called {other}\n\n{USAGE}")),
        None => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
