//! Group push.

use serde_json::{Value, json};
use testkit::{Caller, Reply, TestServer};

use super::GROUP;

async fn members(okta: &Caller, path: &str) -> Vec<String> {
    let group = okta.get(path).await.expect(200).json;
    let list = group["members"].as_array().cloned().unwrap_or_default();
    let mut ids: Vec<_> = list.iter().map(|m| m["value"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

async fn push(okta: &Caller, name: &str, members: Value) -> Reply {
    okta.post("/Groups", &json!({"schemas": [GROUP], "displayName": name, "members": members})).await
}

// A-14, S-PATCH-05, S-PATCH-11
#[tokio::test]
async fn a_rename_carries_the_id_and_comes_with_changes_of_members() {
    let server = TestServer::start().await;
    let okta = server.okta().await;
    let (ann, bob) = (okta.user("ann@push.example").await, okta.user("bob@push.example").await);
    let created = push(&okta, "Pushed", json!([])).await.expect(201);
    let path = format!("/Groups/{}", created.id());
    let rename = json!({"op": "replace", "value": {"id": created.id(), "displayName": "Renamed"}});
    let add =
        json!({"op": "add", "path": "members", "value": [{"value": ann, "display": "ann@push.example"}]});
    okta.patch_operations(&path, &[rename, add.clone()]).await.expect(204);
    assert_eq!(okta.get(&path).await.expect(200).json["displayName"], "Renamed");
    assert_eq!(members(&okta, &path).await, std::slice::from_ref(&ann));
    let swap = [
        json!({"op": "remove", "path": format!("members[value eq \"{ann}\"]")}),
        json!({"op": "add", "path": "members", "value": [{"value": bob, "display": "bob@push.example"}]}),
    ];
    okta.patch_operations(&path, &swap).await.expect(204);
    okta.patch_operations(&path, &swap).await.expect(204);
    assert_eq!(members(&okta, &path).await, [bob]);
}

// S-NULL-01, A-07, A-20
#[tokio::test]
async fn members_are_replaced_as_a_whole_and_by_nothing() {
    let server = TestServer::start().await;
    let okta = server.okta().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(okta.user(&format!("p{n}@whole.example")).await);
    }
    let value = |ids: &[String]| -> Value { ids.iter().map(|id| json!({"value": id})).collect() };
    let path = format!("/Groups/{}", push(&okta, "Whole", value(&ids[..2])).await.expect(201).id());
    let replace = |value: Value| json!({"op": "replace", "path": "members", "value": value});
    okta.patch_operations(&path, &[replace(value(&ids[1..]))]).await.expect(204);
    assert_eq!(members(&okta, &path).await, &ids[1..]);
    okta.patch_operations(&path, &[replace(json!([]))]).await.expect(204);
    assert_eq!(members(&okta, &path).await, [] as [String; 0]);
    let none = push(&okta, "Null", Value::Null).await.expect(201);
    assert_eq!(none.json["members"], Value::Null);
    okta.delete(&path).await.expect(204);
    okta.get(&path).await.scim_error(404, "");
}
