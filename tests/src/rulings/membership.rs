//! Groups and who is in them (RFC 7643 §4.2, §4.1.2).

use serde_json::{Value, json};
use testkit::{Caller, TestServer};

use super::{ENTERPRISE, GROUP, NOBODY, USER, person};

async fn groups_of(caller: &Caller, user: &str) -> Vec<(String, String)> {
    let user = caller.get(&format!("/Users/{user}")).await.expect(200).json;
    let list = user["groups"].as_array().cloned().unwrap_or_default();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let mut pairs: Vec<_> = list.iter().map(|g| (text(&g["display"]), text(&g["type"]))).collect();
    pairs.sort();
    pairs
}

fn pair(display: &str, kind: &str) -> (String, String) {
    (display.to_owned(), kind.to_owned())
}

// A-31, S-USER-10, S-GROUP-03, S-GROUP-06
#[tokio::test]
async fn groups_of_a_user_are_computed_through_any_depth_and_round_in_circles() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let ann = caller.user("ann@depth.example").await;
        let inner = caller.group("inner", &[&ann]).await;
        let middle = caller.group("middle", &[&inner]).await;
        let outer = caller.group("outer", &[&middle, &ann]).await;
        let back = json!({"op": "add", "path": "members", "value": [{"value": outer}]});
        caller.patch_operations(&format!("/Groups/{inner}"), &[back]).await.expect(204);
        let expected = [pair("inner", "direct"), pair("middle", "indirect"), pair("outer", "direct")];
        assert_eq!(groups_of(&caller, &ann).await, expected, "each once, direct before indirect");
        let user = caller.get(&format!("/Users/{ann}")).await.expect(200).json;
        for group in user["groups"].as_array().unwrap() {
            let path = group["$ref"].as_str().unwrap().replace("https://scim.provost.example/scim_v2", "");
            assert_eq!(caller.get(&path).await.expect(200).json["id"], group["value"]);
        }
        let found = caller.filter("/Users", &format!("groups.value eq \"{inner}\"")).await.expect(200);
        assert_eq!(found.total(), 1);
        let own = json!({"op": "add", "path": "members", "value": [{"value": inner}]});
        caller.patch_operations(&format!("/Groups/{inner}"), &[own]).await.expect(204);
        assert_eq!(groups_of(&caller, &ann).await, expected);
        let with_itself = caller.get(&format!("/Groups/{inner}")).await.expect(200);
        assert!(with_itself.json["members"].to_string().contains(&inner), "{}", with_itself.text);
        caller.delete(&format!("/Groups/{inner}")).await.expect(204);
        assert_eq!(groups_of(&caller, &ann).await, [pair("outer", "direct")]);
    }
}

// A-32, S-GROUP-04, A-34
#[tokio::test]
async fn what_a_member_is_comes_from_its_id() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let named = person("ann@kind.example", json!({"displayName": "Ann"}));
        let ann = caller.post("/Users", &named).await.expect(201).id().to_owned();
        let inner = caller.group("nested", &[]).await;
        let path = format!("/Groups/{}", caller.group("kinds", &[&ann, &inner]).await);
        let members = caller.get(&path).await.expect(200).json["members"].clone();
        let of = |id: &str| members.as_array().unwrap().iter().find(|m| m["value"] == id).unwrap().clone();
        assert_eq!((&of(&ann)["type"], &of(&inner)["type"]), (&json!("User"), &json!("Group")));
        assert_eq!(of(&ann)["display"], "Ann");
        assert_eq!(of(&inner)["display"], "nested");
        let rename = json!({"op": "replace", "path": "displayName", "value": "Ann Lee"});
        caller.patch_operations(&format!("/Users/{ann}"), &[rename]).await.expect(200);
        let members = caller.get(&path).await.expect(200).json["members"].clone();
        assert!(members.to_string().contains("Ann Lee"), "display is the current name: {members}");

        let wrong =
            json!({"schemas": [GROUP], "displayName": "claim", "members": [{"value": ann, "type": "Group"}]});
        caller.post("/Groups", &wrong).await.scim_error(400, "invalidValue");
        let told = json!({"schemas": [GROUP], "displayName": "told", "members": [
            {"value": ann, "type": "User", "display": "Somebody else", "$ref": "https://elsewhere.example/x"}]});
        let told = caller.post("/Groups", &told).await.expect(201).json["members"][0].clone();
        assert_eq!(told["display"], "Ann Lee");
        assert!(told["$ref"].as_str().unwrap().ends_with(&format!("/scim_v2/Users/{ann}")));
    }
}

// A-33, S-TYPE-05
#[tokio::test]
async fn somebody_who_does_not_exist_cannot_be_written_as_member_or_manager() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let ann = caller.user("ann@dangle.example").await;
        let path = format!("/Groups/{}", caller.group("dangle", &[]).await);
        let before = caller.get(&path).await.expect(200);
        let add = json!({"op": "add", "path": "members", "value": [{"value": ann}, {"value": NOBODY}]});
        let refused = caller.patch_operations(&path, &[add]).await.scim_error(400, "invalidValue");
        assert!(refused.detail().contains(NOBODY), "{}", refused.detail());
        assert_eq!(caller.get(&path).await.expect(200).json, before.json, "nothing changed");
        let body = json!({"schemas": [USER, ENTERPRISE], "userName": "bob@dangle.example",
            ENTERPRISE: {"manager": {"value": NOBODY}}});
        caller.post("/Users", &body).await.scim_error(400, "invalidValue");
    }
}

// S-TYPE-05, S-DEL-02: a reference that was fine when it was written does not stand in the way later.
#[tokio::test]
async fn old_references_are_not_checked_again() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let boss = caller.user("boss@later.example").await;
        let body = json!({"schemas": [USER, ENTERPRISE], "userName": "ann@later.example",
            ENTERPRISE: {"manager": {"value": boss}}});
        let path = format!("/Users/{}", caller.post("/Users", &body).await.expect(201).id());
        caller.delete(&format!("/Users/{boss}")).await.expect(204);
        let title = json!({"op": "replace", "path": "title", "value": "Dr"});
        let patched = caller.patch_operations(&path, &[title]).await.expect(200);
        assert_eq!(patched.json["title"], "Dr");
    }
}

// S-GROUP-02, A-13
#[tokio::test]
async fn a_member_cannot_be_turned_into_another() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let (ann, bob) = (caller.user("ann@turn.example").await, caller.user("bob@turn.example").await);
        let path = format!("/Groups/{}", caller.group("turn", &[&ann]).await);
        let turn =
            json!({"op": "replace", "path": format!("members[value eq \"{ann}\"].value"), "value": bob});
        caller.patch_operations(&path, &[turn]).await.scim_error(400, "mutability");
        let members = caller.get(&path).await.expect(200).json["members"].clone();
        assert_eq!(members[0]["value"], ann);
        let put = json!({"schemas": [GROUP], "displayName": "turn", "members": [{"value": bob}]});
        let put = caller.put(&path, &put).await.expect(200).json["members"].clone();
        assert_eq!((put.as_array().unwrap().len(), &put[0]["value"]), (1, &json!(bob)));
    }
}

// S-PUT-11
#[tokio::test]
async fn put_of_members_writes_only_the_difference() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(entra.user(&format!("p{n}@diff.example")).await);
    }
    let path = format!("/Groups/{}", entra.group("diff", &[&ids[0], &ids[1], &ids[2]]).await);
    let start = server.count_events().await;
    let put = json!({"schemas": [GROUP], "displayName": "diff",
        "members": [{"value": ids[3]}, {"value": ids[1]}, {"value": ids[2]}, {"value": ids[2]}]});
    entra.put(&path, &put).await.expect(200);
    let told: Vec<_> = server.events_after(start).await;
    let mut kinds: Vec<&str> = told.iter().map(|e| e.event.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["membership.added", "membership.removed"]);
    assert_eq!(groups_of(&entra, &ids[0]).await, []);
    assert_eq!(groups_of(&entra, &ids[3]).await, [pair("diff", "direct")]);
    let cleared = json!({"schemas": [GROUP], "displayName": "diff"});
    assert_eq!(entra.put(&path, &cleared).await.expect(200).json["members"], Value::Null);
}

// S-DEL-02, S-GROUP-05
#[tokio::test]
async fn a_deleted_group_leaves_its_members_and_its_parents() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let ann = caller.user("ann@parent.example").await;
        let child = caller.group("child", &[&ann]).await;
        let parent = format!("/Groups/{}", caller.group("parent", &[&child]).await);
        let before = caller.get(&parent).await.expect(200);
        caller.delete(&format!("/Groups/{child}")).await.expect(204);
        let after = caller.get(&parent).await.expect(200);
        assert_eq!(after.json["members"], Value::Null);
        assert_ne!(after.header("etag"), before.header("etag"));
        assert_eq!(groups_of(&caller, &ann).await, []);
    }
}

// S-GROUP-01, A-57
#[tokio::test]
async fn two_people_may_have_one_name_and_two_groups_only_in_strict() {
    let server = TestServer::start().await;
    for (caller, second) in [(server.entra().await, 409), (server.strict().await, 201)] {
        for n in 0..2 {
            let body = person(&format!("ann{n}@name.example"), json!({"displayName": "Ann Lee"}));
            caller.post("/Users", &body).await.expect(201);
        }
        caller.group("Readers", &[]).await;
        let again = json!({"schemas": [GROUP], "displayName": "READERS"});
        let reply = caller.post("/Groups", &again).await;
        if second == 409 {
            reply.scim_error(409, "uniqueness");
        } else {
            reply.expect(201);
        }
        caller.post("/Groups", &json!({"schemas": [GROUP]})).await.scim_error(400, "invalidValue");
        caller
            .post("/Groups", &json!({"schemas": [GROUP], "displayName": ""}))
            .await
            .scim_error(400, "invalidValue");
    }
}

// S-ENT-01
#[tokio::test]
async fn a_managers_name_is_computed_and_current() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let named = person("boss@ent.example", json!({"displayName": "The Boss"}));
        let boss = caller.post("/Users", &named).await.expect(201).id().to_owned();
        let body = json!({"schemas": [USER, ENTERPRISE], "userName": "ann@ent.example",
            ENTERPRISE: {"manager": {"value": boss, "displayName": "Made up"}}});
        let path = format!("/Users/{}", caller.post("/Users", &body).await.expect(201).id());
        let manager = caller.get(&path).await.expect(200).json[ENTERPRISE]["manager"].clone();
        assert_eq!(manager["displayName"], "The Boss");
        assert!(manager["$ref"].as_str().unwrap().ends_with(&format!("/scim_v2/Users/{boss}")));
        let write =
            json!({"op": "replace", "path": format!("{ENTERPRISE}:manager.displayName"), "value": "X"});
        caller.patch_operations(&path, &[write]).await.scim_error(400, "mutability");
        let rename = json!({"op": "replace", "path": "displayName", "value": "Big Boss"});
        caller.patch_operations(&format!("/Users/{boss}"), &[rename]).await.expect(200);
        let manager = caller.get(&path).await.expect(200).json[ENTERPRISE]["manager"].clone();
        assert_eq!(manager["displayName"], "Big Boss");
    }
}
