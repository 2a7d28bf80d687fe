//! `cargo xtask soak`: the example app and Provost are killed and worse over many changes; a quarter of an hour or more.

use crate::{Outcome, command};

const TEST: &str =
    "webhooks::killed::the_example_app_ends_with_the_directorys_learners_whatever_befalls_it_and_provost";

/// How many changes, unless said.
const CHANGES: u32 = 100_000;

/// Runs the test of webhooks over more changes than every run of the tests can afford.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let changes = match arguments {
        [] => CHANGES,
        [flag, number] if flag == "--changes" => {
            number.parse().map_err(|_| format!("--changes takes a number, not {number:?}"))?
        }
        _ => return Err("usage: cargo xtask soak [--changes N]".to_owned()),
    };
    command::run(command::cargo().args(["build", "--locked", "--quiet", "--package", "provost"]))?;
    // Not by nextest, which ends what takes longer than a test should.
    let test = ["test", "--locked", "--quiet", "--package", "tests", "--", "--exact", TEST, "--nocapture"];
    command::run(command::cargo().args(test).env("PROVOST_SOAK_CHANGES", changes.to_string()))
}
