//! The group tests of Microsoft's SCIM validator, G1 to G12, its preview tests, and groups as the engine sends them.

use serde_json::{Value, json};
use testkit::{Caller, TestServer};

use super::{GROUP, MICROSOFT_GROUP, compare, the_one};

async fn by_name(entra: &Caller, name: &str) -> Value {
    the_one(entra, "/Groups", &format!("displayName eq \"{name}\"")).await
}

/// PATCH of a group says nothing back (ruling 4).
async fn patch(entra: &Caller, id: &str, operations: &[Value]) {
    let reply = entra.patch_operations(&format!("/Groups/{id}"), operations).await.expect(204);
    assert_eq!(reply.text, "");
}

/// The members' ids, sorted.
async fn members(entra: &Caller, id: &str) -> Vec<String> {
    let group = entra.get(&format!("/Groups/{id}")).await.expect(200).json;
    let mut ids: Vec<String> = group["members"]
        .as_array()
        .map(|all| all.iter().map(|m| m["value"].as_str().unwrap().to_owned()).collect())
        .unwrap_or_default();
    ids.sort();
    ids
}

fn sorted(ids: &[&String]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
    ids.sort();
    ids
}

// G1, G2: the key is absent, not merely empty
#[tokio::test]
async fn g01_and_g02_members_are_left_out_altogether() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let ann = entra.user("ann").await;
    for (name, ids) in [("Full", vec![ann.as_str()]), ("Empty", vec![])] {
        let id = entra.group(name, &ids).await;
        let got = entra.get(&format!("/Groups/{id}?excludedAttributes=members")).await.expect(200);
        assert_eq!(got.json["displayName"], name);
        assert!(got.json.get("members").is_none(), "{}", got.text);
        let filter = format!("displayName eq \"{name}\"");
        let parameters = [("excludedAttributes", "members"), ("filter", filter.as_str())];
        let list = entra.query("/Groups", &parameters).await.expect(200);
        assert_eq!(list.total(), 1);
        assert!(list.resources()[0].get("members").is_none(), "{}", list.text);
    }
}

// G3, G4, G5
#[tokio::test]
async fn g03_to_g05_filter_for_a_group() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.group("Engineering", &[]).await;
    for name in ["Engineering", "ENGINEERING", "engineering"] {
        assert_eq!(by_name(&entra, name).await["id"], id);
    }
    let none = entra.filter("/Groups", "displayName eq \"Nothing\"").await.expect(200);
    assert_eq!((none.total(), &none.json["Resources"]), (0, &json!([])));
}

// G6, G7
#[tokio::test]
async fn g06_and_g07_create_a_group_once() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let sent = json!({
        "schemas": [GROUP, MICROSOFT_GROUP], "externalId": "0a21f0f2", "displayName": "Eng",
        "meta": {"resourceType": "Group"},
    });
    let created = entra.post("/Groups", &sent).await.expect(201);
    compare(&sent, &created.json, "created");
    assert_eq!(created.json["schemas"], json!([GROUP]));
    compare(&sent, &by_name(&entra, "Eng").await, "found");
    entra.post("/Groups", &sent).await.scim_error(409, "uniqueness");
    assert_eq!(entra.get("/Groups").await.expect(200).total(), 1);
}

// G8, G9
#[tokio::test]
async fn g08_and_g09_rename_a_group() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let ann = entra.user("ann").await;
    let id = entra.group("Before", &[&ann]).await;
    let both = json!({"op": "replace", "value": {"displayName": "Between", "externalId": "e-2"}});
    patch(&entra, &id, &[both]).await;
    assert_eq!(by_name(&entra, "Between").await["externalId"], "e-2");
    patch(&entra, &id, &[json!({"op": "Replace", "path": "displayName", "value": "After"})]).await;
    assert_eq!(by_name(&entra, "After").await["id"], id);
    assert_eq!(members(&entra, &id).await, [ann], "a rename keeps the members");
}

// G10, G11
#[tokio::test]
async fn g10_and_g11_add_and_remove_a_member() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let (ann, bob) = (entra.user("ann").await, entra.user("bob").await);
    let id = entra.group("Eng", &[]).await;
    patch(&entra, &id, &[json!({"op": "replace", "path": "members", "value": [{"value": ann}]})]).await;
    assert_eq!(members(&entra, &id).await, sorted(&[&ann]));
    patch(&entra, &id, &[json!({"op": "add", "path": "members", "value": [{"value": bob}]})]).await;
    assert_eq!(members(&entra, &id).await, sorted(&[&ann, &bob]));
    let path = format!("members[value eq \"{ann}\"]");
    patch(&entra, &id, &[json!({"op": "remove", "path": path})]).await;
    assert_eq!(members(&entra, &id).await, sorted(&[&bob]));
    patch(&entra, &id, &[json!({"op": "remove", "path": path})]).await;
    assert_eq!(members(&entra, &id).await, sorted(&[&bob]), "who is gone already is gone");
}

// G12 and the previews of deletion
#[tokio::test]
async fn g12_delete_a_group() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let path = format!("/Groups/{}", entra.group("Eng", &[]).await);
    entra.delete(&path).await.expect(204);
    entra.get(&path).await.scim_error(404, "");
    entra.delete(&path).await.scim_error(404, "");
    entra.delete("/Groups/0b1e6c4e").await.scim_error(404, "");
    entra.group("Eng", &[]).await;
}

// Preview: the same member added and removed in one PATCH
#[tokio::test]
async fn preview_add_and_remove_of_one_member_in_one_patch() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let ann = entra.user("ann").await;
    let id = entra.group("Eng", &[]).await;
    let add = json!({"op": "add", "path": "members", "value": [{"value": ann}]});
    let remove = json!({"op": "remove", "path": format!("members[value eq \"{ann}\"]")});
    let before = server.count_events().await;
    patch(&entra, &id, &[add.clone(), remove.clone()]).await;
    assert!(members(&entra, &id).await.is_empty());
    assert_eq!(server.count_events().await, before, "nothing came of it, so nothing is told");
    patch(&entra, &id, &[remove, add]).await;
    assert_eq!(members(&entra, &id).await, [ann]);
}

// The engine's own Remove names the member in `value`: everybody else stays.
#[tokio::test]
async fn remove_with_a_value_list_takes_only_those() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let ids = [entra.user("a").await, entra.user("b").await, entra.user("c").await, entra.user("d").await];
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let id = entra.group("Eng", &all).await;
    let one = json!([{"$ref": null, "value": ids[0]}]);
    patch(&entra, &id, &[json!({"op": "Remove", "path": "members", "value": one})]).await;
    assert_eq!(members(&entra, &id).await, sorted(&[&ids[1], &ids[2], &ids[3]]));
    let two = json!([{"value": ids[1]}, {"value": ids[2]}, {"value": ids[0]}]);
    patch(&entra, &id, &[json!({"op": "Remove", "path": "members", "value": two})]).await;
    assert_eq!(members(&entra, &id).await, sorted(&[&ids[3]]), "an absent one does no harm");
    let kinds: Vec<_> = server.events_after(0).await.iter().map(|e| e.event.kind.as_str()).collect();
    assert_eq!(kinds.iter().filter(|k| **k == "membership.removed").count(), 3, "{kinds:?}");
}

// Several values in one operation, several operations in one PATCH, and the same again
#[tokio::test]
async fn adding_members_is_idempotent() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let (ann, bob, cid) = (entra.user("ann").await, entra.user("bob").await, entra.user("cid").await);
    let id = entra.group("Eng", &[]).await;
    let operations = [
        json!({"op": "Add", "path": "members", "value": [{"$ref": null, "value": ann}, {"$ref": null, "value": bob}]}),
        json!({"op": "Add", "path": "members", "value": [{"$ref": null, "value": cid}]}),
    ];
    patch(&entra, &id, &operations).await;
    let events = server.count_events().await;
    let before = entra.get(&format!("/Groups/{id}")).await.expect(200);
    patch(&entra, &id, &operations).await;
    assert_eq!(members(&entra, &id).await, sorted(&[&ann, &bob, &cid]));
    assert_eq!(server.count_events().await, events);
    let after = entra.get(&format!("/Groups/{id}")).await.expect(200);
    assert_eq!(before.header("etag"), after.header("etag"));
}

// A member's own view: `groups` follows the membership, and existence is cheap to ask for
#[tokio::test]
async fn membership_can_be_asked_for_from_both_sides() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let (ann, bob) = (entra.user("ann").await, entra.user("bob").await);
    let id = entra.group("Eng", &[&ann]).await;
    let groups = entra.get(&format!("/Users/{ann}")).await.expect(200).json["groups"].clone();
    assert_eq!(groups[0]["value"], id);
    assert_eq!(groups[0]["display"], "Eng");
    for (member, total) in [(&ann, 1), (&bob, 0)] {
        for filter in [
            format!("id eq \"{id}\" and members eq \"{member}\""),
            format!("members[value eq \"{member}\"]"),
            format!("members.value eq \"{member}\" and id eq \"{id}\""),
        ] {
            let list = entra.query("/Groups", &[("filter", &filter), ("attributes", "id")]).await.expect(200);
            assert_eq!(list.total(), total, "{filter}");
        }
    }
}
