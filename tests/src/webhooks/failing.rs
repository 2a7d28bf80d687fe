//! Receivers that fail.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;

use super::receiver::{Answer, Got, Receiver};
use super::{hook, row, server, until};

/// Positions that a receiver took, by subject, in order.
fn taken(got: &[Got], refused: impl Fn(usize) -> bool) -> HashMap<String, Vec<i64>> {
    let mut taken: HashMap<String, Vec<i64>> = HashMap::new();
    for (at, one) in got.iter().enumerate() {
        if !refused(at) {
            taken.entry(one.subject()).or_default().push(one.position());
        }
    }
    taken
}

#[tokio::test]
async fn a_learner_whose_event_is_refused_waits_and_the_others_go_on() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let (id, _) = hook(&server, &receiver, &["learner.*"]).await;
    receiver.rule(|got| if got.user_name() == "ann" { Answer::Status(500) } else { Answer::Status(200) });
    let entra = server.entra().await;
    let ann = entra.user("ann").await;
    for name in ["bob", "cid", "dan"] {
        entra.user(name).await;
    }
    let standing = until(&server, &id, |row| row.standing.delivered == 3).await.standing;
    assert_eq!((standing.parked.len(), standing.given_up), (1, 0));
    // More of hers waits behind it.
    let change = json!({"op": "replace", "path": "title", "value": "x"});
    entra.patch_operations(&format!("/Users/{ann}"), &[change]).await.expect(200);
    entra.user("eve").await;
    until(&server, &id, |row| row.standing.delivered == 4).await;
    let hers = |got: Vec<Got>| got.into_iter().filter(|g| g.user_name() == "ann").collect::<Vec<_>>();
    assert!(hers(receiver.got()).iter().all(|got| got.kind() == "learner.created"));

    let before = receiver.got().len();
    receiver.rule(|_| Answer::Status(200));
    server.advance(Duration::from_secs(13));
    receiver.wait(before + 2).await;
    let kinds: Vec<_> = hers(receiver.got()[before..].to_vec()).iter().map(Got::kind).collect();
    assert_eq!(kinds, ["learner.created", "learner.updated"]);
    until(&server, &id, |row| row.standing.parked.is_empty()).await;
}

#[tokio::test]
async fn a_receiver_that_is_down_is_asked_one_thing_and_then_told_everything() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let (id, _) = hook(&server, &receiver, &["learner.*"]).await;
    receiver.rule(|_| Answer::Close);
    let entra = server.entra().await;
    for number in 0..40 {
        entra.user(&format!("u{number}")).await;
    }
    until(&server, &id, |row| row.standing.failures >= 1).await;
    let asked = receiver.got().len();
    server.advance(Duration::from_secs(13));
    until(&server, &id, |row| row.standing.failures >= 2).await;
    // A broken connection that had been used before may be tried once more by itself.
    assert!(receiver.got().len() <= asked + 2, "one thing is asked");
    receiver.rule(|_| Answer::Status(200));
    server.advance(Duration::from_secs(73));
    let before = receiver.got().len();
    until(&server, &id, |row| row.standing.delivered == 40).await;
    let subjects = taken(&receiver.got()[before..], |_| false);
    assert_eq!(subjects.len(), 40);
    assert_eq!(row(&server, &id).await.standing.failing_since, None);
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let (id, _) = hook(&server, &receiver, &["learner.*"]).await;
    receiver.rule(|_| Answer::With(429, "retry-after", "300".into()));
    server.entra().await.user("ann").await;
    until(&server, &id, |row| row.standing.failures == 1).await;
    receiver.rule(|_| Answer::Status(200));
    server.advance(Duration::from_secs(200));
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(receiver.got().len(), 1, "it is left alone");
    server.advance(Duration::from_secs(101));
    receiver.wait(2).await;
    let attempts = until(&server, &id, |row| row.standing.delivered == 1).await.standing.attempts;
    let said: Vec<_> = attempts.iter().map(|a| (a.outcome.as_str(), a.status)).collect();
    assert_eq!(said, [("delivered", Some(200)), ("busy", Some(429))]);
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_does_not_end_is_cut() {
    let (server, _working) = server().await;
    let (hanging, endless, well) =
        (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let (hangs, _) = hook(&server, &hanging, &["learner.*"]).await;
    let (streams, _) = hook(&server, &endless, &["learner.*"]).await;
    hook(&server, &well, &["learner.*"]).await;
    hanging.rule(|_| Answer::Hang);
    endless.rule(|got| Answer::Endless(if got.user_name() == "ann" { 200 } else { 500 }));
    let entra = server.entra().await;
    entra.user("ann").await;
    entra.user("bob").await;
    well.wait(2).await;
    let row = until(&server, &hangs, |row| row.standing.failures == 1).await;
    assert_eq!(row.standing.attempts[0].outcome.as_str(), "timed_out");
    let row = until(&server, &streams, |row| row.standing.attempts.len() == 2).await;
    let mut said: Vec<_> = row.standing.attempts.iter().map(|a| (a.status, a.outcome.as_str())).collect();
    said.sort();
    assert_eq!(said, [(Some(200), "delivered"), (Some(500), "refused")]);
    assert!(row.standing.attempts.iter().all(|a| a.detail.as_ref().is_none_or(|d| d.len() <= 200)));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_switched_off_and_told_everything_when_it_is_switched_on() {
    let (server, _working) = server().await;
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let (id, _) = hook(&server, &receiver, &["learner.*"]).await;
    hook(&server, &other, &["webhook.*"]).await;
    receiver.rule(|_| Answer::Status(410));
    let entra = server.entra().await;
    entra.user("ann").await;
    let off = until(&server, &id, |row| !row.webhook.enabled).await;
    assert!(off.webhook.settings.disabled.unwrap().reason.contains("410"));
    let notice = &other.wait(1).await[0].json()["data"];
    assert_eq!((&notice["type"], &notice["data"]["webhook"]), (&json!("webhook.disabled"), &json!(id)));
    entra.user("bob").await;
    receiver.rule(|_| Answer::Status(200));
    let on = service::WebhookChange { enabled: Some(true), ..Default::default() };
    server.service.webhook_set(None, &id, &on).await.unwrap();
    until(&server, &id, |row| row.standing.delivered == 2).await;
    let names: Vec<_> = receiver.got()[1..].iter().map(Got::user_name).collect();
    assert!(names.contains(&"ann".to_owned()) && names.contains(&"bob".to_owned()), "{names:?}");
}

#[tokio::test]
async fn a_receiver_that_fails_for_days_is_switched_off() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let (id, _) = hook(&server, &receiver, &["learner.*"]).await;
    receiver.rule(|_| Answer::Status(503));
    server.entra().await.user("ann").await;
    until(&server, &id, |row| row.standing.failures == 1).await;
    server.advance(Duration::from_secs(24 * 3600));
    until(&server, &id, |row| row.standing.failures == 2 && row.webhook.enabled).await;
    server.advance(Duration::from_secs(25 * 3600));
    let off = until(&server, &id, |row| !row.webhook.enabled).await;
    assert!(off.webhook.settings.disabled.unwrap().reason.contains("busy 503"));
}
