//! Writers that remember what was acknowledged to them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::Secret;
use client::{Client, Method, Query, Request, RetryPolicy};
use serde_json::{Value, json};

/// What the service said is so, by learner id: whether the learner was disabled, and in the group.
#[derive(Debug, Default, Clone)]
pub(super) struct Acknowledged {
    /// Learners whose creation was acknowledged: their user name and the last acknowledged `active`.
    pub(super) learners: BTreeMap<String, (String, bool)>,
    /// Learners whose membership was acknowledged.
    pub(super) members: Vec<String>,
}

/// A client that tries once and never waits long: the server is about to be killed.
pub(super) fn client(tenant_url: &str, token: &str) -> Client {
    base::install_crypto_provider();
    Client::builder(tenant_url)
        .bearer(Secret::new(token.to_owned()))
        .retries(RetryPolicy::none())
        .timeout(Duration::from_secs(20))
        .build()
        .expect("a client")
}

/// Writes on several connections until told to stop or until the server is gone.
pub(super) async fn write_until_gone(
    tenant_url: String,
    token: String,
    group: String,
    next: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<Acknowledged>>,
) {
    let mut writers = Vec::new();
    for _ in 0..8 {
        let (client, group) = (client(&tenant_url, &token), group.clone());
        let (next, stop, acknowledged) = (Arc::clone(&next), Arc::clone(&stop), Arc::clone(&acknowledged));
        writers.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if one_person(&client, &group, number, &acknowledged).await.is_none() {
                    return;
                }
            }
        }));
    }
    for writer in writers {
        writer.await.expect("a writer does not panic");
    }
}

/// Creates somebody, disables every third, puts every second into the group. `None` once the server is gone.
async fn one_person(
    client: &Client,
    group: &str,
    number: u64,
    acknowledged: &Mutex<Acknowledged>,
) -> Option<()> {
    let name = format!("person-{number}@durability.example");
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "active": true,
        "emails": [{"type": "work", "value": name, "primary": true}], "displayName": format!("Person {number}")});
    let created = send(client, Method::POST, "/Users", &body, 201).await?;
    let id = created["id"].as_str().expect("a created learner has an id").to_owned();
    acknowledged.lock().expect("no poison").learners.insert(id.clone(), (name.clone(), true));
    if number.is_multiple_of(3) {
        // In flight, either state is right; only an acknowledgement settles it.
        acknowledged.lock().expect("no poison").learners.remove(&id);
        let disable = patch(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
        send(client, Method::PATCH, &format!("/Users/{id}"), &disable, 200).await?;
        acknowledged.lock().expect("no poison").learners.insert(id.clone(), (name, false));
    }
    if number.is_multiple_of(2) {
        let add = patch(&json!([{"op": "Add", "path": "members", "value": [{"value": id}]}]));
        send(client, Method::PATCH, &format!("/Groups/{group}"), &add, 204).await?;
        acknowledged.lock().expect("no poison").members.push(id);
    }
    Some(())
}

fn patch(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

/// Sends; `None` when the server is gone, a panic when it answers something else.
async fn send(client: &Client, method: Method, path: &str, body: &Value, status: u16) -> Option<Value> {
    let response = client.send(Request::new(method, path).json(body)).await.ok()?;
    assert_eq!(response.status().as_u16(), status, "{path}: {}", response.text());
    Some(response.into_json())
}

/// Makes the group that the writers fill.
pub(super) async fn make_group(tenant_url: &str, token: &str) -> String {
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Everyone"});
    let created = send(&client(tenant_url, token), Method::POST, "/Groups", &body, 201).await;
    created.expect("the server is up")["id"].as_str().expect("an id").to_owned()
}

/// Fails unless everything acknowledged is there, as it was acknowledged.
pub(super) async fn assert_all_there(
    tenant_url: &str,
    token: &str,
    group: &str,
    acknowledged: &Acknowledged,
) {
    let client = client(tenant_url, token);
    let everyone = client.list_all(Query::new("/Users")).await.expect("the list of learners");
    let there: BTreeMap<&str, &Value> =
        everyone.iter().map(|u| (u["id"].as_str().expect("an id"), u)).collect();
    for (id, (name, active)) in &acknowledged.learners {
        let learner =
            there.get(id.as_str()).unwrap_or_else(|| panic!("{name} was acknowledged as {id} and is gone"));
        assert_eq!(learner["userName"], json!(name));
        assert_eq!(learner["active"], json!(active), "{name}: the acknowledged state is lost");
    }
    let group = client
        .send(Request::new(Method::GET, format!("/Groups/{group}")))
        .await
        .expect("the group")
        .into_json();
    let members = group["members"].as_array().map(Vec::as_slice).unwrap_or_default();
    let members: std::collections::BTreeSet<&str> =
        members.iter().filter_map(|m| m["value"].as_str()).collect();
    for id in &acknowledged.members {
        assert!(members.contains(id.as_str()), "the membership of {id} was acknowledged and is gone");
    }
}
