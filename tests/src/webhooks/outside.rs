//! Provost from outside: its commands, its API, and what the directory says in the end.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base::Secret;
use client::{Client, Method, Request, RetryPolicy};
use serde_json::Value;

use crate::durability::server::binary;

/// Runs a command on a data directory; what it prints.
pub(super) fn provost(data: &Path, args: &[&str]) -> String {
    let output = Command::new(binary()).args(args).arg("--data-dir").arg(data).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A client that tries once: the server is about to be killed.
pub(super) fn connect(url: &str, token: String) -> Client {
    base::install_crypto_provider();
    let client = Client::builder(url).bearer(Secret::new(token)).retries(RetryPolicy::none());
    client.timeout(Duration::from_secs(20)).build().unwrap()
}

/// An answer of the API.
pub(super) async fn get(api: &Client, path: &str) -> Value {
    let response = api.send(Request::new(Method::GET, path)).await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{path}: {}", response.text());
    response.into_json()
}

/// What a profile says: the feed leaves out what is empty, and a snapshot does not.
pub(super) fn said(profile: &Value) -> Value {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    let members = profile.as_object().unwrap().iter().filter(|(_, value)| !empty(value));
    members.map(|(name, value)| (name.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into()
}

/// Everybody's profile, by id.
pub(super) async fn directory(api: &Client) -> BTreeMap<String, Value> {
    let mut learners = BTreeMap::new();
    let mut path = "/tenants/default/snapshot".to_owned();
    loop {
        let page = get(api, &path).await;
        for learner in page["items"].as_array().unwrap() {
            learners.insert(learner["id"].as_str().unwrap().to_owned(), said(&learner["profile"]));
        }
        match page["next"].as_str() {
            Some(next) => path = format!("/tenants/default/snapshot?cursor={next}"),
            None => return learners,
        }
    }
}
