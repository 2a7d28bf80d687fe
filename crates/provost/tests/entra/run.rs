//! The binary, a server of its own, and what a run came to.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

/// A command in a folder, with nothing of the environment.
pub(super) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.args(args).current_dir(folder).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// What a run came to.
pub(super) struct Run {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Run {
    pub(super) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code.
    pub(super) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The last line of stdout as JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(self.stdout.lines().last().unwrap_or_default())
            .unwrap_or_else(|e| panic!("{e}: {}", self.stdout))
    }

    /// Asserts that stderr says all of these.
    pub(super) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "no “{text}” in:\n{}", self.stderr);
        }
        self
    }

    /// Everything, for a snapshot: addresses, ids, times and figures become words.
    pub(super) fn shown(&self, url: &str) -> String {
        let text = format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr);
        let text = text.replace(url, "TENANT-URL");
        text.lines().map(|line| blank(line) + "\n").collect()
    }
}

fn blank(line: &str) -> String {
    if line.contains(" requests in ") {
        return "  N requests in S s, N people a second".to_owned();
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-:.".contains(c);
    let mut out = String::new();
    for piece in line.split_inclusive(|c: char| !is_part(c)) {
        let word = piece.trim_end_matches(|c: char| !is_part(c) || ":.".contains(c));
        // `%22…%22` around a random name.
        let inner = word.strip_prefix("22").unwrap_or(word);
        let is_uuid = |word: &str| word.len() == 36 && word.bytes().filter(|b| *b == b'-').count() == 4;
        let shown = match word {
            _ if is_uuid(word) || is_uuid(inner) => "ID",
            _ if word.len() == 24 && word.ends_with('Z') && word.contains('T') => "TIME",
            _ if word.starts_with("scim.") && word.len() > 60 => "JOB",
            word => word,
        };
        out.push_str(shown);
        out.push_str(&piece[word.len()..]);
    }
    out.trim_end().to_owned()
}

/// `provost serve` on a folder, and the folder itself.
pub(super) struct Target {
    pub(super) folder: tempfile::TempDir,
    pub(super) url: String,
    pub(super) token: String,
    port: u16,
    server: Option<Child>,
}

impl Target {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let token = Run::of(command(folder.path(), &["token", "create"]).output().unwrap()).exits(0);
        let mut target =
            Self { token: token.stdout.trim().to_owned(), folder, url: String::new(), port: 0, server: None };
        target.serve();
        target
    }

    /// Starts the server, on the port that it had.
    pub(super) fn serve(&mut self) {
        self.serve_with(&[]);
    }

    /// Starts it again with further flags.
    pub(super) fn serve_with(&mut self, flags: &[&str]) {
        self.kill();
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = command(self.folder.path(), &["serve", "--json", "--listen", &listen]);
        command.args(flags);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        self.url = said["tenant_url"].as_str().unwrap().to_owned();
        self.port = said["address"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
        self.server = Some(child);
    }

    /// Ends the server as a crash would.
    pub(super) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// Asks the server to end, and waits until it has.
    pub(super) fn terminate(&mut self) {
        if let Some(mut server) = self.server.take() {
            let id = server.id().to_string();
            assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
            assert!(server.wait().unwrap().success());
        }
    }

    /// A command of the engine, pointed here.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = command(self.folder.path(), &["entra"]);
        command.args(args).env("PROVOST_TENANT_URL", &self.url).env("PROVOST_SECRET_TOKEN", &self.token);
        command
    }

    /// Runs one.
    pub(super) fn entra(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().unwrap())
    }

    /// Writes a file into the folder.
    pub(super) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// User names of everybody in the target, each as often as he is there.
    pub(super) fn names(&self) -> Vec<String> {
        let list = command(self.folder.path(), &["learner", "list", "--json", "--limit", "1000"]);
        let list = { list }.output().unwrap();
        let list: Value = Run::of(list).exits(0).json();
        let list = list.as_array().unwrap_or_else(|| panic!("{list}"));
        let mut names: Vec<_> = list.iter().map(|l| l["userName"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A person as Graph returns one.
pub(super) fn person(name: &str) -> Value {
    json!({
        "id": format!("id-of-{name}"), "accountEnabled": true, "userPrincipalName": format!("{name}@x.example"),
        "displayName": name, "givenName": name, "surname": "Example", "mail": format!("{name}@x.example"),
        "mailNickname": name, "department": "Research",
    })
}

/// An organisation file of people.
pub(super) fn people(names: &[&str]) -> String {
    json!({"users": names.iter().map(|name| person(name)).collect::<Vec<_>>(), "groups": []}).to_string()
}

/// An organisation file of so many people.
pub(super) fn crowd(count: usize) -> String {
    let names: Vec<_> = (0..count).map(|n| format!("p{n:04}")).collect();
    people(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// An address at which nobody may call; asked afterwards whether somebody did.
pub(super) struct Untouched(TcpListener);

impl Untouched {
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/scim", self.0.local_addr().unwrap())
    }

    pub(super) fn assert(&self) {
        assert!(self.0.accept().is_err(), "something was sent");
    }
}
