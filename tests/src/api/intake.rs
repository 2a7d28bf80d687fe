//! Whose people a tenant takes in, and which of their attributes.

use std::time::Duration;

use serde_json::{Value, json};
use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

const PATH: &str = "//api/v1/tenants/default/intake";
const LEARNERS: &str = "//api/v1/tenants/default/learners";

fn person(name: &str) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "active": true})
}

#[tokio::test]
async fn people_of_other_domains_are_refused_whoever_sends_them() {
    let server = TestServer::start().await;
    let (entra, admin) = (server.entra().await, server.api(ApiScope::Admin, None).await);
    let guest = entra.user("guest@elsewhere.example").await;
    let none = admin.get(PATH).await.expect(200);
    assert_eq!(none.json, json!({"allowedDomains": [], "neverStored": []}));
    let set = json!({"allowedDomains": ["example.com"], "neverStored": []});
    assert_eq!(admin.put(PATH, &set).await.expect(200).json, set);
    server.advance(Duration::from_secs(2));

    let refused = entra.post("/Users", &person("eve@evil.example")).await.expect(400);
    assert_eq!(refused.json["scimType"], "invalidValue");
    assert!(refused.detail().contains("evil.example"), "{}", refused.detail());
    let log = admin.get("//api/v1/tenants/default/log?failures=true").await.expect(200);
    assert_eq!(log.json["items"][0]["code"], "domain_not_allowed");
    let ann = entra.user("ann@example.com").await;
    let mail = json!({"op": "add", "path": "emails[type eq \"work\"].value", "value": "ann@evil.example"});
    entra.patch_operations(&format!("/Users/{ann}"), &[mail]).await.expect(400);
    // Whoever was there before the rule can still be changed, and locked out above all.
    let off = json!({"op": "Replace", "path": "active", "value": "False"});
    entra.patch_operations(&format!("/Users/{guest}"), &[off]).await.expect(200);

    let by_api = problem(admin.post(LEARNERS, &person("eve@evil.example")).await, 400, "invalid_body");
    assert!(by_api.detail().contains("evil.example"), "{}", by_api.text);
}

#[tokio::test]
async fn what_is_never_stored_stands_nowhere_neither_in_the_log() {
    let server = TestServer::start().await;
    let (entra, admin) = (server.entra().await, server.api(ApiScope::Admin, None).await);
    let phones = json!([{"type": "work", "value": "555-0100"}]);
    let mut before = person("before@example.com");
    before["phoneNumbers"] = phones.clone();
    let before = entra.post("/Users", &before).await.expect(201).id().to_owned();
    let set = json!({"neverStored": ["phoneNumbers", "name.middleName"]});
    admin.put(PATH, &set).await.expect(200);
    server.advance(Duration::from_secs(2));

    let at = server.count_events().await;
    let mut body = person("ann@example.com");
    body["phoneNumbers"] = phones.clone();
    body["name"] = json!({"givenName": "Ann", "middleName": "Quill"});
    let ann = entra.post("/Users", &body).await.expect(201);
    assert_eq!((&ann.json["phoneNumbers"], &ann.json["name"]), (&Value::Null, &json!({"givenName": "Ann"})));
    let add = json!({"op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "555-0100"});
    let after = entra.patch_operations(&format!("/Users/{}", ann.id()), &[add]).await.expect(200);
    assert_eq!(after.json["phoneNumbers"], Value::Null);
    // A refusal keeps what was sent, but not this.
    body["active"] = json!("perhaps");
    entra.post("/Users", &body).await.expect(400);
    // What was there goes with the next write.
    let title = json!({"op": "Replace", "path": "title", "value": "Dr"});
    let scrubbed = entra.patch_operations(&format!("/Users/{before}"), &[title]).await.expect(200);
    assert_eq!(scrubbed.json["phoneNumbers"], Value::Null);

    let log = admin.get("//api/v1/tenants/default/log").await.expect(200).text;
    assert!(!log.contains("Quill"), "{log}");
    let told = server.events_after(at).await;
    assert!(told.iter().all(|e| !e.event.data.contains("555-0100")), "nor as what was there before");
    let of_ann: Vec<_> =
        told.iter().filter(|e| e.event.subject.is_some_and(|(_, id)| id.to_string() == ann.id())).collect();
    assert_eq!(of_ann.len(), 1, "the second write changed nothing");
    assert!(!of_ann[0].event.data.contains("555-0100") && !of_ann[0].event.data.contains("Quill"));

    // By the API and by CSV alike.
    admin.post(LEARNERS, &json!({"userName": "ben@example.com", "phoneNumbers": phones})).await.expect(201);
    let ben = admin.get(&format!("{LEARNERS}/ben@example.com")).await.expect(200);
    assert!(!ben.text.contains("555-0100"), "{}", ben.text);
}

#[tokio::test]
async fn mistakes_in_the_rules_are_named_and_keys_need_their_scope() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    for (settings, at) in [
        (json!({"allowedDomains": ["example.com", "https://x.example"]}), "intake.allowedDomains[1]"),
        (json!({"neverStored": ["userName"]}), "intake.neverStored[0]"),
        (json!({"neverStored": ["nobodyKnows"]}), "intake.neverStored[0]"),
    ] {
        let refused = problem(admin.put(PATH, &settings).await, 400, "invalid_request");
        assert!(refused.text.contains(at), "{}", refused.text);
    }
    problem(admin.put(PATH, &json!({"domains": []})).await, 400, "invalid_body");
    let write = server.api(ApiScope::Write, None).await;
    problem(write.put(PATH, &json!({})).await, 403, "insufficient_scope");
    let stale = admin.header("if-match", "\"99\"");
    problem(stale.put(PATH, &json!({})).await, 412, "stale");
}
