//! Connections: a second one, its settings, its pauses.

use std::time::Duration;

use service::{Code, ConnectionChange, NewConnection};
use store::{Actor, Adopt, EventKind, GuardPolicy, IdentityPolicy};

use super::world::{World, data};

#[tokio::test]
async fn a_second_connection_has_tokens_and_a_handle_of_its_own() {
    let world = World::new().await;
    let op = world.op().await;
    let new = NewConnection { name: "okta".into(), kind: None, dialect: Some("okta".into()), groups: false };
    let made = world.service.connection_create(&op, &new).await.unwrap();
    let second = world.service.operator(Actor::Cli, "default", "okta").await.unwrap();
    assert_eq!(second.connection.id, made.id);
    assert_ne!(second.connection.handle, op.connection.handle);
    let token = world.token(&second).await;
    assert_eq!(world.request(&token).await.session.connection.name, "okta");
    assert!(world.service.tokens(&op).await.unwrap().is_empty());
    assert_eq!(world.service.connections(&op).await.unwrap().len(), 2);
    assert_eq!(world.service.connection_create(&op, &new).await.unwrap_err().code, Code::Conflict);
}

#[tokio::test]
async fn settings_reach_the_next_request_and_are_logged_by_name() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    assert!(world.request(&token).await.session.dialect.has(scim::Quirk::OpCase));
    let change = ConnectionChange {
        quirks: vec![("op-case".into(), Some(false))],
        groups: Some(false),
        adopt: Some(Adopt::Never),
        identity: Some(IdentityPolicy::Refuse),
        guard: Some(GuardPolicy { floor: 5, percent: 50 }),
        trace: Some(Duration::ZERO),
        ..ConnectionChange::default()
    };
    let set = world.service.connection_set(&op, &change).await.unwrap();
    let session = world.request(&token).await.session;
    assert_eq!(*session.connection, set);
    assert!(!session.dialect.has(scim::Quirk::OpCase) && !session.sees_groups());
    assert!(!session.connection.is_traced(world.now()));
    let log = world.log(&op).await;
    let entry = &log.last().unwrap().entry;
    assert_eq!(entry.paths, ["quirks", "groups", "adopt", "identity", "guard", "trace"]);

    world.service.connection_set(&op, &change).await.unwrap();
    assert_eq!(world.log(&op).await.len(), log.len(), "what changes nothing is not logged");
    let wrong = ConnectionChange {
        guard: Some(GuardPolicy { floor: 1, percent: 101 }),
        ..ConnectionChange::default()
    };
    assert_eq!(world.service.connection_set(&op, &wrong).await.unwrap_err().code, Code::Invalid);
}

#[tokio::test]
async fn a_pause_refuses_writes_until_it_ends_and_the_app_hears_of_both() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let id = world.provision(&token, "anna").await;
    world.service.connection_pause(&op).await.unwrap();
    world.service.connection_pause(&op).await.unwrap();
    let cx = world.request(&token).await;
    let refused = world.service.delete(&cx, "Users", &id, None).await.unwrap_err();
    assert_eq!(refused.status, 503);
    world.service.connection_resume(&op).await.unwrap();
    world.delete(&token, "Users", &id).await;
    let events = world.events(&op).await;
    let pauses: Vec<_> = events
        .iter()
        .filter(|e| e.event.kind == EventKind::ConnectionPaused)
        .map(|e| data(e)["paused"].as_bool().unwrap())
        .collect();
    assert_eq!(pauses, [true, false]);
}
