//! The rounds: batches, traffic, announcements, the end of the retention time.

use std::time::Duration;

use serde_json::json;
use service::{NewToken, Swept};
use store::{Cause, EventKind, Purpose};

use super::world::{World, data};

const DAY: u64 = 24 * 3600;

#[tokio::test]
async fn a_quiet_batch_is_announced_once_and_the_first_one_ends_the_first_cycle() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let id = world.provision(&token, "anna").await;
    world.pass(300);
    world.provision(&token, "bo").await;
    world.pass(599);
    assert_eq!(world.service.sweep().await.unwrap().synced, 0);
    world.pass(1);
    assert_eq!(world.service.sweep().await.unwrap().synced, 1);
    assert_eq!(world.service.sweep().await.unwrap(), Swept::default());

    let events = world.events(&op).await;
    let synced = events.last().unwrap();
    assert_eq!((synced.event.kind, synced.event.cause), (EventKind::ConnectionSynced, Cause::InitialSync));
    assert_eq!((&data(synced)["changes"], &data(synced)["first"]), (&json!(2), &json!(true)));
    let created: Vec<_> = events.iter().filter(|e| e.event.kind == EventKind::LearnerCreated).collect();
    assert!(
        created.iter().all(|e| e.event.batch == synced.event.batch && e.event.cause == Cause::InitialSync)
    );
    // Ruling 18: quiet for ten minutes after the first creates.
    let first = world.op().await.connection.first_synced.unwrap();
    assert_eq!(first, world.now().minus(Duration::from_secs(600)).as_micros());

    world.patch(&token, &id, "displayName", json!("Anna")).await;
    let events = world.events(&op).await;
    let updated = &events.last().unwrap().event;
    assert_eq!(updated.cause, Cause::Changed);
    assert_ne!(updated.batch, synced.event.batch);
}

#[tokio::test]
async fn a_batch_of_a_killed_process_is_closed_by_the_next() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    world.provision(&token, "anna").await;
    world.service.sweep().await.unwrap();
    let next = world.other_process(2).await;
    world.pass(600);
    assert_eq!(next.sweep().await.unwrap().synced, 1);
    let events = world.events(&op).await;
    let batch = events.iter().find(|e| e.event.kind == EventKind::LearnerCreated).unwrap().event.batch;
    assert_eq!(events.last().unwrap().event.batch, batch);
    assert_eq!(next.sweep().await.unwrap().synced, 0);
}

#[tokio::test]
async fn traffic_is_written_by_the_minute() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let id = world.provision(&token, "anna").await;
    let cx = world.request(&token).await;
    for _ in 0..3 {
        world.service.get(&cx, "Users", &id, &service::Projected::default(), None).await.unwrap();
    }
    let missing = "01890000-0000-7000-8000-000000000000";
    world.service.get(&cx, "Users", missing, &service::Projected::default(), None).await.unwrap_err();
    world.service.sweep().await.unwrap();
    world.service.get(&cx, "Users", &id, &service::Projected::default(), None).await.unwrap();
    world.service.sweep().await.unwrap();
    let mut read = world.store.read(&op.caller).await.unwrap();
    let traffic = read.traffic(op.connection.id, 0).await.unwrap();
    let counts: Vec<_> = traffic.iter().map(|m| (m.reads, m.writes, m.failures)).collect();
    assert_eq!(counts, [(4, 1, 1)]);
}

#[tokio::test]
async fn an_expiring_token_is_announced_30_7_and_1_days_ahead() {
    let world = World::new().await;
    let op = world.op().await;
    let new = NewToken { expires: Some(Duration::from_secs(90 * DAY)), ..NewToken::default() };
    world.service.token_create(&op, &new).await.unwrap();
    let mut days = Vec::new();
    for _ in 0..2 * 91 {
        world.pass(DAY / 2);
        world.service.sweep().await.unwrap();
    }
    for event in world.events(&op).await.iter().filter(|e| e.event.kind == EventKind::TokenExpiring) {
        days.push((data(event)["days"].as_u64().unwrap(), event.event.at));
    }
    let created = world.now().minus(Duration::from_secs(91 * DAY));
    let at = |n: u64| created.plus(Duration::from_secs(n * DAY));
    assert_eq!(days, [(30, at(60)), (7, at(83)), (1, at(89))]);
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_announced_once_a_silence() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let silences = async |world: &World| {
        world.kinds(&op).await.iter().filter(|k| **k == EventKind::ConnectionSilent).count()
    };
    world.pass(10 * DAY);
    world.service.sweep().await.unwrap();
    assert_eq!(silences(&world).await, 0, "one that was never heard of is not silent");
    let id = world.provision(&token, "anna").await;
    for _ in 0..10 {
        world.pass(DAY);
        world.service.sweep().await.unwrap();
    }
    assert_eq!(silences(&world).await, 1);
    let other = world.other_process(2).await;
    other.sweep().await.unwrap();
    assert_eq!(silences(&world).await, 1, "nor again after a restart");
    world.patch(&token, &id, "displayName", json!("Anna")).await;
    for _ in 0..4 {
        world.pass(DAY);
        world.service.sweep().await.unwrap();
    }
    assert_eq!(silences(&world).await, 2);
}

#[tokio::test]
async fn requests_that_keep_failing_are_announced_once() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let cx = world.request(&token).await;
    let missing = "01890000-0000-7000-8000-000000000000";
    for _ in 0..25 {
        world.service.get(&cx, "Users", missing, &service::Projected::default(), None).await.unwrap_err();
    }
    let first = world.service.sweep().await.unwrap();
    assert_eq!(first.failing, 1);
    world.pass(3600);
    assert_eq!(world.service.sweep().await.unwrap().failing, 0);
    assert_eq!(world.kinds(&op).await.iter().filter(|k| **k == EventKind::ConnectionFailing).count(), 1);
}

#[tokio::test]
async fn a_rhythm_that_falls_to_once_a_day_is_announced_once_until_it_recovers() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let id = world.provision(&token, "anna").await;
    let cycle = async |pause: u64, count: u32| {
        for _ in 0..count {
            let cx = world.request(&token).await;
            world.service.get(&cx, "Users", &id, &service::Projected::default(), None).await.unwrap();
            world.service.sweep().await.unwrap();
            world.pass(pause);
            world.service.sweep().await.unwrap();
        }
        world.kinds(&op).await.iter().filter(|k| **k == EventKind::ConnectionQuarantined).count()
    };
    assert_eq!(cycle(40 * 60, 40).await, 0, "every forty minutes");
    assert_eq!(cycle(6 * 3600, 4).await, 0, "the pauses grow");
    assert_eq!(cycle(DAY, 2).await, 0, "two are too few to tell");
    assert_eq!(cycle(DAY, 4).await, 1);
    let events = world.events(&op).await;
    let told = events.iter().find(|e| e.event.kind == EventKind::ConnectionQuarantined).unwrap();
    assert_eq!(data(told)["connection"], "default");
    // Somebody tries by hand whether the reason is gone, and it is not.
    assert_eq!(cycle(5 * 3600, 1).await, 1);
    assert_eq!(cycle(DAY, 4).await, 1, "still the same one");
    assert_eq!(cycle(40 * 60, 40).await, 1, "it has recovered");
    assert_eq!(cycle(DAY, 4).await, 2, "another one");
}

#[tokio::test]
async fn after_the_retention_time_nothing_is_left_but_the_id() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let id = world.provision(&token, "anna").await;
    world.delete(&token, "Users", &id).await;
    world.pass(30 * DAY);
    assert_eq!(world.service.sweep().await.unwrap().purged, 0);
    world.pass(1);
    assert_eq!(world.service.sweep().await.unwrap().purged, 1);
    // Ruling 8.
    let error = world.service.learner_restore(&op, id.parse().unwrap()).await.unwrap_err();
    assert!(error.message.contains("is purged"), "{error}");
    let events = world.events(&op).await;
    assert!(events.iter().all(|e| !e.event.data.contains("anna")), "{events:?}");
    let mut read = world.store.read(&op.caller).await.unwrap();
    assert!(read.tombstone(id.parse().unwrap()).await.unwrap().unwrap().record.is_none());
}

#[tokio::test]
async fn a_deletion_of_a_tenant_that_was_cut_short_is_finished() {
    let world = World::new().await;
    let op = world.op().await;
    world.provision(&world.token(&op).await, "anna").await;
    // A client that goes away takes its request with it.
    let mut patience = Duration::ZERO;
    loop {
        let mut system = world.store.system(Purpose::Tenants).await.unwrap();
        if system.tenant(&op.tenant.tenant.name).await.unwrap().is_none() {
            break;
        }
        let _ = tokio::time::timeout(patience, system.delete_tenant(op.caller.tenant)).await;
        patience += Duration::from_micros(500);
    }
    world.service.sweep().await.unwrap();
    let mut system = world.store.system(Purpose::Sweep).await.unwrap();
    assert!(!system.sweep_deleted().await.unwrap(), "something is left of it");
}
