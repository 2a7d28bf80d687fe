//! The repository's chores, as `cargo xtask <chore>`. `cargo xtask test` is the one that matters: it
//! does everything that must hold before a change may land.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the terminal is this program's business")]

mod bench;
mod command;
mod fuzz;
mod layers;
mod lint;
mod requirements;
mod sample;
mod soak;
mod test;
mod workspace;

use std::process::ExitCode;

/// What a chore ends with: nothing to say, or what is wrong.
type Outcome<T = ()> = Result<T, String>;

const USAGE: &str = "\
usage: cargo xtask <chore>

  test [--only STEP,…] [--without postgres,browser,nginx]
                           everything that must hold before a change may land
  lint                     format, clippy, file lengths, forbidden texts
  layers                   the arrows between crates point downwards only
  requirements [--check | --write]
                           which test proves which requirement; the page about it
  bench [ARGUMENT…]        the figures, measured beside their limits
  soak [--changes N]       kill the example app and Provost over 100,000 changes: nothing may be lost
  fuzz [TARGET] [--seconds N]
                           look for inputs that break what reads input
  sample-organisation      write samples/organisation.json";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (chore, rest) = match arguments.split_first() {
        Some((chore, rest)) => (chore.as_str(), rest),
        None => ("", arguments.as_slice()),
    };
    let outcome = match chore {
        "test" => test::run(rest),
        "requirements" => requirements::run(rest),
        "bench" => bench::run(rest),
        "fuzz" => fuzz::run(rest),
        "soak" => soak::run(rest),
        "lint" => alone(rest, lint::run),
        "layers" => alone(rest, layers::run),
        "sample-organisation" => alone(rest, sample::run),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        "" => Err(USAGE.to_owned()),
        other => Err(format!("no chore is called {other}\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            if !message.is_empty() {
                eprintln!("{message}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Runs a chore that takes no arguments.
fn alone(arguments: &[String], chore: fn() -> Outcome) -> Outcome {
    match arguments.first() {
        Some(unexpected) => Err(format!("{unexpected} is not understood\n\n{USAGE}")),
        None => chore(),
    }
}
