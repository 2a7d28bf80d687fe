//! The mass-change guard (design §2).

use serde_json::json;
use service::ConnectionChange;
use store::GuardPolicy;

use super::world::{World, refused};

#[tokio::test]
async fn too_many_deactivations_are_done_but_held_from_the_app() {
    let world = World::new().await;
    let guard = Some(GuardPolicy { floor: 2, percent: 0 });
    world.set(ConnectionChange { guard, ..ConnectionChange::default() }).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        ids.push(world.user(name).await);
    }
    let off = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    world.patch("Users", &ids[0], off.clone()).await.unwrap();
    world.delete("Users", &ids[1]).await.unwrap();
    assert_eq!(world.patch("Users", &ids[2], off).await.unwrap().status, 200);
    world.delete("Users", &ids[3]).await.unwrap();
    assert_eq!(world.told().await[4..], ["learner.deactivated", "learner.removed"]);
    assert_eq!(refused(world.get("Users", &ids[3]).await).0, 404);
    let operator = world.operator().await;
    let mut read = world.store.read(&operator.caller).await.unwrap();
    let held = read.held(operator.connection.id, 0, 10).await.unwrap();
    let held: Vec<_> = held.iter().map(|h| h.event.kind.as_str()).collect();
    assert_eq!(held, ["learner.deactivated", "learner.removed"]);
}
