//! `cargo xtask bench`: builds the server and the bench as what is shipped is built, and runs it.

use crate::{Outcome, command};

/// All arguments go to the bench.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let build =
        ["build", "--profile", "dist", "--locked", "--quiet", "--package", "provost", "--package", "bench"];
    command::run(command::cargo().args(build))?;
    let run = ["run", "--profile", "dist", "--locked", "--quiet", "--package", "bench", "--"];
    command::run(command::cargo().args(run).args(arguments))
}
