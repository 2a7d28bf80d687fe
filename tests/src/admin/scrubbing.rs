//! What a tenant no longer stores is taken out of learners who have it.

use std::time::Duration;

use serde_json::{Value, json};
use service::{IntakeSettings, Operator, TenantChange};
use store::{EventKind, Purpose};

use super::world::{World, data};

const PEOPLE: usize = 700;

async fn forbid(world: &World, op: &Operator, paths: &[&str]) {
    let never_stored = paths.iter().map(|path| (*path).to_owned()).collect();
    let settings = IntakeSettings { never_stored, ..IntakeSettings::default() };
    world.service.intake_set(op, &settings, None).await.unwrap();
}

/// Everybody has a title that is a secret by now.
async fn people(world: &World, op: &Operator, count: usize) {
    let rows = (0..count).map(|n| format!("p{n},Secret,Sales\n"));
    let file: String = std::iter::once("user name,title,department\n".to_owned()).chain(rows).collect();
    world.import(op, &file, service::ImportOptions::default()).await;
}

async fn running(world: &World) -> usize {
    world.store.system(Purpose::Sweep).await.unwrap().running_jobs().await.unwrap().len()
}

/// The events of taking out, and the position that they come after.
async fn told(world: &World, op: &Operator, after: usize) -> Vec<Value> {
    let events = world.events(op).await;
    events[after..]
        .iter()
        .map(|event| {
            assert_eq!(event.event.kind, EventKind::LearnerUpdated);
            assert!(!event.event.data.contains("Secret"), "{}", event.event.data);
            data(event)
        })
        .collect()
}

#[tokio::test]
async fn it_goes_without_anybody_writing_and_that_is_told_without_the_value() {
    let world = World::new().await;
    let op = world.op().await;
    people(&world, &op, 3).await;
    let before = world.events(&op).await.len();
    forbid(&world, &op, &["title"]).await;
    assert_eq!(world.service.scrub().await.unwrap(), 0, "others may still go by the old setting");
    world.pass(6);
    assert_eq!(world.service.scrub().await.unwrap(), 3);
    let events = told(&world, &op, before).await;
    assert_eq!(events.len(), 3);
    assert_eq!(events[0]["changes"], json!([{"path": "title"}]));
    assert_eq!(events[0]["profile"]["department"], "Sales");
    let op = world.op().await;
    let shown = world.service.learner_show(&op, "p1").await.unwrap();
    // Neither in the events of before: they are told anew without it.
    assert!(!format!("{shown:?}").contains("Secret"), "{shown:?}");
    assert_eq!(data(&world.events(&op).await[1])["profile"]["department"], "Sales");
    let last = world.log(&op).await.pop().unwrap().entry;
    assert_eq!((last.code.as_deref(), last.paths.as_slice()), (Some("scrubbed"), &["title".to_owned()][..]));

    // Once more, because somebody may have been writing when the rule came; then it is over.
    world.pass(61);
    assert_eq!((world.service.scrub().await.unwrap(), running(&world).await), (0, 0));
    world.pass(61);
    assert_eq!(world.service.scrub().await.unwrap(), 0);
    assert_eq!(told(&world, &op, before).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_on_where_a_process_that_died_was() {
    let world = World::new().await;
    let op = world.op().await;
    people(&world, &op, PEOPLE).await;
    let before = world.events(&op).await.len();
    forbid(&world, &op, &["title"]).await;
    world.pass(6);
    // It dies after the first portion, before the last.
    let first = async {
        while world.events(&op).await.len() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        biased;
        () = first => {}
        found = world.service.scrub() => panic!("it is through with {found:?}"),
    }
    let other = world.other_process(2).await;
    assert_eq!(other.scrub().await.unwrap(), 0, "it may still be alive");
    world.pass(61);
    let rest = usize::try_from(other.scrub().await.unwrap()).unwrap();
    assert!((1..PEOPLE).contains(&rest), "{rest}");
    world.catch_up().await;
    assert_eq!(told(&world, &op, before).await.len(), PEOPLE, "nobody is left out or written twice");
}

#[tokio::test]
async fn only_what_was_allowed_before_calls_for_it() {
    let world = World::new().await;
    let op = world.op().await;
    people(&world, &op, 1).await;
    forbid(&world, &op, &["nickName"]).await;
    forbid(&world, &op, &["nickName"]).await;
    forbid(&world, &op, &[]).await;
    assert_eq!(running(&world).await, 1);
    // By whatever way the rule comes.
    let settings = json!({"intake": {"neverStored": ["title"]}}).as_object().cloned();
    world.service.tenant_set(&op, &TenantChange { settings, ..TenantChange::default() }).await.unwrap();
    assert_eq!(running(&world).await, 2);
    world.pass(6);
    assert_eq!(world.service.scrub().await.unwrap(), 1);
}

#[tokio::test]
async fn who_is_restored_comes_back_without_it() {
    let world = World::new().await;
    let op = world.op().await;
    people(&world, &op, 1).await;
    let id = world.service.learner_show(&op, "p0").await.unwrap().row.id;
    world.service.learner_remove(&op, "p0", false).await.unwrap();
    forbid(&world, &op, &["title"]).await;
    let op = world.op().await;
    world.service.learner_restore(&op, id).await.unwrap();
    let restored = world.events(&op).await.pop().unwrap();
    assert_eq!(restored.event.kind, EventKind::LearnerRestored);
    assert!(!restored.event.data.contains("Secret"), "{}", restored.event.data);
    let shown = world.service.learner_show(&op, "p0").await.unwrap();
    assert!(!format!("{:?}{:?}", shown.profile, shown.document).contains("Secret"), "{shown:?}");
}
