//! The mass-change guard: 21 of 100 people disabled within a day.

use std::time::Duration;

use testkit::{Caller, TestServer};

use super::{kinds_after, set};

/// A hundred people, none of whom is disabled yet.
async fn hundred() -> (TestServer, Caller, Vec<String>) {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let mut ids = Vec::new();
    for number in 0..100 {
        ids.push(entra.user(&format!("p{number:03}")).await);
    }
    (server, entra, ids)
}

async fn disable(entra: &Caller, ids: &[String]) {
    for id in ids {
        let got = entra.patch_operations(&format!("/Users/{id}"), &set("active", "False")).await;
        assert_eq!(got.expect(200).json["active"], false, "the provider's write is done and acknowledged");
    }
}

async fn told(server: &TestServer, position: i64) -> Vec<(String, String)> {
    let events = server.events_after(position).await;
    let of = |e: &store::Event| {
        let subject = e.event.subject.map(|(_, id)| id.to_string()).unwrap_or_default();
        (e.event.kind.as_str().to_owned(), subject)
    };
    events.iter().map(of).collect()
}

fn deactivated(ids: &[String]) -> Vec<(String, String)> {
    ids.iter().map(|id| ("learner.deactivated".to_owned(), id.clone())).collect()
}

#[tokio::test]
async fn twenty_pass_and_the_rest_is_held_until_approved() {
    let (server, entra, ids) = hundred().await;
    let operator = server.operator("default", "default").await;
    let start = server.count_events().await;
    disable(&entra, &ids[..20]).await;
    assert_eq!(told(&server, start).await, deactivated(&ids[..20]));
    assert_eq!(server.service.held_count(&operator).await.unwrap(), 0);

    let start = server.count_events().await;
    disable(&entra, &ids[20..23]).await;
    assert_eq!(kinds_after(&server, start).await, ["connection.held"], "said once, and nothing else");
    assert_eq!(server.service.held_count(&operator).await.unwrap(), 3);
    assert_eq!(entra.filter("/Users", "active eq false").await.expect(200).total(), 23);

    let start = server.count_events().await;
    assert_eq!(server.service.held_approve(&operator).await.unwrap(), 3);
    assert_eq!(told(&server, start).await, deactivated(&ids[20..23]), "in their order");
    assert_eq!(server.service.held_count(&operator).await.unwrap(), 0);
}

// What happens to a learner whose lock-out is held stays behind it: events of one subject keep their order
#[tokio::test]
async fn later_events_of_the_same_learner_wait_too() {
    let (server, entra, ids) = hundred().await;
    let operator = server.operator("default", "default").await;
    disable(&entra, &ids[..21]).await;
    let start = server.count_events().await;
    let path = format!("/Users/{}", ids[20]);
    entra.patch_operations(&path, &set("displayName", "Later")).await.expect(200);
    let about: Vec<_> = told(&server, start).await.into_iter().filter(|(_, id)| *id == ids[20]).collect();
    assert!(about.is_empty(), "told before the lock-out: {about:?}");
    server.service.held_approve(&operator).await.unwrap();
    let kinds: Vec<_> = told(&server, start)
        .await
        .into_iter()
        .filter(|(_, id)| *id == ids[20])
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, ["learner.deactivated", "learner.updated"]);
}

#[tokio::test]
async fn a_revert_lets_people_in_again_and_the_app_never_hears_of_it() {
    let (server, entra, ids) = hundred().await;
    let operator = server.operator("default", "default").await;
    disable(&entra, &ids[..20]).await;
    disable(&entra, &ids[20..22]).await;
    entra.delete(&format!("/Users/{}", ids[22])).await.expect(204);
    let start = server.count_events().await;
    let done = server.service.held_revert(&operator).await.unwrap();
    assert_eq!((done.reverted, done.stayed.len()), (3, 0), "{done:?}");
    for id in &ids[20..23] {
        assert_eq!(entra.get(&format!("/Users/{id}")).await.expect(200).json["active"], true);
    }
    assert_eq!(
        entra.filter("/Users", "active eq false").await.expect(200).total(),
        20,
        "those who passed stay"
    );
    assert!(told(&server, start).await.is_empty(), "{:?}", told(&server, start).await);
    assert_eq!(server.service.held_count(&operator).await.unwrap(), 0);
    // Restored under the name it had.
    assert_eq!(entra.filter("/Users", "userName eq \"p022\"").await.expect(200).total(), 1);
}

#[tokio::test]
async fn a_day_later_the_count_begins_anew() {
    let (server, entra, ids) = hundred().await;
    let operator = server.operator("default", "default").await;
    disable(&entra, &ids[..15]).await;
    server.advance(Duration::from_secs(25 * 3600));
    disable(&entra, &ids[15..30]).await;
    assert_eq!(server.service.held_count(&operator).await.unwrap(), 0);
    disable(&entra, &ids[30..36]).await;
    assert_eq!(server.service.held_count(&operator).await.unwrap(), 1);
}

// Held events, and who was counted, survive a restart
#[tokio::test]
async fn a_restart_forgets_nothing() {
    let (server, entra, ids) = hundred().await;
    disable(&entra, &ids[..20]).await;
    let token = entra.token().to_owned();
    let server = server.restart().await;
    let entra = server.with_token(&token);
    disable(&entra, &ids[20..21]).await;
    let server = server.restart().await;
    let operator = server.operator("default", "default").await;
    let start = server.count_events().await;
    assert_eq!(server.service.held_approve(&operator).await.unwrap(), 1);
    assert_eq!(told(&server, start).await, deactivated(&ids[20..21]));
}
