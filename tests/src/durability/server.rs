//! The real binary as a child process.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// `provost serve` on a data directory. It ends with the value, also when the test panics.
pub(crate) struct Process {
    child: Child,
    /// Tenant URL.
    pub(crate) tenant_url: String,
}

impl Process {
    /// Starts it and waits until it listens. `environment` is added to its own.
    pub(crate) fn start(data: &Path, environment: &[(&str, &str)]) -> Self {
        Self::start_at("127.0.0.1:0", data, environment)
    }

    /// The same at an address.
    pub(crate) fn start_at(address: &str, data: &Path, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(binary());
        command.args(["serve", "--json", "--listen", address, "--data-dir"]).arg(data);
        command.envs(environment.iter().copied()).env("PROVOST_LOG", "error").stdout(Stdio::piped());
        let child = command.spawn().expect("provost starts");
        let mut own = Self { child, tenant_url: String::new() };
        let mut line = String::new();
        let stdout = own.child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("provost says where it listens");
        let said: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line:?}"));
        said["tenant_url"].as_str().expect("a Tenant URL").clone_into(&mut own.tenant_url);
        own
    }

    /// SIGKILL, and no goodbye.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the process can be killed");
        self.child.wait().expect("the process ends");
    }
}

impl Drop for Process {
    /// Of one that was killed and waited for already, this reaches nobody.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_ends_with_the_test_that_panics() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut address, mut data) = (String::new(), None);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let server = Process::start(folder.path(), &[]);
        let (_, rest) = server.tenant_url.split_once("://").expect("an absolute URL");
        address = rest.split('/').next().expect("an authority").to_owned();
        data = Some(std::net::TcpStream::connect(&address).expect("it listens"));
        panic!("as a failing test does");
    }));
    assert!(panicked.is_err() && data.is_some());
    let error = std::net::TcpStream::connect(&address).expect_err("nobody listens any more");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
}

/// Makes a token on a data directory.
pub(crate) fn token(data: &Path) -> String {
    let output = Command::new(binary())
        .args(["token", "create", "--data-dir"])
        .arg(data)
        .output()
        .expect("provost runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a token is text").trim().to_owned()
}

/// The binary beside the test's own; `cargo xtask test` builds it first.
pub(crate) fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("the test knows where it is");
    let folder = own.parent().and_then(Path::parent).expect("target/<profile>/deps");
    let binary = folder.join(format!("provost{}", std::env::consts::EXE_SUFFIX));
    assert!(binary.exists(), "{} is missing: run `cargo build -p provost`", binary.display());
    binary
}
