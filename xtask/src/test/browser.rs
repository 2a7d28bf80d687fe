//! The browser step: the distribution's Chromium walks through console and setup page of a server of our own, with the
//! engine playing Entra, and axe-core looks at each page. Pictures of every page, for people to look at, go to
//! `target/screenshots`.

use super::server::Server;
use super::{Tally, tools};
use crate::{Outcome, command, workspace};

/// Runs it against an empty directory.
pub(super) fn run() -> Outcome<Tally> {
    tools::chromium()?;
    let python = tools::browser()?;
    let server = Server::start()?;
    let script = workspace::root().join("xtask").join("python").join("browse.py");
    let mut walk = command::program(&python.to_string_lossy());
    walk.arg(script).arg(server.program()).arg(server.folder()).arg(server.url());
    walk.arg(workspace::target().join("screenshots"));
    let (fine, lines) = command::watch(&mut walk)?;
    let (passed, failed) = counts(&lines);
    if !fine || failed > 0 || passed == 0 {
        let problem = Some(server.with_log("the browser met something that does not work"));
        return Ok(Tally { passed, failed: failed.max(1), problem });
    }
    server.stop()?;
    Ok(Tally { passed, failed, problem: None })
}

/// From the script's last line: `browser: 90 passed, 0 failed`.
fn counts(lines: &[String]) -> (usize, usize) {
    let line = lines.iter().rev().find_map(|line| line.strip_prefix("browser: ")).unwrap_or_default();
    let mut numbers = line.split(", ").filter_map(|part| part.split(' ').next()?.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn the_last_line_is_read() {
        let lines = ["ok  setup: axe-core finds nothing", "browser: 90 passed, 2 failed"].map(str::to_owned);
        assert_eq!(counts(&lines), (90, 2));
        assert_eq!(counts(&[]), (0, 0));
    }
}
