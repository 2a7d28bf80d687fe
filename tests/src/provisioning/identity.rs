//! The identity alarm: a name arrives with another identity.

use std::time::Duration;

use serde_json::json;
use service::ConnectionChange;
use store::{Cause, IdentityPolicy};
use testkit::TestServer;

use super::{data, kinds_after, log, newest_code, set, user};

async fn refusing(server: &TestServer) {
    let change = ConnectionChange { identity: Some(IdentityPolicy::Refuse), ..ConnectionChange::default() };
    server.change_connection(change).await;
}

#[tokio::test]
async fn another_external_id_is_flagged() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &user("ann", "e-1")).await.expect(201).id().to_owned();
    let start = server.count_events().await;
    entra.patch_operations(&format!("/Users/{id}"), &set("externalId", "e-2")).await.expect(200);
    let events = server.events_after(start).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event.kind.as_str(), "learner.identity_changed");
    let identity = &data(&events[0])["identity"];
    assert_eq!(*identity, json!({"reason": "external_id_changed", "old": "e-1", "new": "e-2"}));
    assert_eq!(newest_code(&server).await, "identity_changed");
    assert_eq!(entra.get(&format!("/Users/{id}")).await.expect(200).json["externalId"], "e-2");
}

#[tokio::test]
async fn a_first_external_id_and_the_same_one_are_no_alarm() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let path = format!("/Users/{}", entra.user("ann").await);
    let start = server.count_events().await;
    entra.patch_operations(&path, &set("externalId", "e-1")).await.expect(200);
    entra.patch_operations(&path, &set("externalId", "e-1")).await.expect(200);
    assert_eq!(kinds_after(&server, start).await, ["learner.updated"]);
}

#[tokio::test]
async fn another_external_id_is_refused_under_that_policy() {
    let server = TestServer::start().await;
    refusing(&server).await;
    let entra = server.entra().await;
    let path = format!("/Users/{}", entra.post("/Users", &user("ann", "e-1")).await.expect(201).id());
    let start = server.count_events().await;
    entra.patch_operations(&path, &set("externalId", "e-2")).await.scim_error(409, "uniqueness");
    assert_eq!(newest_code(&server).await, "identity_refused");
    assert_eq!(entra.get(&path).await.expect(200).json["externalId"], "e-1");
    assert_eq!(kinds_after(&server, start).await, ["connection.identity_refused"]);
    // Everything else goes on.
    entra.patch_operations(&path, &set("title", "Dean")).await.expect(200);
}

// A state change wins, and the alarm still sounds
#[tokio::test]
async fn a_reactivation_under_another_identity_tells_both() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let path = format!("/Users/{}", entra.post("/Users", &user("ann", "e-1")).await.expect(201).id());
    entra.patch_operations(&path, &set("active", "False")).await.expect(200);
    let start = server.count_events().await;
    let mut operations = set("active", "True").to_vec();
    operations.extend(set("externalId", "e-2"));
    entra.patch_operations(&path, &operations).await.expect(200);
    assert_eq!(kinds_after(&server, start).await, ["learner.reactivated", "learner.identity_changed"]);
}

// Ruling 8: a create after a removal is a new learner
#[tokio::test]
async fn a_create_after_a_removal_is_somebody_new_and_raises_the_alarm() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let old = entra.post("/Users", &user("ann", "e-1")).await.expect(201).id().to_owned();
    entra.delete(&format!("/Users/{old}")).await.expect(204);
    let start = server.count_events().await;
    let new = entra.post("/Users", &user("ANN", "e-9")).await.expect(201).id().to_owned();
    assert_ne!(new, old);
    let events = server.events_after(start).await;
    let kinds: Vec<_> = events.iter().map(|e| e.event.kind.as_str()).collect();
    assert_eq!(kinds, ["learner.created", "learner.identity_changed"]);
    assert_eq!(events[0].event.cause, Cause::Returned);
    let identity = &data(&events[1])["identity"];
    assert_eq!(*identity, json!({"reason": "resembles_removed", "removed": old, "attribute": "userName"}));
    entra.get(&format!("/Users/{old}")).await.scim_error(404, "");
}

#[tokio::test]
async fn a_create_after_a_removal_is_refused_under_that_policy() {
    let server = TestServer::start().await;
    refusing(&server).await;
    let entra = server.entra().await;
    let old = entra.post("/Users", &user("ann", "e-1")).await.expect(201).id().to_owned();
    entra.delete(&format!("/Users/{old}")).await.expect(204);
    entra.post("/Users", &user("other-name", "e-1")).await.scim_error(409, "uniqueness");
    assert_eq!(newest_code(&server).await, "identity_refused");
    entra.post("/Users", &user("somebody-else", "e-2")).await.expect(201);
}

// design §2: a refusal is a notice, not a retry's
#[tokio::test]
async fn a_refused_identity_is_told_once_a_day_however_often_and_wherever_it_is_tried() {
    let server = TestServer::start().await;
    refusing(&server).await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &user("ann", "e-1")).await.expect(201).id().to_owned();
    let path = format!("/Users/{id}");
    let other_node = server.beside().await;
    let there = other_node.entra().await;
    let start = server.count_events().await;
    let logged = log(&server).await.len();
    let claim = set("externalId", "e-2");
    let at_once: Vec<_> = (0..20)
        .map(|n| {
            let node = if n % 2 == 0 { entra.clone() } else { there.clone() };
            let (path, claim) = (path.clone(), claim.clone());
            tokio::spawn(async move { node.patch_operations(&path, &claim).await })
        })
        .collect();
    for reply in at_once {
        reply.await.unwrap().scim_error(409, "uniqueness");
    }
    let told = server.events_after(start).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let event = &told[0].event;
    assert_eq!((event.kind.as_str(), event.cause), ("connection.identity_refused", Cause::Changed));
    assert_eq!(event.subject.unwrap().1.to_string(), id);
    assert_eq!(
        data(&told[0]),
        json!({
            "connection": "default",
            "user_name": "ann",
            "identity": {"reason": "external_id_changed", "old": "e-1", "new": "e-2"},
        })
    );
    assert_eq!(log(&server).await.len(), logged + 20, "each attempt has an entry");

    entra.patch_operations(&path, &set("externalId", "e-3")).await.scim_error(409, "uniqueness");
    assert_eq!(server.count_events().await, start + 2, "another identity is told at once");
    server.advance(Duration::from_secs(23 * 3600));
    entra.patch_operations(&path, &claim).await.scim_error(409, "uniqueness");
    assert_eq!(server.count_events().await, start + 2);
    server.advance(Duration::from_secs(3600));
    entra.patch_operations(&path, &claim).await.scim_error(409, "uniqueness");
    entra.patch_operations(&path, &claim).await.scim_error(409, "uniqueness");
    assert_eq!(server.count_events().await, start + 3, "and the same a day later");
}

#[tokio::test]
async fn a_refused_return_is_told_of_whoever_was_removed_and_goes_with_the_content() {
    let server = TestServer::start().await;
    refusing(&server).await;
    let entra = server.entra().await;
    let old = entra.post("/Users", &user("ann", "e-1")).await.expect(201).id().to_owned();
    entra.delete(&format!("/Users/{old}")).await.expect(204);
    let start = server.count_events().await;
    for _ in 0..3 {
        entra.post("/Users", &user("ANN", "e-9")).await.scim_error(409, "uniqueness");
    }
    let told = server.events_after(start).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].event.subject.unwrap().1.to_string(), old);
    let identity = json!({"reason": "resembles_removed", "removed": old, "attribute": "userName"});
    assert_eq!((&data(&told[0])["identity"], &data(&told[0])["user_name"]), (&identity, &json!("ANN")));
    server.advance(Duration::from_secs(31 * 24 * 3600));
    server.service.sweep().await.unwrap();
    assert_eq!(data(&server.events_after(start).await[0]), json!({}));
}
