//! Notices that come close to each other go together; those of others go elsewhere.

use std::time::Duration;

use service::{DEFAULT, WebhookSettings};

use super::{address, alarm, told, until, world};

#[tokio::test]
async fn notices_close_together_go_in_one_mail_that_is_bounded() {
    let (server, host, _working) = world().await;
    let id = address(&server, None, "ops@learn.example", WebhookSettings::usual_coalesce("mailto:x")).await;
    let entra = server.entra().await;
    for number in 0..25 {
        alarm(&entra, &format!("p{number}")).await;
    }
    until(&server, &id, |row| row.not_before.is_some()).await;
    assert!(host.mails().is_empty(), "they wait for each other");
    server.advance(Duration::from_secs(61));
    let mail = host.taken(1).await.remove(0);
    assert!(mail.subject.ends_with("(and 24 more)"), "{}", mail.subject);
    assert_eq!(mail.body.matches("may be another person").count(), 20, "{}", mail.body);
    assert!(mail.body.contains("Not written out here: 5 × learner.identity_changed."), "{}", mail.body);
    told(&server, &id).await;

    // The next mail keeps its distance.
    alarm(&entra, "late").await;
    server.advance(Duration::from_secs(120));
    until(&server, &id, |row| row.not_before.is_some()).await;
    assert_eq!(host.mails().len(), 1);
    server.advance(Duration::from_secs(480));
    assert!(host.taken(2).await[1].subject.contains("\"late\""));
}

#[tokio::test]
async fn nobody_is_mailed_another_tenants_notices_and_a_replay_is_one_mail() {
    let (server, host, _working) = world().await;
    let acme = server.tenant("acme", "entra").await;
    let globex = server.tenant("globex", "entra").await;
    let op = server.operator("acme", DEFAULT).await;
    let own = address(&server, Some(&op), "ops@acme.example", 0).await;
    let all = address(&server, None, "ops@learn.example", 0).await;
    alarm(&globex, "gus").await;
    told(&server, &all).await;
    alarm(&acme, "ann").await;
    told(&server, &all).await;
    until(&server, &own, |row| row.standing.delivered == 1).await;
    let to = |who: &str| {
        let mails = host.mails();
        mails.into_iter().filter(|mail| mail.to == [who]).map(|mail| mail.subject).collect::<Vec<_>>()
    };
    assert_eq!(to("ops@acme.example"), ["[Provost] acme: \"ann\" may be another person"]);
    assert_eq!(to("ops@learn.example").len(), 2);
    assert!(host.mails().iter().filter(|m| m.to == ["ops@acme.example"]).all(|m| !m.body.contains("gus")));

    let end = server.service.feed_ends().await.unwrap().0;
    server.service.webhook_replay(None, &all, 0, Some(end)).await.unwrap();
    until(&server, &all, |row| row.standing.replayed == 1 && row.standing.replay.is_none()).await;
    let again = to("ops@learn.example").pop().unwrap();
    assert_eq!(again, "[Provost] globex: \"gus\" may be another person (and 1 more)");
}
