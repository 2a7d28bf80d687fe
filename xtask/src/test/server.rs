//! A Provost of our own, on a free port and an empty directory, for as long as a step needs it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Outcome, command, workspace};

/// How long the server may take to be ready, and to stop.
const PATIENCE: Duration = Duration::from_secs(15);

/// A running server. It is stopped and its directory removed when this is dropped.
pub(super) struct Server {
    child: Child,
    program: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
}

impl Server {
    /// Builds the program as it is released and starts it.
    pub(super) fn start() -> Outcome<Self> {
        Self::start_with(&[])
    }

    /// The same, with more arguments of `provost serve`.
    pub(super) fn start_with(more: &[&str]) -> Outcome<Self> {
        let build = ["build", "--release", "--locked", "--quiet", "--package", "provost"];
        command::run(command::cargo().args(build))?;
        let program = workspace::target().join("release").join("provost");
        let folder = workspace::target().join("xtask").join(format!("server-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let address = free_address()?;
        let log = File::create(folder.join("server.log")).map_err(|error| format!("server.log: {error}"))?;
        let errors = log.try_clone().map_err(|error| format!("server.log: {error}"))?;
        let child = provost(&program)
            .arg("serve")
            .arg("--data-dir")
            .arg(&folder)
            .args(["--listen", &address.to_string()])
            .args(["--public-url", &format!("http://{address}")])
            .args(more)
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", program.display()))?;
        let mut server = Self { child, program, folder, address };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// What a customer would paste as Tenant URL.
    pub(super) fn tenant_url(&self) -> String {
        format!("http://{}/scim_v2", self.address)
    }

    /// Where it answers.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The program that serves.
    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    /// A folder that lives as long as the server does.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs a command of the same program on the same directory and returns what it printed.
    pub(super) fn command(&self, arguments: &[&str]) -> Outcome<String> {
        let mut command = provost(&self.program);
        command.args(arguments).arg("--data-dir").arg(&self.folder);
        Ok(command::output(&mut command)?.trim().to_owned())
    }

    /// Asks the server to stop, as an operator does, and says whether it did so in good order.
    pub(super) fn stop(mut self) -> Outcome {
        let process = self.child.id().to_string();
        command::run(command::program("kill").args(["-TERM", &process]))?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.exited()? {
                return if status.success() {
                    Ok(())
                } else {
                    Err(self.with_log(&format!("the server ended with {status}")))
                };
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(self.with_log("the server did not stop when asked to"))
    }

    fn wait_until_ready(&mut self) -> Outcome {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.exited()? {
                return Err(self.with_log(&format!("the server ended with {status} before it was ready")));
            }
            if is_ready(self.address) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(self.with_log("the server was not ready in time"))
    }

    fn exited(&mut self) -> Outcome<Option<std::process::ExitStatus>> {
        self.child.try_wait().map_err(|error| format!("the server was lost: {error}"))
    }

    /// A message with the end of what the server said.
    pub(super) fn with_log(&self, message: &str) -> String {
        let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let end = lines[lines.len().saturating_sub(30)..].join("\n");
        format!("{message}; it said:\n{end}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Not an error when it has stopped already, and there is nobody to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The program, free of the settings of whoever runs the tests.
fn provost(program: &Path) -> Command {
    let mut command = command::program(&program.to_string_lossy());
    for (key, _) in std::env::vars_os().filter(|(key, _)| key.to_string_lossy().starts_with("PROVOST_")) {
        command.env_remove(key);
    }
    command
}

/// A port that was free a moment ago.
fn free_address() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    listener
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("no free port on loopback: {error}"))
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
