//! The api step: schemathesis, which others wrote, makes requests out of the REST API's description and holds every answer
//! to it. A finding fails.

use std::fs;

use super::server::Server;
use super::{Tally, script, tools};
use crate::{Outcome, command, workspace};

/// Requests made for each operation in each phase.
const EXAMPLES: &str = "40";

/// Runs it against a tenant of its own, with the same requests each time.
pub(super) fn run() -> Outcome<Tally> {
    let python = tools::python()?;
    let program = python.with_file_name("st");
    let server = Server::start()?;
    server.command(&["tenant", "create", "acme"])?;
    server.command(&["tenant", "create", "doomed"])?;
    server.command(&["token", "create", "--tenant", "acme", "--name", "entra"])?;
    let people = server.folder().join("people.csv");
    fs::write(&people, "user name\nann\n").map_err(|error| format!("people.csv: {error}"))?;
    server.command(&["learner", "import", &people.to_string_lossy(), "--tenant", "acme"])?;
    let key = server.command(&["api-key", "create", "--name", "schemathesis", "--scope", "admin"])?;

    let settings = workspace::root().join("xtask").join("python").join("schemathesis.toml");
    let mut check = command::program(&program.to_string_lossy());
    check
        .arg("--config-file")
        .arg(settings)
        .args(["run", &format!("{}/api/openapi.json", server.url())])
        .args(["--header", &format!("Authorization: Bearer {key}")])
        .args(["--generation-deterministic", "--max-examples", EXAMPLES])
        .args(["--request-timeout", "20", "--continue-on-failure", "--no-color"])
        // It keeps what it found beside where it is run.
        .current_dir(server.folder());
    script::look(server, &mut check, counts, "schemathesis is not satisfied with the REST API")
}

/// From the summary: `  3834 generated, 1 found 1 unique failure, 80 skipped`, or without failures
/// `  3834 generated, 3834 passed, 80 skipped`.
fn counts(lines: &[String]) -> (usize, usize) {
    let line = lines.iter().rev().map(|line| line.trim()).find(|line| line.contains(" generated, "));
    let number =
        |part: &str| part.trim().split(' ').next().and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
    let (mut made, mut failed) = (0, 0);
    for part in line.unwrap_or_default().split(',') {
        if part.contains("unique failure") {
            failed = number(part);
        } else if part.ends_with(" generated") {
            made = number(part);
        }
    }
    (made.saturating_sub(failed), failed)
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn the_summary_is_read() {
        let found =
            ["  3834 generated, 1 found 1 unique failure, 80 skipped", "", "Seed: 1"].map(str::to_owned);
        assert_eq!(counts(&found), (3833, 1));
        let fine = ["  3834 generated, 3834 passed, 80 skipped".to_owned()];
        assert_eq!(counts(&fine), (3834, 0));
        assert_eq!(counts(&[]), (0, 0));
    }
}
