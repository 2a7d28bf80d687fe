//! The browser step: the distribution's Chromium walks through console and setup page of a server of our own, with the
//! engine playing Entra, and axe-core looks at each page. Pictures of every page, for people to look at, go to
//! `target/screenshots`. The server takes a cycle for done after a few quiet seconds, so that the walk sees that step tick.

use super::server::Server;
use super::{Tally, script, tools};
use crate::{Outcome, command, workspace};

/// Runs it against an empty directory.
pub(super) fn run() -> Outcome<Tally> {
    tools::chromium()?;
    let python = tools::browser()?;
    let server = Server::start_with(&["--cycle-quiet", "8s"])?;
    let script = workspace::root().join("xtask").join("python").join("browse.py");
    let mut walk = command::program(&python.to_string_lossy());
    walk.arg(script).arg(server.program()).arg(server.folder()).arg(server.url());
    walk.arg(workspace::target().join("screenshots"));
    script::look(
        server,
        &mut walk,
        |lines| script::counts("browser", lines),
        "the browser met something that does not work",
    )
}
