//! The servers, each as a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::durability::server::{binary, token};

/// A SCIM server that runs, with nobody in it.
pub(super) struct Server {
    child: Child,
    pub(super) folder: tempfile::TempDir,
    pub(super) url: String,
    pub(super) token: String,
}

/// Where `cargo xtask test` installs what is not ours.
fn installed(name: &str, file: &str) -> PathBuf {
    let target = binary().ancestors().nth(2).expect("target/<profile>/provost").to_owned();
    let path = target.join("xtask").join(name).join(file);
    assert!(path.exists(), "{} is missing: run `cargo xtask test --only foreign`", path.display());
    path
}

impl Server {
    /// `scim2-server` of PyPI.
    pub(super) fn scim2_server() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(installed("scim2-server", "bin/scim2-server"));
        command.args(["--bearer-token", "a-token", "--port", &port.to_string()]);
        command.env("PYTHONUNBUFFERED", "1");
        Self::start(&mut command, "a-token", |line| line.strip_prefix("Serving SCIM on ").map(str::to_owned))
    }

    /// SCIMMY's routers, with the application in `tests/foreign/scimmy`.
    /// `literal`: a removal of a member empties the group.
    pub(super) fn scimmy(literal: bool) -> Self {
        let app = installed("scimmy", "app.mjs");
        let mut command = Command::new("node");
        command.arg(app).arg("a-token").args(literal.then_some("--literal"));
        Self::start(&mut command, "a-token", |line| line.starts_with("http").then(|| line.to_owned()))
    }

    /// Ours.
    pub(super) fn provost() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secret = token(folder.path());
        let mut command = Command::new(binary());
        command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder.path());
        command.env("PROVOST_LOG", "error");
        let mut server = Self::start(&mut command, &secret, |line| {
            let said: serde_json::Value = serde_json::from_str(line).ok()?;
            Some(said["tenant_url"].as_str()?.to_owned())
        });
        server.folder = folder;
        server
    }

    /// Starts it and waits until it says where it listens.
    fn start(command: &mut Command, token: &str, address: fn(&str) -> Option<String>) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut lines = String::new();
        let url = loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).unwrap() > 0, "it ended before it listened: {lines}");
            if let Some(url) = address(line.trim()) {
                break url;
            }
            lines.push_str(&line);
        };
        // Whoever logs to it must not come to stand still on a full pipe.
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        let server = Self { child, folder: tempfile::tempdir().unwrap(), url, token: token.to_owned() };
        server.wait();
        server
    }

    /// Until it takes connections: some say where before they do.
    fn wait(&self) {
        let host = self.url.trim_start_matches("http://").split('/').next().unwrap();
        for _ in 0..200 {
            if std::net::TcpStream::connect(host).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("nobody listens at {}", self.url);
    }

    /// `provost entra …` against it, in a folder of its own: the exit code and what it printed.
    pub(super) fn entra(&self, args: &[&str]) -> (i32, String) {
        let folder: &Path = self.folder.path();
        let mut command = Command::new(binary());
        command.arg("entra").args(args).current_dir(folder).env("NO_COLOR", "1");
        command.env("PROVOST_TENANT_URL", &self.url).env("PROVOST_SECRET_TOKEN", &self.token);
        let output = command.output().unwrap();
        let code = output.status.code().unwrap_or(-1);
        assert!(code == 0 || code == 1, "{}", String::from_utf8_lossy(&output.stderr));
        (code, String::from_utf8(output.stdout).unwrap())
    }

    /// Puts something there by plain SCIM, as it was there before Entra came.
    pub(super) fn put(&self, kind: &str, body: &str) {
        let mut command = Command::new("curl");
        command.args(["-sS", "--fail", "-H", "Content-Type: application/scim+json", "-d", body]);
        command.args([
            "-H",
            &format!("Authorization: Bearer {}", self.token),
            &format!("{}/{kind}", self.url),
        ]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
