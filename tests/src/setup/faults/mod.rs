//! Each fault of the catalogue, provoked by real requests, read where people read it: at the connection, and in the log.

mod address;
mod groups;
mod mapping;
mod people;
mod running;
mod token;

use std::time::Duration;

use serde_json::{Value, json};
use service::noun::ApiScope;
use service::{DEFAULT, Fault, Found, NewToken};
use testkit::{Caller, TestServer};

const FAULTS: &str = "//api/v1/tenants/default/connections/default/faults";
const HOUR: Duration = Duration::from_secs(3600);

async fn start() -> TestServer {
    TestServer::start().await
}

/// The faults that the API shows.
async fn seen(server: &TestServer, query: &str) -> Vec<Value> {
    server.service.settle().await;
    let reader = server.api(ApiScope::Read, None).await;
    let reply = reader.get(&format!("{FAULTS}{query}")).await.expect(200);
    reply.json["items"].as_array().unwrap().clone()
}

/// The ids of those that hold now.
async fn current(server: &TestServer) -> Vec<String> {
    seen(server, "").await.iter().map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

/// Entries of the log with this code, newest first.
async fn logged(server: &TestServer, code: &str) -> Vec<Value> {
    server.service.settle().await;
    let reader = server.api(ApiScope::Read, None).await;
    let reply = reader.get("//api/v1/tenants/default/log?limit=1000").await.expect(200);
    let items = reply.json["items"].as_array().unwrap().clone();
    items.into_iter().filter(|e| e["code"] == code).collect()
}

/// The fault holds now; where requests show it, the log names it and says what to do.
#[track_caller]
fn holds(server: &TestServer, id: &'static str) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let found = current(server).await;
        assert!(found.iter().any(|f| f == id), "{id} is not among {found:?} ({place})");
        let fault = Fault::of_code(id).unwrap();
        if fault.found != Found::State {
            let entries = logged(server, id).await;
            let detail = entries.first().and_then(|e| e["detail"].as_str()).unwrap_or_default();
            assert!(detail.len() > 20, "the log does not tell of {id}: {entries:?} ({place})");
        }
    }
}

/// The fault does not hold (any more).
#[track_caller]
fn is_over(server: &TestServer, id: &'static str) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let found = current(server).await;
        assert!(!found.iter().any(|f| f == id), "{id} is among {found:?} ({place})");
    }
}

/// A person as Entra sends it with the right mapping; members of `change` replace or (null) remove.
fn person(name: &str, change: Value) -> Value {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "externalId": format!("7d420df3-0000-4000-8000-{:012}", name.len()),
        "userName": format!("{name}@example.com"), "active": true, "displayName": name,
        "emails": [{"type": "work", "primary": true, "value": format!("{name}@example.com")}],
    });
    for (key, value) in change.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().shift_remove(key);
        } else {
            body[key] = value.clone();
        }
    }
    body
}

/// A second live token of the connection, with its caller.
async fn token(server: &TestServer, new: NewToken) -> (Caller, service::CreatedToken) {
    let op = server.operator(DEFAULT, DEFAULT).await;
    let made = server.service.token_create(&op, &new).await.unwrap();
    (server.with_token(made.secret.expose()), made)
}

/// Every fault of the catalogue is provoked by a test of this folder.
#[test]
fn every_fault_is_provoked() {
    let tests = [
        include_str!("address.rs"),
        include_str!("token.rs"),
        include_str!("groups.rs"),
        include_str!("mapping.rs"),
        include_str!("people.rs"),
        include_str!("running.rs"),
    ]
    .concat();
    let missing: Vec<_> =
        Fault::all().map(|f| f.id).filter(|id| !tests.contains(&format!("\"{id}\""))).collect();
    assert!(missing.is_empty(), "no test provokes {missing:?}");
}

#[tokio::test]
async fn a_good_set_up_has_no_faults() {
    let server = start().await;
    let entra = server.entra().await;
    entra.filter("/Users", "userName eq \"7d420df3-0000-4000-8000-000000000000\"").await.expect(200);
    entra.filter("/Groups", "displayName eq \"7d420df3\"").await.expect(200);
    entra.post("/Users", &person("ann", json!({}))).await.expect(201);
    assert_eq!(current(&server).await, Vec::<String>::new());
}

#[tokio::test]
async fn faults_are_told_in_the_language_that_is_asked_for() {
    let server = start().await;
    let entra = server.entra().await;
    entra.get("//Users").await.expect(404);
    let english = seen(&server, "").await.remove(0);
    assert_eq!((english["stage"].as_str(), english["weight"].as_str()), (Some("address"), Some("stops")));
    assert!(english["remedy"].as_str().unwrap().contains("/scim_v2"), "{english}");
    let german = seen(&server, "?language=de").await.remove(0);
    assert!(german["name"].as_str().unwrap().starts_with("Die Tenant URL"), "{german}");
    server.advance(Duration::from_secs(1));
    // Over, it is told only to who asks for all.
    entra.get("/Users").await.expect(200);
    is_over(&server, "path_bare_host").await;
    let all = seen(&server, "?all=true").await;
    assert_eq!((all[0]["id"].as_str(), all[0]["current"].as_bool()), (Some("path_bare_host"), Some(false)));
}

#[tokio::test]
async fn what_is_known_survives_a_restart_and_is_the_same_in_another_process() {
    let server = start().await;
    let entra = server.entra().await;
    entra.post("/Users", &person("ann", json!({"externalId": "ann"}))).await.expect(201);
    server.service.sweep().await.unwrap();
    holds(&server, "external_id_mail_nickname").await;
    let token = entra.token().to_owned();
    let server = server.restart().await;
    holds(&server, "external_id_mail_nickname").await;
    let entra = server.with_token(&token);
    entra.post("/Users", &person("ben", json!({"externalId": "ben"}))).await.expect(201);
    assert_eq!(seen(&server, "").await[0]["times"], 2);
    server.service.sweep().await.unwrap();
    assert_eq!(seen(&server, "").await[0]["times"], 2, "written down, not counted twice");
}
