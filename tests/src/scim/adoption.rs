//! Learners who were here before the identity provider was (ruling 7).

use base::Timestamp;
use serde_json::json;
use service::ConnectionChange;
use store::{Adopt, Cause, Change, Key, KeyName, Kind, Record, ResourceId, Source, State, WriteTx};
use uuid::Uuid;

use super::world::{World, id_of, json_of, refused};

/// Puts a learner there as a CSV import would.
async fn imported(world: &World, name: &str, email: &str) -> String {
    let caller = world.operator().await.caller;
    let id = ResourceId(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + name.len() as u128));
    let at = "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "active": true,
        "nickName": "from the file", "emails": [{"value": email, "type": "work"}],
    });
    let record = Record {
        id,
        kind: Kind::USER,
        version: 1,
        created: at,
        modified: at,
        state: State::Active,
        source: Source::Csv,
        managed_by: None,
        managed_since: None,
        external_ids: Vec::new(),
        body: body.to_string(),
        label: name.to_owned(),
    };
    let key = |name, value: &str, unique| Key { name, value: scim::text::fold(value).into_owned(), unique };
    let keys = vec![key(KeyName::UserName, name, true), key(KeyName::Email, email, false)];
    let mut tx = WriteTx::new(caller);
    tx.changes.push(Change::Insert { record: Box::new(record), keys });
    world.store.commit(tx).await.unwrap();
    id.to_string()
}

async fn record(world: &World, id: &str) -> Record {
    let caller = world.operator().await.caller;
    let mut read = world.store.read(&caller).await.unwrap();
    read.record(Kind::USER, id.parse().unwrap()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_create_takes_over_the_learner_of_that_name() {
    let world = World::new().await;
    let id = imported(&world, "ann@ex.org", "ann@ex.org").await;
    let body = json!({"userName": "Ann@ex.org", "externalId": "e1", "title": "Dr"});
    let answer = world.post("Users", body.clone()).await.unwrap();
    let ann = json_of(&answer);
    assert_eq!((answer.status, &ann["id"]), (201, &json!(id)));
    // What was sent over what was there.
    assert_eq!((&ann["title"], &ann["nickName"]), (&json!("Dr"), &json!("from the file")));
    assert_eq!((&ann["userName"], &ann["externalId"]), (&json!("Ann@ex.org"), &json!("e1")));
    let record = record(&world, &id).await;
    assert_eq!(
        (record.source, record.managed_by.is_some(), record.managed_since.is_some()),
        (Source::Csv, true, true)
    );
    assert_eq!(world.told().await, ["learner.updated"]);
    assert_eq!(world.events().await[0].event.cause, Cause::Adopted);
    // Owned from now on, so that another create is a conflict.
    assert_eq!(refused(world.post("Users", body).await).0, 409);
}

#[tokio::test]
async fn a_create_takes_over_by_address_as_the_policy_has_it() {
    let world = World::new().await;
    let id = imported(&world, "old-name", "ann@ex.org").await;
    let body = json!({"userName": "ann@ex.org", "emails": [{"value": "Ann@ex.org", "type": "work"}]});
    world.set(ConnectionChange { adopt: Some(Adopt::Username), ..ConnectionChange::default() }).await;
    let other = id_of(&world.post("Users", body.clone()).await.unwrap());
    assert_ne!(other, id);
    world.delete("Users", &other).await.unwrap();
    world.set(ConnectionChange { adopt: Some(Adopt::Email), ..ConnectionChange::default() }).await;
    assert_eq!(id_of(&world.post("Users", body).await.unwrap()), id);
    assert_eq!(world.find("Users", "userName eq \"ann@ex.org\"").await[0]["id"], id);
    assert!(world.find("Users", "userName eq \"old-name\"").await.is_empty());
}

#[tokio::test]
async fn with_adoption_off_a_taken_name_is_a_conflict() {
    let world = World::new().await;
    let id = imported(&world, "ann", "ann@ex.org").await;
    world.set(ConnectionChange { adopt: Some(Adopt::Never), ..ConnectionChange::default() }).await;
    assert_eq!(refused(world.post("Users", json!({"userName": "ann"})).await).0, 409);
    world.find("Users", "userName eq \"ann\"").await;
    world.service.settle().await;
    let title = json!([{"op": "replace", "path": "title", "value": "Dr"}]);
    world.patch("Users", &id, title).await.unwrap();
    assert_eq!(record(&world, &id).await.managed_by, None);
}

#[tokio::test]
async fn the_matching_query_takes_over_once_and_is_not_held_up() {
    let world = World::new().await;
    let id = imported(&world, "ann", "ann@ex.org").await;
    for _ in 0..3 {
        assert_eq!(world.find("Users", "userName eq \"ANN\"").await.len(), 1);
        world.service.settle().await;
    }
    let after = record(&world, &id).await;
    assert!(after.managed_by.is_some());
    assert_eq!((after.version, after.modified), (2, record(&world, &id).await.created));
    assert_eq!(world.told().await, ["learner.updated"]);
    assert_eq!(world.events().await[0].event.cause, Cause::Adopted);
    let log = world.log().await;
    assert_eq!(log.iter().filter(|e| e.entry.code.as_deref() == Some("adopted")).count(), 1);
}
