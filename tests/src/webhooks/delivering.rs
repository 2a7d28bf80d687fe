//! What is told, to whom, and how it is signed.

use std::time::Duration;

use serde_json::json;
use service::noun::ApiScope;
use service::{NewWebhook, WebhookSettings};
use standardwebhooks::Webhook as Official;

use super::receiver::{Got, Receiver};
use super::{hook, server, until};

/// Whether a message is signed with this secret. The official library wants a time of today, so the signature is made
/// again by it and compared.
fn is_signed(got: &Got, secret: &str) -> bool {
    let at: i64 = got.headers["webhook-timestamp"].parse().unwrap();
    let official = Official::new(secret).unwrap();
    let expected = official.sign(&got.headers["webhook-id"], at, got.body.as_bytes()).unwrap();
    got.headers["webhook-signature"].split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn an_event_is_told_as_a_cloud_event_that_is_signed() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let (_, secret) = hook(&server, &receiver, &[]).await;
    let ann = server.tenant("acme", "entra").await.user("ann").await;
    let got = receiver.wait(2).await;
    let told = got.iter().find(|g| g.kind() == "learner.created").unwrap();
    let event = told.json();
    assert_eq!(told.path, "/hooks");
    assert_eq!(told.headers["content-type"], "application/cloudevents+json; charset=utf-8");
    assert_eq!((&event["specversion"], &event["subject"]), (&json!("1.0"), &json!(ann)));
    assert_eq!(event["source"], "https://scim.provost.example/t/acme");
    assert_eq!(event["id"], told.headers["webhook-id"]);
    assert!(is_signed(told, &secret));
    // The data is the event as the feed has it.
    let app = server.api(ApiScope::Read, None).await;
    let feed = app.get("//api/v1/events?type=learner.created").await.expect(200);
    assert_eq!(event["data"], feed.json["items"][0]);
    assert_eq!(event["data"]["data"]["profile"]["userName"], "ann");
}

#[tokio::test]
async fn only_what_is_asked_for_is_told_and_nothing_of_a_change_that_changes_nothing() {
    let (server, _working) = server().await;
    let (some, own) = (Receiver::start().await, Receiver::start().await);
    let (id, _) = hook(&server, &some, &["learner.updated", "group.*"]).await;
    let entra = server.entra().await;
    server.tenant("acme", "entra").await;
    let acme = server.operator("acme", "default").await;
    let settings = WebhookSettings { url: own.url(), allow_private: true, ..WebhookSettings::default() };
    server.service.webhook_create(Some(&acme), NewWebhook { settings, after: None }).await.unwrap();
    let ann = entra.user("ann").await;
    let title = json!({"op": "replace", "path": "title", "value": "x"});
    for _ in 0..2 {
        entra.patch_operations(&format!("/Users/{ann}"), std::slice::from_ref(&title)).await.expect(200);
    }
    entra.group("g", &[&ann]).await;
    let got = some.wait(2).await;
    let end = server.service.feed_ends().await.unwrap().0;
    until(&server, &id, |row| row.standing.cursor == end).await;
    let mut kinds: Vec<_> = some.got().iter().map(Got::kind).collect();
    kinds.sort();
    assert_eq!(kinds, ["group.created", "learner.updated"], "{got:?}");
    assert!(own.got().is_empty(), "the other tenant's webhook hears nothing");
    server.tenant("acme", "entra").await.user("bob").await;
    assert!(own.wait(2).await.iter().all(|got| got.json()["data"]["tenant"] == "acme"));
}

#[tokio::test]
async fn during_a_rotation_messages_are_signed_with_both_secrets() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let (id, old) = hook(&server, &receiver, &["learner.created"]).await;
    let entra = server.entra().await;
    let new = server.service.webhook_rotate(None, &id, Duration::from_secs(3600)).await.unwrap();
    entra.user("ann").await;
    let got = receiver.wait(1).await;
    assert!(is_signed(&got[0], &old) && is_signed(&got[0], new.expose()));
    server.advance(Duration::from_secs(3601));
    entra.user("bob").await;
    let got = receiver.wait(2).await;
    assert!(!is_signed(&got[1], &old) && is_signed(&got[1], new.expose()));
    assert_ne!(&old, new.expose());
}

#[tokio::test]
async fn events_are_sent_once_more_when_somebody_asks() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let (id, _) = hook(&server, &receiver, &["learner.*"]).await;
    let entra = server.entra().await;
    for name in ["a", "b", "c", "d"] {
        entra.user(name).await;
    }
    let first = receiver.wait(4).await;
    let positions: Vec<_> = first.iter().map(Got::position).collect();
    until(&server, &id, |row| row.standing.delivered == 4).await;
    let (after, until_) = (positions[0].min(positions[1]), positions.iter().copied().max().unwrap() - 1);
    server.service.webhook_replay(None, &id, after, Some(until_)).await.unwrap();
    let again = receiver.wait(6).await.split_off(4);
    let ids = |got: &[Got]| got.iter().map(|g| g.headers["webhook-id"].clone()).collect::<Vec<_>>();
    assert!(again.iter().all(|g| g.position() > after && g.position() <= until_));
    assert!(ids(&again).iter().all(|id| ids(&first).contains(id)), "they keep their ids");
    until(&server, &id, |row| row.standing.replayed == 1 && row.standing.replay.is_none()).await;
    entra.user("e").await;
    assert_eq!(receiver.wait(7).await[6].user_name(), "e", "what is new goes on");
    until(&server, &id, |row| row.standing.delivered == 7).await;
}

#[tokio::test]
async fn updates_of_one_learner_are_told_as_one_when_they_may_wait() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let (id, _) = hook(&server, &receiver, &["learner.*"]).await;
    let change = service::WebhookChange { coalesce: Some(60), ..Default::default() };
    server.service.webhook_set(None, &id, &change).await.unwrap();
    let entra = server.entra().await;
    let ann = entra.user("ann").await;
    for title in ["x", "y", "z"] {
        let change = json!({"op": "replace", "path": "title", "value": title});
        entra.patch_operations(&format!("/Users/{ann}"), &[change]).await.expect(200);
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(receiver.got().is_empty(), "they wait");
    server.advance(Duration::from_secs(61));
    let got = receiver.wait(2).await;
    let kinds: Vec<_> = got.iter().map(Got::kind).collect();
    assert_eq!(kinds, ["learner.created", "learner.updated"]);
    assert_eq!(got[1].json()["data"]["data"]["changes"], json!([{"path": "title", "new": "z"}]));
}

#[tokio::test]
async fn what_the_guard_holds_is_told_when_it_is_approved() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let entra = server.entra().await;
    let mut people = Vec::new();
    for number in 0..25 {
        people.push(entra.user(&format!("u{number}")).await);
    }
    let (id, _) = hook(&server, &receiver, &["learner.*"]).await;
    for person in &people {
        entra.delete(&format!("/Users/{person}")).await.expect(204);
    }
    until(&server, &id, |row| row.standing.delivered == 20 && row.lag == 0).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(receiver.got().len(), 20, "the others are held");
    let operator = server.operator("default", "default").await;
    server.service.held_approve(&operator).await.unwrap();
    let got = receiver.wait(25).await;
    assert!(got.iter().all(|got| got.kind() == "learner.removed"));
}
