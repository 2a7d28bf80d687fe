//! `cargo xtask bench`: builds the bench as what is shipped is built, and runs it.

use crate::{Outcome, command};

/// All arguments go to the bench; `--help` among them says what it takes.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let build = ["run", "--profile", "dist", "--locked", "--quiet", "--package", "bench", "--"];
    command::run(command::cargo().args(build).args(arguments))
}
