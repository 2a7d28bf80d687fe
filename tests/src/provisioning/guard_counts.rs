//! What the mass-change guard counts, and what a revert cannot undo.

use serde_json::json;
use service::ConnectionChange;
use store::GuardPolicy;
use testkit::{Caller, TestServer};

use super::{kinds_after, second_connection, set, user};

/// So many people, with a guard of this floor.
async fn people(count: u32, floor: u32) -> (TestServer, Caller, Vec<String>) {
    let server = TestServer::start().await;
    let guard = Some(GuardPolicy { floor, percent: 10 });
    server.change_connection(ConnectionChange { guard, ..ConnectionChange::default() }).await;
    let entra = server.entra().await;
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(entra.user(&format!("p{number:03}")).await);
    }
    (server, entra, ids)
}

async fn held(server: &TestServer) -> u64 {
    let operator = server.operator("default", "default").await;
    server.service.held_count(&operator).await.unwrap()
}

// More than a tenth, when that is more than the floor
#[tokio::test]
async fn a_tenth_passes() {
    let (server, entra, ids) = people(60, 2).await;
    for id in &ids[..6] {
        entra.patch_operations(&format!("/Users/{id}"), &set("active", false)).await.expect(200);
    }
    assert_eq!(held(&server).await, 0, "six of sixty are a tenth, not more");
    entra.patch_operations(&format!("/Users/{}", ids[6]), &set("active", false)).await.expect(200);
    assert_eq!(held(&server).await, 1);
}

// However the lock-out is written
#[tokio::test]
async fn put_patch_delete_and_bulk_all_count() {
    let (server, entra, ids) = people(10, 3).await;
    let body = json!({"userName": "p000", "active": false});
    entra.put(&format!("/Users/{}", ids[0]), &body).await.expect(200);
    entra.patch_operations(&format!("/Users/{}", ids[1]), &set("active", "False")).await.expect(200);
    entra.delete(&format!("/Users/{}", ids[2])).await.expect(204);
    assert_eq!(held(&server).await, 0);
    let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": set("active", false)});
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
        {"method": "PATCH", "path": format!("/Users/{}", ids[3]), "data": patch},
        {"method": "DELETE", "path": format!("/Users/{}", ids[4])},
    ]});
    let done = entra.post("/Bulk", &bulk).await.expect(200).json;
    assert_eq!(done["Operations"][0]["status"], "200", "{done}");
    assert_eq!(done["Operations"][1]["status"], "204", "{done}");
    assert_eq!(held(&server).await, 2);
    entra.get(&format!("/Users/{}", ids[4])).await.scim_error(404, "");
}

// Nothing that locks nobody out counts, nor does doing it again
#[tokio::test]
async fn other_changes_do_not_count() {
    let (server, entra, ids) = people(10, 3).await;
    for id in &ids {
        entra.patch_operations(&format!("/Users/{id}"), &set("title", "Dean")).await.expect(200);
    }
    for _ in 0..6 {
        entra.patch_operations(&format!("/Users/{}", ids[0]), &set("active", false)).await.expect(200);
    }
    assert_eq!(held(&server).await, 0);
    assert_eq!(kinds_after(&server, 0).await.iter().filter(|k| **k == "learner.deactivated").count(), 1);
}

// Each connection is counted alone
#[tokio::test]
async fn another_connection_has_a_count_of_its_own() {
    let (server, entra, ids) = people(10, 3).await;
    let okta = second_connection(&server, "okta").await;
    let other = okta.post("/Users", &user("other", "o-1")).await.expect(201).id().to_owned();
    for id in &ids[..5] {
        entra.patch_operations(&format!("/Users/{id}"), &set("active", false)).await.expect(200);
    }
    assert_eq!(held(&server).await, 2);
    let start = server.count_events().await;
    okta.patch_operations(&format!("/Users/{other}"), &set("active", false)).await.expect(200);
    assert_eq!(kinds_after(&server, start).await, ["learner.deactivated"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_are_counted_exactly() {
    let (server, entra, ids) = people(40, 8).await;
    let start = server.count_events().await;
    let mut tasks = tokio::task::JoinSet::new();
    for id in ids {
        let entra = entra.clone();
        tasks.spawn(async move {
            entra.patch_operations(&format!("/Users/{id}"), &set("active", false)).await.expect(200);
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let told = kinds_after(&server, start).await;
    assert_eq!(told.iter().filter(|k| **k == "learner.deactivated").count(), 8);
    assert_eq!(held(&server).await, 32);
}

// Whose name is taken meanwhile cannot come back: that removal is told after all
#[tokio::test]
async fn a_revert_tells_what_it_cannot_undo() {
    let (server, entra, ids) = people(10, 2).await;
    for id in &ids[..4] {
        entra.delete(&format!("/Users/{id}")).await.expect(204);
    }
    let newcomer = entra.user("P003").await;
    let operator = server.operator("default", "default").await;
    let start = server.count_events().await;
    let done = server.service.held_revert(&operator).await.unwrap();
    assert_eq!(done.reverted, 1);
    assert_eq!(done.stayed.len(), 1);
    assert_eq!(done.stayed[0].0.to_string(), ids[3]);
    assert!(done.stayed[0].1.contains(&newcomer), "{done:?}");
    entra.get(&format!("/Users/{}", ids[2])).await.expect(200);
    entra.get(&format!("/Users/{}", ids[3])).await.scim_error(404, "");
    let told: Vec<_> = server
        .events_after(start)
        .await
        .iter()
        .filter(|e| e.event.subject.is_some_and(|(_, s)| s.to_string() == ids[3]))
        .map(|e| e.event.kind.as_str())
        .collect();
    assert_eq!(told, ["learner.removed"]);
    assert_eq!(held(&server).await, 0);
}

// A group that loses its members with them gets them back
#[tokio::test]
async fn a_revert_brings_memberships_back() {
    let (server, entra, ids) = people(10, 2).await;
    let members: Vec<&str> = ids.iter().map(String::as_str).collect();
    let group = entra.group("Everyone", &members).await;
    for id in &ids[..4] {
        entra.delete(&format!("/Users/{id}")).await.expect(204);
    }
    let operator = server.operator("default", "default").await;
    server.service.held_revert(&operator).await.unwrap();
    let got = entra.get(&format!("/Groups/{group}")).await.expect(200).json;
    assert_eq!(got["members"].as_array().map(Vec::len), Some(8), "two of the four had passed");
}
