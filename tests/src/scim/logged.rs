//! The provisioning log (ruling 9).

use serde_json::{Value, json};
use service::Explanation;
use store::{Action, Outcome};

use super::world::World;

#[tokio::test]
async fn every_write_has_an_entry_with_the_paths_that_changed() {
    let world = World::new().await;
    let id = world.user("ann").await;
    let change = json!([
        {"op": "replace", "path": "title", "value": "Dr"},
        {"op": "replace", "path": "name.givenName", "value": "Ann"},
    ]);
    world.patch("Users", &id, change.clone()).await.unwrap();
    world.patch("Users", &id, change).await.unwrap();
    world.delete("Users", &id).await.unwrap();
    let log = world.log().await;
    let seen: Vec<_> = log.iter().map(|e| (e.entry.action, e.entry.outcome, e.entry.status)).collect();
    assert_eq!(
        seen,
        [
            (Action::Delete, Outcome::Done, 204),
            (Action::Patch, Outcome::Unchanged, 200),
            (Action::Patch, Outcome::Done, 200),
            (Action::Create, Outcome::Done, 201),
        ]
    );
    assert_eq!(log[2].entry.paths, ["title", "name.givenName"]);
    assert!(log.iter().all(|e| e.entry.label == "ann" && e.entry.subject.is_some()));
}

#[tokio::test]
async fn every_refusal_has_one_with_a_reason_and_what_was_sent() {
    let world = World::new().await;
    world.user("ann").await;
    world.post("Users", json!({"userName": "Ann", "password": "secret"})).await.unwrap_err();
    let entry = &world.log().await[0].entry;
    assert_eq!((entry.action, entry.outcome, entry.status), (Action::Create, Outcome::Refused, 409));
    assert_eq!(entry.scim_type.as_deref(), Some("uniqueness"));
    assert_eq!(entry.code.as_deref(), Some(Explanation::UserNameTaken.code()));
    assert_eq!(entry.label, "Ann");
    let raw: Value = serde_json::from_str(entry.raw.as_deref().unwrap()).unwrap();
    assert_eq!(raw["request"], "POST /Users");
    assert_eq!(raw["body"]["userName"], "Ann");
    assert!(!raw.to_string().contains("secret"));
    world.get("Users", "nobody").await.unwrap_err();
    assert_eq!(world.log().await[0].entry.code.as_deref(), Some(Explanation::NotFound.code()));
}

#[tokio::test]
async fn reads_of_a_new_connection_go_to_the_ring() {
    let world = World::new().await;
    let id = world.user("ann").await;
    world.get("Users", &id).await.unwrap();
    world.find("Users", "userName eq \"nobody\"").await;
    world.service.settle().await;
    let operator = world.operator().await;
    let mut read = world.store.read(&operator.caller).await.unwrap();
    let ring = read.trace(operator.connection.id).await.unwrap();
    let latest: Value = serde_json::from_str(&ring[0].body).unwrap();
    assert_eq!(latest["label"], "userName eq \"nobody\"");
    assert_eq!((&latest["found"], &latest["status"], ring.len()), (&json!(0), &json!(200), 2));
    drop(read);
    assert_eq!(world.log().await.len(), 1, "reads are not in the log");
}
