//! Signing in otherwise than with a Secret Token, at a stand-in authorization server.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use super::run::{Run, Target};

/// Answers every request with a token, and keeps what it was sent.
fn authorization_server(token: &str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let sent = Arc::new(Mutex::new(Vec::new()));
    let (kept, token) = (Arc::clone(&sent), token.to_owned());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut text, mut buffer) = (String::new(), [0_u8; 4096]);
            while !whole(&text) {
                let n = stream.read(&mut buffer).unwrap();
                text.push_str(std::str::from_utf8(&buffer[..n]).unwrap());
            }
            kept.lock().unwrap().push(text);
            let body =
                format!("{{\"access_token\":\"{token}\",\"token_type\":\"Bearer\",\"expires_in\":3600}}");
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}",
                body.len()
            );
            write!(stream, "{head}\r\nconnection: close\r\n\r\n{body}").unwrap();
        }
    });
    (url, sent)
}

fn whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .to_ascii_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn test(target: &Target, url: &str, change: impl FnOnce(&mut std::process::Command)) -> Run {
    let mut command = target.command(&["test-connection", "--oauth-token-url", url]);
    change(command.env_remove("PROVOST_SECRET_TOKEN"));
    Run::of(command.output().unwrap())
}

#[test]
fn client_credentials_go_in_a_header_or_in_the_body() {
    let target = Target::new();
    let (url, sent) = authorization_server(&target.token);
    test(&target, &url, |command| {
        command.args(["--oauth-client-id", "me"]).env("PROVOST_OAUTH_CLIENT_SECRET", "s3cret");
    })
    .exits(0);
    test(&target, &url, |command| {
        command.args(["--oauth-client-id", "me", "--oauth-credentials", "body", "--oauth-scope", "scim"]);
        command.env("PROVOST_OAUTH_CLIENT_SECRET", "s3cret");
    })
    .exits(0);
    let sent = sent.lock().unwrap();
    assert!(sent[0].contains("Basic bWU6czNjcmV0") || sent[0].contains("basic bWU6czNjcmV0"), "{}", sent[0]);
    assert!(sent[1].contains("client_secret=s3cret") && sent[1].contains("scope=scim"), "{}", sent[1]);
    test(&target, &url, |command| {
        command.args(["--oauth-client-id", "me"]);
    })
    .exits(1)
    .says(&["--signing-key is missing"]);
}

#[test]
fn workload_identity_federation_shows_a_signed_assertion_and_no_secret() {
    let target = Target::new();
    let key = entra::signin::SigningKey::generate().unwrap();
    target.write("key.pem", key.to_pem().expose());
    let (url, sent) = authorization_server(&target.token);
    test(&target, &url, |command| {
        command.args(["--oauth-client-id", "me", "--signing-key", "key.pem", "--entra-tenant-id", "t"]);
        command.args(["--service-principal-id", "sp"]);
    })
    .exits(0);
    let sent = sent.lock().unwrap();
    assert!(sent[0].contains("client_assertion=ey") && !sent[0].contains("secret"), "{}", sent[0]);
}

#[test]
fn a_refused_client_is_told_apart_from_a_refused_token() {
    let target = Target::new();
    let refused = test(&target, "http://127.0.0.1:9/token", |command| {
        command.args(["--oauth-client-id", "me"]).env("PROVOST_OAUTH_CLIENT_SECRET", "s3cret");
    })
    .exits(1);
    assert!(refused.stdout.contains("the token endpoint gave no answer"), "{}", refused.stdout);
    assert!(!refused.stdout.contains("s3cret") && !refused.stderr.contains("s3cret"));
}

#[test]
fn a_token_that_nobody_pasted_is_not_to_be_pasted_again() {
    let target = Target::new();
    let (url, _) = authorization_server("not-one-of-theirs");
    let refused = test(&target, &url, |command| {
        command.args(["--oauth-client-id", "me"]).env("PROVOST_OAUTH_CLIENT_SECRET", "s3cret");
    })
    .exits(1);
    assert!(refused.stdout.contains("the token endpoint issued it"), "{}", refused.stdout);
    assert!(!refused.stdout.contains("not-one-of-theirs") && !refused.stdout.contains("and paste"));
    // Entra's own token, which this service does not take: what must be accepted of it is said, and where its key is.
    let key = entra::signin::SigningKey::generate().unwrap();
    target.write("key.pem", key.to_pem().expose());
    let mut command =
        target.command(&["test-connection", "--signing-key", "key.pem", "--entra-tenant-id", "t"]);
    command.args(["--service-principal-id", "sp"]).env_remove("PROVOST_SECRET_TOKEN");
    Run::of(command.output().unwrap()).exits(1).says(&["audience 8adf8e6e", key.id(), "provost entra jwks"]);
    let keys = Run::of(target.command(&["jwks", "--signing-key", "key.pem"]).output().unwrap()).exits(0);
    let keys: serde_json::Value = serde_json::from_str(&keys.stdout).unwrap();
    assert_eq!(keys, serde_json::json!({"keys": [key.public_jwk()]}));
}

#[test]
fn what_a_seed_turned_is_the_first_line_of_the_data() {
    let target = Target::new();
    let run = |arguments: &[&str]| {
        let mut command = target.command(&["test-connection", "--json"]);
        Run::of(command.args(arguments).output().unwrap()).exits(0).stdout
    };
    let lines: Vec<serde_json::Value> = run(&["--vary", "7", "--switch", "op-case=lower"])
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!((&lines[0]["vary"], &lines[0]["dialect"]), (&7.into(), &"entra-default".into()));
    assert_eq!(lines[0]["turned"]["op-case"], "lower");
    assert_eq!(lines[1]["passed"], true);
    assert_eq!(run(&[]).lines().count(), 1, "where nothing is turned nothing is said of it");
}
