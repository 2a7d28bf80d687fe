//! What the mass-change guard holds back, approved and reverted.

use serde_json::json;
use service::{ConnectionChange, Operator, Preference, Projected};
use store::{EventKind, GuardPolicy, State};

use super::world::{World, data, json};

/// A connection that has locked six of ten people out where three are let pass: three lock-outs are held.
async fn mass_change() -> (World, Operator, String, Vec<String>) {
    let world = World::new().await;
    let op = world.op().await;
    let guard = Some(GuardPolicy { floor: 3, percent: 10 });
    world
        .service
        .connection_set(&op, &ConnectionChange { guard, ..ConnectionChange::default() })
        .await
        .unwrap();
    let token = world.token(&op).await;
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(world.provision(&token, &format!("p{n}")).await);
    }
    for id in &ids[..5] {
        world.patch(&token, id, "active", json!(false)).await;
    }
    world.delete(&token, "Users", &ids[5]).await;
    (world, op, token, ids)
}

fn lockouts(kinds: &[EventKind]) -> usize {
    let lockout = |k: &&EventKind| matches!(k, EventKind::LearnerDeactivated | EventKind::LearnerRemoved);
    kinds.iter().filter(lockout).count()
}

async fn state(world: &World, op: &Operator, id: &str) -> Option<State> {
    world.service.learner_show(op, id).await.ok().map(|l| l.row.state)
}

#[tokio::test]
async fn approving_lets_the_events_go_in_their_order() {
    let (world, op, _token, ids) = mass_change().await;
    let kinds = world.kinds(&op).await;
    assert_eq!(lockouts(&kinds), 3);
    assert_eq!(kinds.iter().filter(|k| **k == EventKind::ConnectionHeld).count(), 1);
    assert_eq!(world.service.held_count(&op).await.unwrap(), 3);
    let held = world.service.held(&op, 0, 2).await.unwrap();
    let rest = world.service.held(&op, held[1].sequence, 10).await.unwrap();
    assert_eq!((held.len(), rest.len()), (2, 1));
    // The provider was answered, and the write is done.
    assert_eq!(state(&world, &op, &ids[4]).await, Some(State::Inactive));

    assert_eq!(world.service.held_approve(&op).await.unwrap(), 3);
    let kinds = world.kinds(&op).await;
    assert_eq!(lockouts(&kinds), 6);
    assert_eq!(kinds.last(), Some(&EventKind::LearnerRemoved));
    assert_eq!(world.service.held_count(&op).await.unwrap(), 0);
    assert_eq!(world.service.held_approve(&op).await.unwrap(), 0);
}

#[tokio::test]
async fn reverting_lets_people_in_and_the_app_never_hears_of_it() {
    let (world, op, token, ids) = mass_change().await;
    // Meanwhile the provider goes on changing one of them.
    world.patch(&token, &ids[3], "displayName", json!("New Name")).await;
    let before = world.kinds(&op).await;
    let reverted = world.service.held_revert(&op).await.unwrap();
    assert_eq!((reverted.reverted, reverted.stayed.len()), (3, 0), "{reverted:?}");
    for id in &ids[3..6] {
        assert_eq!(state(&world, &op, id).await, Some(State::Active));
    }
    // The three before the guard woke up stay out.
    assert_eq!(state(&world, &op, &ids[0]).await, Some(State::Inactive));
    assert_eq!(world.service.held_count(&op).await.unwrap(), 0);
    let after = world.events(&op).await;
    let new: Vec<_> = after[before.len()..].iter().collect();
    assert_eq!(new.len(), 1, "{new:?}");
    assert_eq!(new[0].event.kind, EventKind::LearnerUpdated);
    let profile = data(new[0])["profile"].clone();
    assert_eq!((&profile["displayName"], &profile["active"]), (&json!("New Name"), &json!(true)));
    let again = world.service.held_revert(&op).await.unwrap();
    assert_eq!((again.reverted, again.dropped), (0, 0));
}

#[tokio::test]
async fn the_guard_counts_afresh_after_a_decision() {
    let (world, op, token, ids) = mass_change().await;
    world.service.held_revert(&op).await.unwrap();
    world.patch(&token, &ids[3], "active", json!(false)).await;
    assert_eq!(world.service.held_count(&op).await.unwrap(), 0);
    assert_eq!(world.kinds(&op).await.last(), Some(&EventKind::LearnerDeactivated));
}

#[tokio::test]
async fn who_was_let_in_by_the_provider_already_is_no_news_either() {
    let (world, op, token, ids) = mass_change().await;
    world.patch(&token, &ids[4], "active", json!(true)).await;
    let before = world.events(&op).await.len();
    let reverted = world.service.held_revert(&op).await.unwrap();
    assert_eq!(reverted.reverted, 2);
    assert_eq!(world.events(&op).await.len(), before);
}

#[tokio::test]
async fn a_removal_that_cannot_be_undone_is_told() {
    let (world, op, token, ids) = mass_change().await;
    let cx = world.request(&token).await;
    let body = json!({"userName": "P5"}).to_string();
    let answer = world
        .service
        .create(&cx, "Users", body.as_bytes(), &Projected::default(), Preference::None)
        .await
        .unwrap();
    assert_ne!(json(&answer)["id"], ids[5].as_str());
    let reverted = world.service.held_revert(&op).await.unwrap();
    assert_eq!((reverted.reverted, reverted.stayed.len()), (2, 1));
    assert_eq!(reverted.stayed[0].0.to_string(), ids[5]);
    let kinds = world.kinds(&op).await;
    assert_eq!(kinds.last(), Some(&EventKind::LearnerRemoved));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_app_hears_what_is_when_an_approval_and_a_revert_meet() {
    for _ in 0..6 {
        let (world, op, _token, ids) = mass_change().await;
        let other = world.other_process(2).await;
        let (approved, reverted) = tokio::join!(world.service.held_approve(&op), other.held_revert(&op));
        let (approved, reverted) = (approved.unwrap(), reverted.unwrap());
        world.catch_up().await;
        assert_eq!(world.service.held_count(&op).await.unwrap(), 0, "{approved} {reverted:?}");
        let events = world.events(&op).await;
        for id in &ids {
            let told = events.iter().rev().find_map(|e| {
                let own = e.event.subject.is_some_and(|(_, subject)| subject.to_string() == *id);
                match e.event.kind {
                    _ if !own => None,
                    EventKind::LearnerRemoved => Some(None),
                    EventKind::LearnerDeactivated => Some(Some(State::Inactive)),
                    _ => Some(Some(State::Active)),
                }
            });
            assert_eq!(told, Some(state(&world, &op, id).await), "{id}: {approved} {reverted:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_approve_at_once_one_has_released() {
    let (world, op, _token, _) = mass_change().await;
    let other = world.other_process(2).await;
    let (one, two) = tokio::join!(world.service.held_approve(&op), other.held_approve(&op));
    let mut released = [one.unwrap(), two.unwrap()];
    released.sort_unstable();
    assert_eq!(released, [0, 3]);
    let said = world.log(&op).await.into_iter().filter(|e| e.entry.code.as_deref() == Some("held_approved"));
    assert_eq!(said.count(), 1);
}
