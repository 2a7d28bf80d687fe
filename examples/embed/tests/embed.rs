//! The example as somebody would run it: what a provider sends reaches the platform's own list.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be run fails the test")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base::Secret;
use client::{Client, Request};
use serde_json::{Value, json};

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The platform's list, once it has so many people.
async fn people(platform: &Client, count: usize) -> Vec<Value> {
    let started = Instant::now();
    loop {
        let answer = platform.send(Request::new(http::Method::GET, "people")).await.unwrap();
        let list: Vec<Value> = serde_json::from_str(answer.text()).unwrap();
        if list.len() == count || started.elapsed() > Duration::from_secs(20) {
            return list;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_a_provider_sends_reaches_the_platforms_own_list() {
    base::tls::install_crypto_provider();
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_example-embed"));
    command.arg("127.0.0.1:0").arg(folder.path()).stdout(Stdio::piped());
    let mut child = Running(command.spawn().unwrap());
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let mut told = || lines.next().unwrap().unwrap().split_whitespace().last().unwrap().to_owned();
    let (tenant_url, token) = (told(), told());
    let scim = Client::builder(&tenant_url).bearer(Secret::new(token)).build().unwrap();
    let platform = Client::builder(tenant_url.trim_end_matches("/scim_v2")).build().unwrap();

    let ann = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ann@example.com", "active": true, "name": {"givenName": "Ann"}
    });
    let created = scim.send(Request::new(http::Method::POST, "Users").json(&ann)).await.unwrap();
    assert_eq!(created.status().as_u16(), 201, "{}", created.text());
    let id = created.id().unwrap().to_owned();
    let list = people(&platform, 1).await;
    assert_eq!(list[0]["givenName"], "Ann", "{list:?}");

    let gone = scim.send(Request::resource(http::Method::DELETE, "Users", &id)).await.unwrap();
    assert_eq!(gone.status().as_u16(), 204);
    assert!(people(&platform, 0).await.is_empty());

    // The platform's own pages are its own, and SCIM is not elsewhere.
    let home = platform.send(Request::new(http::Method::GET, "")).await.unwrap();
    assert!(home.text().starts_with("Courses"), "{}", home.text());
    let other = platform.send(Request::new(http::Method::GET, "console")).await.unwrap();
    assert_eq!(other.status().as_u16(), 404);
}
