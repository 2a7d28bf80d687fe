//! Tenants from their first start to their deletion.

use serde_json::json;
use service::{Code, ConnectionChange, DEFAULT, NewTenant, TenantChange};
use store::{Actor, ConnectionKind};

use super::world::World;

#[tokio::test]
async fn the_first_start_makes_one_tenant_however_many_start_at_once() {
    let world = World::new().await;
    world.service.bootstrap().await.unwrap();
    let mut others = Vec::new();
    for seed in 2..6 {
        others.push(world.other_process(seed).await);
    }
    for other in &others {
        other.bootstrap().await.unwrap();
    }
    let all = world.service.tenants(None, 10).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].tenant.name.as_str(), all[0].connections.len()), (DEFAULT, 1));
    let connection = &all[0].connections[0].connection;
    assert_eq!((connection.name.as_str(), connection.groups, connection.paused), (DEFAULT, true, None));
}

#[tokio::test]
async fn a_tenant_is_made_with_the_dialect_of_its_provider() {
    let world = World::new().await;
    let new = NewTenant { dialect: Some("OKTA".into()), groups: false, ..NewTenant::named("acme") };
    let made = world.service.tenant_create(&new).await.unwrap();
    let op = world.service.operator(Actor::Cli, "acme", DEFAULT).await.unwrap();
    assert_eq!(op.tenant.tenant.id, made.id);
    assert_eq!((op.connection.dialect.as_str(), op.connection.kind), ("okta", ConnectionKind::Okta));
    assert!(!op.connection.groups);

    let error = world.service.tenant_create(&new).await.unwrap_err();
    assert_eq!((error.code, error.message.as_str()), (Code::Conflict, "tenant \"acme\" exists already"));
    let error = world.service.tenant_create(&NewTenant::named("Acme Inc")).await.unwrap_err();
    assert_eq!((error.code, error.hint.as_deref()), (Code::Invalid, Some("for example \"acme-inc\"")));
    let error = world
        .service
        .tenant_create(&NewTenant { dialect: Some("ldap".into()), ..NewTenant::named("b") })
        .await
        .unwrap_err();
    assert!(error.hint.unwrap().contains("entra"));
}

#[tokio::test]
async fn what_is_not_there_is_named_with_what_there_is() {
    let world = World::new().await;
    let error = world.service.operator(Actor::Cli, "defualt", DEFAULT).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound);
    assert_eq!(error.hint.as_deref(), Some("the tenants are: default"));
    let error = world.service.operator(Actor::Cli, DEFAULT, "okta").await.unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("its connections are: default"));
}

#[tokio::test]
async fn settings_are_changed_one_by_one_and_caches_see_it() {
    let world = World::new().await;
    let op = world.op().await;
    let change = TenantChange {
        display_name: Some(" Acme GmbH ".into()),
        settings: Some(serde_json::Map::from_iter([("logo".to_owned(), json!("a.svg"))])),
        ..TenantChange::default()
    };
    world.service.tenant_set(&op, &change).await.unwrap();
    let change = TenantChange {
        settings: Some(serde_json::Map::from_iter([("colour".to_owned(), json!("#123"))])),
        ..TenantChange::default()
    };
    world.service.tenant_set(&op, &change).await.unwrap();
    let tenant = world.op().await.tenant.tenant.clone();
    assert_eq!(tenant.display_name, "Acme GmbH");
    assert_eq!(tenant.settings, json!({"logo": "a.svg", "colour": "#123"}));
    let own = TenantChange {
        settings: Some(serde_json::Map::from_iter([("_nextKind".to_owned(), json!(1))])),
        ..TenantChange::default()
    };
    assert_eq!(world.service.tenant_set(&op, &own).await.unwrap_err().code, Code::Invalid);
}

#[tokio::test]
async fn a_deleted_tenant_leaves_nothing_that_opens() {
    let world = World::new().await;
    world.service.tenant_create(&NewTenant::named("acme")).await.unwrap();
    let op = world.service.operator(Actor::Cli, "acme", DEFAULT).await.unwrap();
    let token = world.token(&op).await;
    world.provision(&token, "anna").await;
    let gone = world.service.tenant_delete(&op).await.unwrap();
    assert_eq!((gone.learners, gone.connections[0].live_tokens), (1, 1));
    let header = format!("Bearer {token}");
    assert_eq!(world.service.authenticate(Some(&header), None).await.unwrap_err().error.status, 401);
    assert_eq!(world.service.tenants(None, 10).await.unwrap().len(), 1);
    // Whatever was still in memory about it is dropped without complaint.
    world.service.sweep().await.unwrap();
    // A tenant of that name is another one.
    world.service.tenant_create(&NewTenant::named("acme")).await.unwrap();
    let again = world.service.operator(Actor::Cli, "acme", DEFAULT).await.unwrap();
    assert_ne!(again.caller.tenant, op.caller.tenant);
    assert_eq!(world.service.tenant_show(&again).await.unwrap().learners, 0);
}

#[tokio::test]
async fn the_default_tenant_stays_deleted_while_there_is_another() {
    let world = World::new().await;
    world.service.tenant_create(&NewTenant::named("acme")).await.unwrap();
    world.service.tenant_delete(&world.op().await).await.unwrap();
    world.service.bootstrap().await.unwrap();
    let names: Vec<_> =
        world.service.tenants(None, 10).await.unwrap().into_iter().map(|t| t.tenant.name).collect();
    assert_eq!(names, ["acme"]);
}

#[tokio::test]
async fn two_operators_do_not_overwrite_each_other() {
    let world = World::new().await;
    let op = world.op().await;
    let other = world.other_process(2).await;
    let groups_off = ConnectionChange { groups: Some(false), ..ConnectionChange::default() };
    other.connection_set(&op, &groups_off).await.unwrap();
    world.catch_up().await;
    // The first one still has the connection from before in hand.
    let paused = world.service.connection_pause(&op).await.unwrap();
    assert!(!paused.groups && paused.paused.is_some());
}
