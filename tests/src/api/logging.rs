//! One entry of the log with what belongs to it.

use serde_json::json;
use service::noun::ApiScope;
use testkit::{Caller, TestServer};

use super::problem;

const ALL: &str = "//api/v1/tenants/default/log";

/// The sequence of the newest entry.
async fn newest(caller: &Caller) -> i64 {
    let log = caller.get(&format!("{ALL}?limit=1")).await.expect(200);
    log.json["items"][0]["sequence"].as_i64().unwrap()
}

#[tokio::test]
async fn a_failure_is_shown_with_request_answer_and_advice() {
    let server = TestServer::start().await;
    let read = server.api(ApiScope::Read, None).await;
    let entra = server.entra().await;
    let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann@x.org"});
    entra.post("/Users", &user).await.expect(201);
    server.advance(std::time::Duration::from_secs(1));
    let refused = entra.post("/Users", &user).await.expect(409);
    let sequence = newest(&read).await;
    let one = read.get(&format!("{ALL}/{sequence}")).await.expect(200).json;
    assert_eq!(one["sequence"], sequence);
    assert_eq!(one["request"].as_str(), refused.header("x-request-id"));
    assert_eq!((&one["outcome"], &one["status"]), (&json!("refused"), &json!(409)));
    assert!(one["exchange"]["request"].as_str().unwrap().contains("/Users"), "{one}");
    assert_eq!(one["exchange"]["body"]["userName"], "ann@x.org");
    assert_eq!(one["exchange"]["answer"]["scimType"], "uniqueness");
    assert!(one["advice"].as_str().is_some_and(|advice| advice.len() > 10), "{one}");
    assert_eq!(one["events"], json!([]));
}

#[tokio::test]
async fn a_change_is_shown_with_what_the_app_was_told() {
    let server = TestServer::start().await;
    let read = server.api(ApiScope::Read, None).await;
    let entra = server.entra().await;
    let id = entra.user("ann@x.org").await;
    server.advance(std::time::Duration::from_secs(1));
    let change = [json!({"op": "replace", "path": "displayName", "value": "Ann Smith"})];
    entra.patch_operations(&format!("/Users/{id}"), &change).await.expect(200);
    let sequence = newest(&read).await;
    let one = read.get(&format!("{ALL}/{sequence}")).await.expect(200).json;
    assert_eq!((&one["subject"]["id"], &one["connection"]), (&json!(id), &json!("default")));
    assert_eq!(one["paths"], json!(["displayName"]));
    let events = one["events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "the event that made the learner is of another request: {one}");
    assert_eq!((&events[0]["type"], &events[0]["request"]), (&json!("learner.updated"), &one["request"]));
    assert_eq!(events[0]["connection"], "default");
    let changed = &events[0]["data"]["changes"][0];
    assert_eq!((&changed["path"], &changed["new"]), (&json!("displayName"), &json!("Ann Smith")));
}

#[tokio::test]
async fn what_is_no_entry_of_the_tenant_is_not_found() {
    let server = TestServer::start().await;
    server.entra().await.user("ann@x.org").await;
    let admin = server.api(ApiScope::Admin, None).await;
    let sequence = newest(&admin).await;
    for other in
        ["0".to_owned(), "-1".to_owned(), "x".to_owned(), (sequence + 1).to_string(), i64::MAX.to_string()]
    {
        problem(admin.get(&format!("{ALL}/{other}")).await, 404, "not_found");
    }
    admin.post("//api/v1/tenants", &json!({"name": "acme"})).await.expect(201);
    let elsewhere = admin.get(&format!("//api/v1/tenants/acme/log/{sequence}")).await;
    // Each tenant counts its own entries, so acme may have one of this number: it is not about ann.
    assert!(elsewhere.status == 404 || elsewhere.json["label"] != "ann@x.org", "{}", elsewhere.text);
    problem(server.anonymous().get(&format!("{ALL}/{sequence}")).await, 401, "unauthorized");
}
