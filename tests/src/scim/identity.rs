//! The identity alarm: a name that may stand for somebody else now (design §2, ruling 8).

use scim::ScimType;
use serde_json::json;
use service::ConnectionChange;
use store::{Cause, IdentityPolicy};

use super::world::{World, data, id_of, refused};

#[tokio::test]
async fn another_external_id_raises_the_alarm() {
    let world = World::new().await;
    let id = id_of(&world.post("Users", json!({"userName": "ann", "externalId": "e1"})).await.unwrap());
    let change = json!([
        {"op": "replace", "path": "externalId", "value": "e2"},
        {"op": "replace", "path": "title", "value": "Dr"},
    ]);
    world.patch("Users", &id, change).await.unwrap();
    assert_eq!(world.told().await, ["learner.created", "learner.identity_changed"]);
    let told = data(&world.events().await[1]);
    assert_eq!(told["identity"], json!({"reason": "external_id_changed", "old": "e1", "new": "e2"}));
    assert_eq!(told["changes"].as_array().unwrap().len(), 2);
    assert_eq!(world.log().await[0].entry.code.as_deref(), Some("identity_changed"));
}

#[tokio::test]
async fn a_change_of_state_wins_and_the_alarm_follows() {
    let world = World::new().await;
    let id = id_of(&world.post("Users", json!({"userName": "ann", "externalId": "e1"})).await.unwrap());
    let change = json!([{"op": "replace", "value": {"externalId": "e2", "active": false}}]);
    world.patch("Users", &id, change).await.unwrap();
    assert_eq!(world.told().await[1..], ["learner.deactivated", "learner.identity_changed"]);
}

#[tokio::test]
async fn a_new_learner_who_looks_like_a_removed_one_raises_the_alarm() {
    for same in [
        json!({"userName": "ANN"}),
        json!({"userName": "other", "externalId": "e1"}),
        json!({"userName": "other", "emails": [{"value": "ann@EX.org", "type": "work"}]}),
    ] {
        let world = World::new().await;
        let body = json!({
            "userName": "ann", "externalId": "e1", "emails": [{"value": "ann@ex.org", "type": "work"}],
        });
        let first = id_of(&world.post("Users", body).await.unwrap());
        world.delete("Users", &first).await.unwrap();
        let second = id_of(&world.post("Users", same).await.unwrap());
        assert_ne!(first, second);
        assert_eq!(world.told().await[2..], ["learner.created", "learner.identity_changed"]);
        let events = world.events().await;
        assert_eq!(events[2].event.cause, Cause::Returned);
        assert_eq!(data(&events[3])["identity"]["removed"], first);
    }
}

#[tokio::test]
async fn the_policy_may_refuse() {
    let world = World::new().await;
    world
        .set(ConnectionChange { identity: Some(IdentityPolicy::Refuse), ..ConnectionChange::default() })
        .await;
    let ann = id_of(&world.post("Users", json!({"userName": "ann", "externalId": "e1"})).await.unwrap());
    let change = json!([{"op": "replace", "path": "externalId", "value": "e2"}]);
    assert_eq!(refused(world.patch("Users", &ann, change).await), (409, Some(ScimType::Uniqueness)));
    assert_eq!(world.log().await[0].entry.code.as_deref(), Some("identity_refused"));
    world.delete("Users", &ann).await.unwrap();
    assert_eq!(
        refused(world.post("Users", json!({"userName": "ann"})).await),
        (409, Some(ScimType::Uniqueness))
    );
    world.user("bob").await;
}
