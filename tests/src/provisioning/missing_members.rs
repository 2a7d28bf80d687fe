//! Members who are not here: refused, or passed over by the connection's policy.

use serde_json::{Value, json};
use service::ConnectionChange;
use store::MissingMembers;
use testkit::{Caller, TestServer};

use super::{kinds_after, log};

const NOBODY: &str = "01a210f0-0000-7000-8000-000000000000";

async fn skipping() -> (TestServer, Caller) {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    server
        .change_connection(ConnectionChange {
            members: Some(MissingMembers::Skip),
            ..ConnectionChange::default()
        })
        .await;
    (server, entra)
}

fn add(ids: &[&str]) -> [Value; 1] {
    let members: Vec<_> = ids.iter().map(|id| json!({"value": id})).collect();
    [json!({"op": "Add", "path": "members", "value": members})]
}

async fn members(caller: &Caller, group: &str) -> Vec<String> {
    let shown = caller.get(&format!("/Groups/{group}")).await.expect(200);
    let list = shown.json["members"].as_array().cloned().unwrap_or_default();
    list.iter().map(|m| m["value"].as_str().unwrap().to_owned()).collect()
}

// A-33, S-TYPE-05
#[tokio::test]
async fn usually_one_who_is_not_here_refuses_all() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let ann = entra.user("ann").await;
    let group = entra.group("Eng", &[]).await;
    let path = format!("/Groups/{group}");
    let reply = entra.patch_operations(&path, &add(&[&ann, NOBODY])).await.scim_error(400, "invalidValue");
    assert!(reply.detail().contains(NOBODY));
    assert!(members(&entra, &group).await.is_empty());
}

//
#[tokio::test]
async fn those_who_are_not_here_are_passed_over_and_the_log_says_so() {
    let (server, entra) = skipping().await;
    let ann = entra.user("ann").await;
    let gone = entra.user("gone").await;
    entra.delete(&format!("/Users/{gone}")).await.expect(204);
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Eng",
        "members": [{"value": NOBODY}]});
    let group = entra.post("/Groups", &body).await.expect(201).id().to_owned();
    let path = format!("/Groups/{group}");
    let start = server.count_events().await;
    entra.patch_operations(&path, &add(&[&ann, NOBODY, &gone, "no id"])).await.expect(204);
    assert_eq!(members(&entra, &group).await, std::slice::from_ref(&ann));
    assert_eq!(kinds_after(&server, start).await, ["membership.added"]);
    let entry = &log(&server).await[0].entry;
    assert_eq!(entry.code.as_deref(), Some("ignored_values"));
    let told = entry.detail.as_deref().unwrap();
    for part in ["skipped (3)", NOBODY, &gone, "no id"] {
        assert!(told.contains(part), "{told}");
    }

    // Nobody but such: nothing changes.
    let version = entra.get(&path).await.header("etag").map(str::to_owned);
    entra.patch_operations(&path, &add(&[NOBODY])).await.expect(204);
    assert_eq!(entra.get(&path).await.header("etag").map(str::to_owned), version);
    // A replacement leaves those who are here.
    let replace = [json!({"op": "replace", "path": "members", "value": [{"value": NOBODY}, {"value": ann}]})];
    entra.patch_operations(&path, &replace).await.expect(204);
    assert_eq!(members(&entra, &group).await, [ann]);
    // What is here but cannot be what it is said to be is a fault, not somebody to wait for.
    let wrong = [json!({"op": "add", "path": "members", "value": [{"value": group, "type": "User"}]})];
    entra.patch_operations(&path, &wrong).await.scim_error(400, "invalidValue");
}
