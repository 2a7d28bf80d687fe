//! Programs that look at a server of ours and count what they saw.

use std::process::Command;

use super::Tally;
use super::server::Server;
use crate::{Outcome, command};

/// Runs a program that looks at the server, and takes its counts of what passed and what failed. `problem` says what is
/// wrong when it is not satisfied, or saw nothing at all.
pub(super) fn look(
    server: Server,
    program: &mut Command,
    counts: impl Fn(&[String]) -> (usize, usize),
    problem: &str,
) -> Outcome<Tally> {
    let (fine, lines) = command::watch(program)?;
    let (passed, failed) = counts(&lines);
    if !fine || failed > 0 || passed == 0 {
        return Ok(Tally { passed, failed: failed.max(1), problem: Some(server.with_log(problem)) });
    }
    server.stop()?;
    Ok(Tally { passed, failed, problem: None })
}

/// From the last line of a script of ours: `{name}: 90 passed, 0 failed`.
pub(super) fn counts(name: &str, lines: &[String]) -> (usize, usize) {
    let of_script = |line: &String| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned);
    let line = lines.iter().rev().find_map(of_script).unwrap_or_default();
    let mut numbers = line.split(", ").filter_map(|part| part.split(' ').next()?.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn the_last_line_is_read() {
        let lines = ["browser: looks at it", "browser: 90 passed, 2 failed", "bye"].map(str::to_owned);
        assert_eq!(counts("browser", &lines), (90, 2));
        assert_eq!(counts("scim2-tester", &lines), (0, 0));
        assert_eq!(counts("browser", &[]), (0, 0));
    }
}
