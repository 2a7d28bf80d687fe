//! The real binary: its commands, and a server beside them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

fn provost(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.args(args).current_dir(folder).env_clear();
    command
}

/// Exit code, stdout and stderr.
pub fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = provost(folder, args).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// What it prints as JSON, once it ended well.
pub fn json(folder: &Path, args: &[&str]) -> Value {
    let (code, out, err) = run(folder, &[&["--json"], args].concat());
    assert_eq!(code, Some(0), "{err}");
    serde_json::from_str(&out).unwrap()
}

/// A server that ends with the test.
pub struct Served {
    child: Child,
    address: String,
    token: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// Serves the folder's data directory, with a token for it.
    pub fn start(folder: &Path) -> Self {
        let (_, token, _) = run(folder, &["token", "create"]);
        let mut child = provost(folder, &["serve", "--json", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let address = said["address"].as_str().unwrap().to_owned();
        Self { child, address, token: token.trim().to_owned() }
    }

    /// Status and answer.
    pub fn scim(&self, method: &str, path: &str, body: &Value) -> (u16, String) {
        let (mut stream, body) = (TcpStream::connect(&self.address).unwrap(), body.to_string());
        write!(
            stream,
            "{method} /scim_v2{path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
             content-type: application/scim+json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer[9..12].parse().unwrap(), answer)
    }
}
