//! The conformance step: scim2-tester, which others wrote, asks a running server for everything that
//! the server says it can do. An error fails, and so does a check that was skipped: what we advertise
//! must be there to be checked.

use super::server::Server;
use super::{Tally, script, tools};
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
    script::look(
        server,
        &mut check,
        |lines| script::counts("scim2-tester", lines),
        "scim2-tester is not satisfied with the server",
    )
}
