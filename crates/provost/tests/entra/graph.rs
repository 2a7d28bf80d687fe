//! `provost entra serve` and `provost entra script`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::Value;

use super::run::{Run, Target, command, people};

/// A face that runs, and what it said.
struct Face {
    child: Child,
    token: String,
    address: String,
}

impl Face {
    fn begin(target: &Target, args: &[&str]) -> Self {
        let mut command =
            command(target.folder.path(), &["entra", "serve", "--json", "--source", "people.json"]);
        let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        assert_eq!(text("graph_url"), format!("http://{}/v1.0", text("address")));
        Self { child, token: text("token"), address: text("address") }
    }

    /// Status and body of a request.
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (token, length) = (&self.token, body.len());
        let request = format!(
            "{method} /v1.0{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or(Value::Null))
    }

    /// Ends it as an operator would; gives the exit code.
    fn end(mut self) -> i32 {
        let id = self.child.id().to_string();
        std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

#[test]
fn it_listens_on_this_machine_alone() {
    let target = Target::new();
    target.write("people.json", &people(&["ann"]));
    for listen in ["0.0.0.0:0", "192.0.2.1:9000", "[::]:0"] {
        let run = target.entra(&["serve", "--source", "people.json", "--listen", listen]);
        run.exits(1).says(&["not this machine alone", "127.0.0.1"]);
    }
    target.entra(&["serve"]).exits(1).says(&["no source"]);
    target.entra(&["serve", "--source", "people.json", "--every", "40"]).exits(2).says(&["30s or 40m"]);
}

#[test]
fn a_dialect_that_drives_no_jobs_is_refused_at_once() {
    let target = Target::new();
    target.write("people.json", &people(&["ann"]));
    let run = target.entra(&["serve", "--source", "people.json", "--dialect", "okta-aiw"]);
    run.exits(1).says(&["okta-aiw", "use entra-default or entra-2020"]);
}

#[test]
fn the_token_stands_alone_on_standard_output() {
    let target = Target::new();
    target.write("people.json", &people(&["ann"]));
    let mut command = command(target.folder.path(), &["entra", "serve", "--source", "people.json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line.trim().len(), 48);
    assert!(line.trim().bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn a_job_provisions_in_the_background_and_goes_on_after_a_restart() {
    let target = Target::new();
    target.write("people.json", &people(&["ann"]));
    let face = Face::begin(&target, &["--every", "1s"]);
    let template = "/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate";
    let (status, made) = face.ask("POST", template, r#"{"displayName": "Learning"}"#);
    assert_eq!(status, 201);
    let principal = format!("/servicePrincipals/{}", made["servicePrincipal"]["id"].as_str().unwrap());
    let (_, job) =
        face.ask("POST", &format!("{principal}/synchronization/jobs"), r#"{"templateId": "scim"}"#);
    let secrets = serde_json::json!({"value": [
        {"key": "BaseAddress", "value": target.url}, {"key": "SecretToken", "value": target.token},
        {"key": "SyncAll", "value": "true"}, {"key": "SyncNotificationSettings", "value": "{}"},
    ]});
    assert_eq!(face.ask("PUT", &format!("{principal}/synchronization/secrets"), &secrets.to_string()).0, 204);
    let job = format!("{principal}/synchronization/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!(face.ask("POST", &format!("{job}/start"), "").0, 204);
    let wait_for = |names: &[&str]| {
        for _ in 0..100 {
            if target.names() == names {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("{:?} instead of {names:?}", target.names());
    };
    wait_for(&["ann@x.example"]);
    assert_eq!(face.end(), 0);
    target.write("people.json", &people(&["ann", "bob"]));
    let again = Face::begin(&target, &["--every", "1s"]);
    wait_for(&["ann@x.example", "bob@x.example"]);
    assert_eq!(again.ask("GET", &job, "").1["status"]["code"], "Active");
    assert_eq!(again.end(), 0);
}

#[test]
fn a_script_holds_the_secret_only_when_it_is_asked_to() {
    let target = Target::new();
    for shell in ["az", "powershell"] {
        let args = ["script", "--name", "O'Hara", "--group", "Pilot", "--shell", shell];
        let plain = target.entra(&args).exits(0).says(&["only with https://"]);
        assert!(
            plain.stdout.contains(&target.url) && !plain.stdout.contains(&target.token),
            "{}",
            plain.stdout
        );
        let with = target.entra(&[&args[..], &["--embed-secret"]].concat()).exits(0);
        assert!(with.stdout.contains(&format!("'{}'", target.token)));
    }
    target.entra(&["script", "--shell", "fish"]).exits(2).says(&["powershell", "az"]);
    let bare = |args: &[&str]| Run::of(command(target.folder.path(), args).output().unwrap());
    bare(&["entra", "script", "--shell", "az"]).exits(1).says(&["no Tenant URL"]);
    let url = ["entra", "script", "--shell", "az", "--tenant-url"];
    bare(&[&url[..], &["https://x.example/scim", "--embed-secret"]].concat())
        .exits(1)
        .says(&["PROVOST_SECRET_TOKEN"]);
    bare(&[&url[..], &["x.example"]].concat()).exits(1).says(&["https://"]);
    bare(&[&url[..], &["https://x.example/scim", "--name", "two\nlines"]].concat())
        .exits(1)
        .says(&["line break"]);
    Run::of(
        std::process::Command::new("bash")
            .args(["-n", "-c"])
            .arg(
                bare(&[&url[..], &["https://x.example/scim", "--name", "$(touch pwned)"]].concat())
                    .exits(0)
                    .stdout,
            )
            .output()
            .unwrap(),
    )
    .exits(0);
}
