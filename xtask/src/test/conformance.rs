//! The conformance step: scim2-tester, which others wrote, asks a running server for everything that
//! the server says it can do. An error fails, and so does a check that was skipped: what we advertise
//! must be there to be checked.

use super::server::Server;
use super::{Tally, tools};
use crate::{Outcome, command, workspace};

/// Runs it against a tenant of its own.
pub(super) fn run() -> Outcome<Tally> {
    let python = tools::python()?;
    let server = Server::start()?;
    server.command(&["tenant", "create", "conformance", "--groups", "on"])?;
    let token = server.command(&["token", "create", "--tenant", "conformance", "--name", "scim2-tester"])?;
    let script = workspace::root().join("xtask").join("python").join("check_server.py");
    let mut check = command::program(&python.to_string_lossy());
    check.arg(script).arg(server.tenant_url()).env("PROVOST_TOKEN", token);
    let (fine, lines) = command::watch(&mut check)?;
    let (passed, failed) = counts(&lines);
    if !fine || failed > 0 || passed == 0 {
        let problem = Some(server.with_log("scim2-tester is not satisfied with the server"));
        return Ok(Tally { passed, failed: failed.max(1), problem });
    }
    server.stop()?;
    Ok(Tally { passed, failed, problem: None })
}

/// From the script's last line: `scim2-tester: 90 passed, 0 failed`.
fn counts(lines: &[String]) -> (usize, usize) {
    let line = lines.iter().rev().find_map(|line| line.strip_prefix("scim2-tester: ")).unwrap_or_default();
    let mut numbers = line.split(", ").filter_map(|part| part.split(' ').next()?.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn the_last_line_is_read() {
        let lines =
            ["scim2-tester: looks at it", "scim2-tester: 90 passed, 2 failed", "bye"].map(str::to_owned);
        assert_eq!(counts(&lines), (90, 2));
        assert_eq!(counts(&[]), (0, 0));
    }
}
