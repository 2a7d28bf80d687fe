//! `provost doctor` before a real server: what somebody from outside meets, with certificates of an authority made here.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be run fails the test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::Value;

/// An authority; its certificate is in `ca.pem` of the folder, a certificate of its for localhost in `cert.pem`, `key.pem`.
fn authority(folder: &Path, name: &str) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::OrganizationName, name);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
    for (file, text) in [("ca.pem", ca.pem()), ("cert.pem", leaf.pem()), ("key.pem", key.serialize_pem())] {
        std::fs::write(folder.join(file), text).unwrap();
    }
}

fn provost(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.args(args).current_dir(folder).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// What the doctor says; the exit code and its findings.
fn doctor(folder: &Path, trust: Option<&Path>, args: &[&str]) -> (i32, Vec<Value>) {
    let mut command = provost(folder, &[&["--json", "doctor"], args].concat());
    if let Some(file) = trust {
        command.env("SSL_CERT_FILE", file);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    (output.status.code().unwrap_or(-1), report["findings"].as_array().unwrap().clone())
}

/// The states and sightings of one part.
fn part<'a>(findings: &'a [Value], part: &str) -> Vec<(&'a str, &'a str)> {
    let of_part = findings.iter().filter(|finding| finding["part"] == part);
    of_part.map(|f| (f["state"].as_str().unwrap(), f["saw"].as_str().unwrap())).collect()
}

fn says(found: &[(&str, &str)], state: &str, text: &str) -> bool {
    found.iter().any(|(s, saw)| *s == state && saw.contains(text))
}

/// A server, ended with the value.
struct Served {
    child: Child,
    port: u16,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(folder: &Path, args: &[&str]) -> Served {
    let mut command = provost(folder, &[&["--json", "serve", "--listen", "127.0.0.1:0"], args].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    let port = told["address"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
    Served { child, port }
}

#[test]
fn a_server_with_a_trusted_certificate_is_found_well() {
    let folder = tempfile::tempdir().unwrap();
    authority(folder.path(), "DigiCert of the tests");
    let server = serve(folder.path(), &["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let url = format!("https://localhost:{}", server.port);
    let (code, found) = doctor(
        folder.path(),
        Some(&folder.path().join("ca.pem")),
        &["--public-url", &url, "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--thorough"],
    );
    assert_eq!(code, 0, "{found:#?}");
    let certificate = part(&found, "certificate");
    assert!(says(&certificate, "ok", "TLS 1.2"), "{certificate:?}");
    assert!(says(&certificate, "ok", "trusted for localhost"), "{certificate:?}");
    assert!(says(&certificate, "ok", "Microsoft lists"), "{certificate:?}");
    assert!(says(&part(&found, "answer"), "ok", "refuses whoever has no token"), "{found:#?}");
    assert!(says(&part(&found, "database"), "ok", "nothing is damaged"), "{found:#?}");
    assert!(says(&part(&found, "clock"), "ok", "agrees with whoever answers"), "{found:#?}");
    assert!(says(&part(&found, "configuration"), "ok", "belong together"), "{found:#?}");
    // This machine's own name for itself is nothing that Entra could reach.
    assert!(says(&part(&found, "public URL"), "advice", "cannot be reached from the internet"), "{found:#?}");
}

#[test]
fn a_certificate_that_nobody_trusts_is_a_fault_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    authority(folder.path(), "Nobody");
    let server = serve(folder.path(), &["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let url = format!("https://localhost:{}", server.port);
    let (code, found) = doctor(folder.path(), None, &["--public-url", &url]);
    assert_eq!(code, 1);
    assert!(says(&part(&found, "certificate"), "fault", "not trusted"), "{found:#?}");
    let todo = found.iter().find(|f| f["saw"].as_str().unwrap().contains("not trusted")).unwrap();
    assert!(todo["todo"].as_str().unwrap().contains("the whole chain"), "{todo}");
    assert!(part(&found, "answer").is_empty(), "nothing is sent where the certificate is not trusted");
    // Another authority than those that Microsoft lists is worth a word, once it is trusted here.
    let (code, found) = doctor(folder.path(), Some(&folder.path().join("ca.pem")), &["--public-url", &url]);
    assert_eq!(code, 0, "{found:#?}");
    assert!(
        says(&part(&found, "certificate"), "advice", "not among those that Microsoft lists"),
        "{found:#?}"
    );
}

#[test]
fn a_certificate_for_another_name_and_plain_http_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    authority(folder.path(), "Nobody");
    let server = serve(folder.path(), &["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let ca = folder.path().join("ca.pem");
    let by_number = format!("https://127.0.0.1:{}", server.port);
    let (code, found) = doctor(folder.path(), Some(&ca), &["--public-url", &by_number]);
    assert_eq!(code, 1);
    assert!(says(&part(&found, "certificate"), "fault", "not trusted"), "{found:#?}");
    drop(server);
    let plain = serve(folder.path(), &[]);
    let (code, found) =
        doctor(folder.path(), Some(&ca), &["--public-url", &format!("https://localhost:{}", plain.port)]);
    assert_eq!(code, 1);
    assert!(says(&part(&found, "certificate"), "fault", "no TLS"), "{found:#?}");
}

#[test]
fn what_stands_in_the_way_is_named_by_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    for (answer, todo) in [
        ("301 Moved Permanently\r\nLocation: https://elsewhere.example/", "no redirects"),
        ("403 Forbidden", "User-Agent"),
        ("404 Not Found", "does not pass /scim_v2 on"),
        ("502 Bad Gateway", "does not reach Provost"),
        ("200 OK\r\nContent-Type: application/scim+json", "something else than Provost"),
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                let mut head = [0; 2048];
                // The first connection only looks whether somebody listens.
                if socket.read(&mut head).unwrap_or(0) > 0 {
                    let body = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0}"#;
                    let length = body.len();
                    let _ = write!(
                        socket,
                        "HTTP/1.1 {answer}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                    );
                }
            }
        });
        let (code, found) =
            doctor(folder.path(), None, &["--public-url", &format!("http://localhost:{port}")]);
        assert_eq!(code, 1, "{answer}: {found:#?}");
        let fault =
            found.iter().find(|f| f["part"] == "answer").unwrap_or_else(|| panic!("{answer}: {found:#?}"));
        assert!(fault["todo"].as_str().unwrap().contains(todo), "{answer}: {fault}");
    }
}

#[test]
fn a_file_that_is_no_database_is_a_fault_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    assert!(provost(folder.path(), &["migrate"]).output().unwrap().status.success());
    let path = folder.path().join("provost-data/provost.db");
    let (code, found) = doctor(folder.path(), None, &[]);
    assert_eq!(code, 0, "{found:#?}");
    assert!(says(&part(&found, "database"), "ok", "which is this program's"), "{found:#?}");
    std::fs::write(
        &path,
        "this is a text of some length and no database at all, whatever its name may promise",
    )
    .unwrap();
    let (code, found) = doctor(folder.path(), None, &[]);
    assert_eq!(code, 1);
    assert!(says(&part(&found, "database"), "fault", "not a database"), "{found:#?}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("this is a text"));
}

#[test]
fn postgresql_that_does_not_answer_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let (code, found) =
        doctor(folder.path(), None, &["--database-url", "postgres://nobody:secret@127.0.0.1:1/none"]);
    assert_eq!(code, 1);
    let database = part(&found, "database");
    assert!(says(&database, "fault", "127.0.0.1"), "{database:?}");
    assert!(!format!("{found:?}").contains("secret"), "{found:?}");
}

#[test]
fn the_report_begins_with_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    let output = provost(folder.path(), &["doctor", "--public-url", "http://scim.example.com/scim_v2?x"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.starts_with("1 thing to mend."), "{text}");
    assert!(text.contains("→ give it as in --public-url https://scim.example.com"), "{text}");
}
