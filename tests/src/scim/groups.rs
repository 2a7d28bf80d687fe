//! Groups and their members.

use scim::ScimType;
use serde_json::{Value, json};
use service::{ConnectionChange, Preference, Projected, TokenScope};

use super::world::{PATCH_OP, World, data, id_of, json_of, refused};

fn add(id: &str) -> Value {
    json!([{"op": "Add", "path": "members", "value": [{"$ref": null, "value": id}]}])
}

fn remove(id: &str) -> Value {
    json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": id}]}])
}

async fn members(world: &World, group: &str) -> Vec<String> {
    let group = json_of(&world.get("Groups", group).await.unwrap());
    let list = group.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut ids: Vec<_> = list.iter().map(|m| m["value"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

// entra.md §3, ruling 4, S-PATCH-11, A-08
#[tokio::test]
async fn members_come_and_go_one_event_for_each_pair() {
    let world = World::new().await;
    let (ann, bob, group) = (world.user("ann").await, world.user("bob").await, world.group("Eng").await);
    let answer = world.patch("Groups", &group, add(&ann)).await.unwrap();
    assert_eq!((answer.status, answer.body, answer.etag.as_deref()), (204, None, Some("W/\"2\"")));
    world.patch("Groups", &group, add(&bob)).await.unwrap();
    // Idempotent in both directions.
    assert_eq!(world.patch("Groups", &group, add(&bob)).await.unwrap().etag.as_deref(), Some("W/\"3\""));
    world.patch("Groups", &group, remove(&ann)).await.unwrap();
    world.patch("Groups", &group, remove(&ann)).await.unwrap();
    assert_eq!(members(&world, &group).await, std::slice::from_ref(&bob));
    let events = world.events().await;
    let told: Vec<_> = events.iter().skip(3).map(|e| e.event.kind.as_str()).collect();
    assert_eq!(told, ["membership.added", "membership.added", "membership.removed"]);
    let removed = data(&events[5]);
    assert_eq!((&removed["group"]["display"], &removed["member"]["id"]), (&json!("Eng"), &json!(ann)));
    assert_eq!(events[5].event.object.unwrap().1.to_string(), ann);
}

// S-PATCH-05, S-PUT-11, A-10
#[tokio::test]
async fn lists_of_members_are_sets() {
    let world = World::new().await;
    let (ann, bob, cy) = (world.user("ann").await, world.user("bob").await, world.user("cy").await);
    let body = json!({"displayName": "Eng", "members": [{"value": ann}, {"value": bob, "type": "User"}]});
    let group = id_of(&world.post("Groups", body).await.unwrap());
    let operations = json!([
        {"op": "replace", "path": "members", "value": [{"value": bob}, {"value": cy}]},
        {"op": "remove", "path": format!("members[value eq \"{bob}\"]")},
        {"op": "add", "path": "members", "value": [{"value": ann}]},
    ]);
    world.patch("Groups", &group, operations).await.unwrap();
    let mut both = vec![ann.clone(), cy.clone()];
    both.sort();
    assert_eq!(members(&world, &group).await, both);
    world.put("Groups", &group, json!({"displayName": "Eng", "members": [{"value": bob}]})).await.unwrap();
    assert_eq!(members(&world, &group).await, std::slice::from_ref(&bob));
    world.patch("Groups", &group, json!([{"op": "remove", "path": "members"}])).await.unwrap();
    assert!(members(&world, &group).await.is_empty());
    let told = world.told().await;
    let count = |kind: &str| told.iter().filter(|k| **k == kind).count();
    // Ann and Bob by the create, Cy by the PATCH, Bob again by the PUT; each left again.
    assert_eq!((count("membership.added"), count("membership.removed")), (4, 4));
}

//
#[tokio::test]
async fn only_users_and_groups_that_exist_become_members() {
    let world = World::new().await;
    let (ann, group, other) = (world.user("ann").await, world.group("Eng").await, world.group("Ops").await);
    let nobody = "01930000-0000-7000-8000-000000000000";
    let wrong_type = json!([{"op": "add", "path": "members", "value": [{"value": ann, "type": "Group"}]}]);
    for operations in [add(nobody), add("ann"), wrong_type] {
        let result = world.patch("Groups", &group, operations.clone()).await;
        assert_eq!(refused(result), (400, Some(ScimType::InvalidValue)), "{operations}");
    }
    world.patch("Groups", &group, add(&other)).await.unwrap();
    assert_eq!(members(&world, &group).await, [other]);
}

// A-31, S-ETAG-04
#[tokio::test]
async fn users_show_the_groups_they_are_in() {
    let world = World::new().await;
    let (ann, inner, outer) = (world.user("ann").await, world.group("Eng").await, world.group("All").await);
    world.patch("Groups", &inner, add(&ann)).await.unwrap();
    world.patch("Groups", &outer, add(&inner)).await.unwrap();
    let user = json_of(&world.get("Users", &ann).await.unwrap());
    let mut groups: Vec<_> = user["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| (g["display"].as_str().unwrap(), g["type"].as_str().unwrap()))
        .collect();
    groups.sort_unstable();
    assert_eq!(groups, [("All", "indirect"), ("Eng", "direct")]);
    assert_eq!(user["meta"]["version"], "W/\"1\"");
    // Removing the user ends the memberships.
    world.delete("Users", &ann).await.unwrap();
    assert!(members(&world, &inner).await.is_empty());
}

// S-ATTR-09, entra.md §3
#[tokio::test]
async fn members_are_left_out_when_they_are_excluded() {
    let world = World::new().await;
    let (ann, group) = (world.user("ann").await, world.group("Eng").await);
    world.patch("Groups", &group, add(&ann)).await.unwrap();
    let without = Projected { attributes: Vec::new(), excluded: vec!["members".to_owned()] };
    let cx = world.cx().await;
    let answer = world.service.get(&cx, "Groups", &group, &without, None).await.unwrap();
    assert!(json_of(&answer).get("members").is_none());
    // A PATCH shows the group when a projection is asked for.
    let body = json!({"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "displayName", "value": "E"}]});
    let body = body.to_string();
    let answer = world
        .service
        .patch(&cx, "Groups", &group, body.as_bytes(), &without, Preference::None, None)
        .await
        .unwrap();
    assert_eq!((answer.status, &json_of(&answer)["displayName"]), (200, &json!("E")));
}

// Design §8.1: a second group of one name is 409 in dialect entra, G5, G7
#[tokio::test]
async fn group_names_stand_once_where_the_dialect_says_so() {
    let world = World::new().await;
    let group = world.group("Eng").await;
    let again = world.post("Groups", json!({"displayName": "ENG"})).await;
    assert_eq!(refused(again), (409, Some(ScimType::Uniqueness)));
    let other = world.group("Ops").await;
    let rename = json!([{"op": "replace", "value": {"displayName": "eng"}}]);
    assert_eq!(refused(world.patch("Groups", &other, rename).await).0, 409);
    assert_eq!(world.find("Groups", "displayName eq \"eNG\"").await[0]["id"], group);
    let quirks = vec![("unique-group-name".to_owned(), Some(false))];
    world.set(ConnectionChange { quirks, ..ConnectionChange::default() }).await;
    world.group("Eng").await;
    assert_eq!(world.find("Groups", "displayName eq \"Eng\"").await.len(), 2);
}

// Ruling 6
#[tokio::test]
async fn groups_that_are_off_are_not_there() {
    let mut world = World::new().await;
    let (ann, group) = (world.user("ann").await, world.group("Eng").await);
    world.patch("Groups", &group, add(&ann)).await.unwrap();
    world.set(ConnectionChange { groups: Some(false), ..ConnectionChange::default() }).await;
    assert!(world.find("Groups", "displayName eq \"Eng\"").await.is_empty());
    assert_eq!(refused(world.get("Groups", &group).await).0, 404);
    assert_eq!(refused(world.post("Groups", json!({"displayName": "x"})).await).0, 501);
    assert_eq!(refused(world.patch("Groups", &group, remove(&ann)).await).0, 501);
    assert!(json_of(&world.get("Users", &ann).await.unwrap()).get("groups").is_none());
    let cx = world.cx().await;
    let types = json_of(&world.service.resource_types(Some(&cx)).await.unwrap());
    assert_eq!((&types["totalResults"], &types["Resources"][0]["id"]), (&json!(1), &json!("User")));
    assert_eq!(refused(world.service.resource_type(Some(&cx), "Group").await).0, 404);

    world.set(ConnectionChange { groups: Some(true), ..ConnectionChange::default() }).await;
    assert_eq!(members(&world, &group).await, std::slice::from_ref(&ann));
    world.use_token(TokenScope::Users).await;
    assert!(world.find("Groups", "displayName eq \"Eng\"").await.is_empty());
    assert_eq!(refused(world.post("Groups", json!({"displayName": "x"})).await).0, 403);
    world.use_token(TokenScope::Read).await;
    assert_eq!(refused(world.delete("Groups", &group).await).0, 403);
    assert_eq!(members(&world, &group).await, [ann]);
}

// Design §3, invariant 8: members are rows
#[tokio::test(flavor = "multi_thread")]
async fn members_added_at_once_do_not_stand_in_each_others_way() {
    let world = std::sync::Arc::new(World::new().await);
    let group = world.group("Eng").await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..30 {
        let (world, group) = (std::sync::Arc::clone(&world), group.clone());
        tasks.spawn(async move {
            let user = world.user(&format!("user-{number}")).await;
            world.patch("Groups", &group, add(&user)).await.map(|a| a.status)
        });
    }
    assert!(tasks.join_all().await.iter().all(|r| r.as_ref() == Ok(&204)));
    assert_eq!(members(&world, &group).await.len(), 30);
    assert_eq!(json_of(&world.get("Groups", &group).await.unwrap())["meta"]["version"], "W/\"31\"");
}
