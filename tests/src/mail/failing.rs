//! A mail server that is not there, refuses for now, refuses for good, or hangs: nothing is lost.

use std::time::Duration;

use super::server::{Answer, MailHost};
use super::{address, alarm, told, until, world};

#[tokio::test]
async fn what_the_mail_server_misses_it_is_told_when_it_is_back() {
    let (server, host, _working) = world().await;
    let id = address(&server, None, "ops@learn.example", 0).await;
    let entra = server.entra().await;
    let place = host.address;
    drop(host);
    tokio::time::sleep(Duration::from_millis(50)).await;
    alarm(&entra, "ann").await;
    let row = until(&server, &id, |row| row.standing.failures >= 1).await;
    assert_eq!(row.standing.attempts[0].outcome.as_str(), "unreachable");
    alarm(&entra, "bob").await;
    let host = MailHost::back_at(place).await;
    server.advance(Duration::from_secs(13));
    let mail = host.taken(1).await.remove(0);
    assert!(mail.subject.ends_with("(and 1 more)"), "what came meanwhile goes along: {}", mail.subject);
    assert!(mail.body.contains("\"ann\" may be") && mail.body.contains("\"bob\" may be"), "{}", mail.body);
    told(&server, &id).await;
    assert_eq!(host.mails().len(), 1);
}

#[tokio::test]
async fn refusals_and_silence_of_the_mail_server_are_told_apart_and_outlast_the_schedule() {
    let (server, host, _working) = world().await;
    let id = address(&server, None, "ops@learn.example", 0).await;
    let entra = server.entra().await;
    host.answer(Answer::Code(451));
    alarm(&entra, "ann").await;
    let mut last = String::new();
    for (answer, outcome, status) in [
        (Answer::Code(451), "busy", Some(451)),
        (Answer::Code(554), "refused", Some(554)),
        (Answer::Hang, "timed_out", None),
        (Answer::Code(554), "refused", Some(554)),
        (Answer::Code(554), "refused", Some(554)),
    ] {
        host.answer(answer);
        let before = server.service.webhook(None, &id).await.unwrap().standing.failed;
        server.advance(Duration::from_secs(1000));
        let row = until(&server, &id, |row| row.standing.failed > before).await;
        let attempt = &row.standing.attempts[0];
        last = format!("{} {:?} {:?}", attempt.outcome.as_str(), attempt.status, attempt.detail);
        if attempt.outcome.as_str() != outcome || attempt.status != status {
            // The attempt of before was still under way.
            let row = until(&server, &id, |row| row.standing.attempts[0].outcome.as_str() == outcome).await;
            assert_eq!(row.standing.attempts[0].status, status, "{last}");
        }
    }
    assert!(last.contains("as the test says"), "{last}");
    let row = server.service.webhook(None, &id).await.unwrap();
    assert_eq!((row.standing.given_up, row.standing.parked.len()), (0, 1));
    host.answer(Answer::Code(250));
    server.advance(Duration::from_secs(1000));
    let mails = host.taken(1).await;
    assert!(mails[0].subject.contains("\"ann\""));
    // Tried again with the same content, it is the same mail.
    let ids: std::collections::BTreeSet<_> = host.mails().into_iter().map(|mail| mail.id).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[tokio::test]
async fn an_address_that_takes_nothing_for_days_is_switched_off_and_goes_on_where_it_was() {
    let (server, host, _working) = world().await;
    let (id, other) = (
        address(&server, None, "gone@learn.example", 0).await,
        address(&server, None, "ops@learn.example", 0).await,
    );
    host.answer(Answer::Code(550));
    alarm(&server.entra().await, "ann").await;
    until(&server, &id, |row| row.standing.failed >= 1).await;
    until(&server, &other, |row| row.standing.failed >= 1).await;
    // The other address takes mail again before the days are over.
    let off = service::WebhookChange { enabled: Some(false), ..Default::default() };
    server.service.webhook_set(None, &id, &off).await.unwrap();
    host.answer(Answer::Code(250));
    server.advance(Duration::from_secs(1000));
    host.taken(1).await;
    host.answer(Answer::Code(550));
    let on = service::WebhookChange { enabled: Some(true), ..Default::default() };
    server.service.webhook_set(None, &id, &on).await.unwrap();
    until(&server, &id, |row| row.standing.failed >= 2).await;
    server.advance(Duration::from_secs(3 * 24 * 3600));
    until(&server, &id, |row| !row.webhook.enabled).await;
    host.answer(Answer::Code(250));
    server.advance(Duration::from_secs(1000));
    let mails = host.taken(2).await;
    assert!(mails[1].subject.contains(&format!("Webhook {id} is switched off")), "{}", mails[1].subject);
    server.service.webhook_set(None, &id, &on).await.unwrap();
    let mails = host.taken(3).await;
    assert_eq!(mails[2].to, ["gone@learn.example"]);
    assert!(mails[2].body.contains("\"ann\" may be another person"), "{}", mails[2].body);
}
