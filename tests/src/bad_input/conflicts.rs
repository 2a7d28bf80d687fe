//! What was true when the sender looked, and is not any more: names that are taken, versions that are old.

use serde_json::json;

use super::{USER, World};

// S-USER-01, S-SCHEMA-07, A-03, A-49
#[tokio::test]
async fn a_user_name_in_another_case_is_the_same_name() {
    for world in [World::entra().await, World::strict().await] {
        let other = world.caller.user("bea@bad.example").await;
        for name in ["Ann@Bad.example", "ANN@BAD.EXAMPLE", "ann@bad.example", "ａｎｎ@bad.example"] {
            let body = json!({"schemas": [USER], "userName": name});
            let request = world.caller.post("/Users", &body);
            world.refuses(request, 409, "uniqueness", &["userName", "already"]).await;
            let path = format!("/Users/{other}");
            world.refuses(world.caller.put(&path, &body), 409, "uniqueness", &["userName"]).await;
            let operation = json!({"op": "replace", "path": "userName", "value": name});
            let request = async { world.caller.patch_operations(&path, &[operation]).await };
            world.refuses(request, 409, "uniqueness", &["userName"]).await;
        }
        // One's own name in another case is a change of one's own.
        let operation = json!({"op": "replace", "path": "userName", "value": "ANN@bad.example"});
        let renamed = world.caller.patch_operations(&world.user, &[operation]).await.expect(200);
        assert_eq!(renamed.json["userName"], "ANN@bad.example");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_creations_at_once_one_gets_the_name() {
    let world = World::entra().await;
    let before = world.state().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..50 {
        let caller = world.caller.clone();
        tasks.spawn(async move {
            let name = if number % 2 == 0 { "race@bad.example" } else { "RACE@Bad.Example" };
            caller.post("/Users", &json!({"schemas": [USER], "userName": name})).await
        });
    }
    let mut made = 0;
    for reply in tasks.join_all().await {
        if reply.status == 201 {
            made += 1;
        } else {
            let reply = reply.scim_error(409, "uniqueness");
            assert!(reply.detail().contains("userName"), "{}", reply.detail());
        }
    }
    assert_eq!(made, 1);
    let after = world.state().await;
    assert_eq!((after.users, after.events), (before.users + 1, before.events + 1));
}

// S-ETAG-02, A-25
#[tokio::test]
async fn a_stale_version_is_refused_and_a_malformed_one_too() {
    for world in [World::entra().await, World::strict().await] {
        let old = world.caller.get(&world.user).await.expect(200);
        let etag = old.header("etag").unwrap().to_owned();
        let operation = json!({"op": "replace", "path": "title", "value": "Head"});
        world.caller.patch_operations(&world.user, std::slice::from_ref(&operation)).await.expect(200);
        let stale = world.caller.header("if-match", &etag);
        let other = json!({"op": "replace", "path": "title", "value": "Late"});
        let patch = async { stale.patch_operations(&world.user, &[other]).await };
        world.refuses(patch, 412, "", &["Read it again"]).await;
        world.refuses(stale.put(&world.user, &old.json), 412, "", &["Read it again"]).await;
        world.refuses(stale.delete(&world.user), 412, "", &["Read it again"]).await;
        for header in ["W/\"1", "\"a\" \"b\"", ",", "W/W/\"1\""] {
            let caller = world.caller.header("if-match", header);
            let patch =
                async { caller.patch_operations(&world.user, std::slice::from_ref(&operation)).await };
            world.refuses(patch, 400, "invalidSyntax", &[]).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_changes_to_one_version_one_is_done() {
    let world = World::entra().await;
    let etag = world.caller.get(&world.user).await.expect(200).header("etag").unwrap().to_owned();
    let before = world.server.count_events().await;
    let caller = world.caller.header("if-match", &etag);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (caller, path) = (caller.clone(), world.user.clone());
        tasks.spawn(async move {
            let operation = json!({"op": "replace", "path": "title", "value": format!("Title {number}")});
            (number, caller.patch_operations(&path, &[operation]).await)
        });
    }
    let mut done = Vec::new();
    for (number, reply) in tasks.join_all().await {
        if reply.status == 200 {
            done.push(number);
        } else {
            reply.scim_error(412, "");
        }
    }
    assert_eq!(done.len(), 1, "{done:?}");
    let after = world.caller.get(&world.user).await.expect(200);
    assert_eq!(after.json["title"], format!("Title {}", done[0]));
    assert_eq!(world.server.count_events().await, before + 1);
}

// S-GET-04
#[tokio::test]
async fn an_unknown_id_is_not_found() {
    let world = World::entra().await;
    let gone = world.caller.user("gone@bad.example").await;
    world.caller.delete(&format!("/Users/{gone}")).await.expect(204);
    let group = &world.group["/Groups/".len()..];
    let body = json!({"schemas": [USER], "userName": "x@bad.example"});
    let upper = world.user_id().to_uppercase();
    let long = "x".repeat(5_000);
    for id in ["0190f3c2-7b1a-7c3d-8e4f-112233445566", "nobody", "7", &gone, group, &upper, &long, "a%2Fb"] {
        let path = format!("/Users/{id}");
        let shown: String = if id == "a%2Fb" { "a/b".into() } else { id.chars().take(60).collect() };
        let told = [shown.as_str()];
        world.refuses(world.caller.get(&path), 404, "", &told).await;
        world.refuses(world.caller.put(&path, &body), 404, "", &told).await;
        let operation = json!({"op": "replace", "path": "title", "value": "x"});
        world
            .refuses(async { world.caller.patch_operations(&path, &[operation]).await }, 404, "", &told)
            .await;
        world.refuses(world.caller.delete(&path), 404, "", &told).await;
    }
    world.refuses(world.caller.get("/Learners"), 404, "", &["/Learners", "/ResourceTypes"]).await;
    world.refuses(world.caller.get("/Users/a/b/c"), 404, "", &["Tenant URL"]).await;
}
