//! Each kind of notice, provoked at the front door, is mailed in plain words.

use std::time::Duration;

use serde_json::json;
use service::{ConnectionChange, DEFAULT, NewToken, NewWebhook, WebhookSettings};
use store::IdentityPolicy;
use testkit::Caller;

use super::server::Mail;
use super::{address, alarm, told, world};
use crate::webhooks::receiver::{Answer, Receiver};

const HOUR: Duration = Duration::from_secs(3600);

/// The mail whose subject begins so.
fn about<'a>(mails: &'a [Mail], headline: &str) -> &'a Mail {
    let subject = format!("[Provost] default: {headline}");
    let found = mails.iter().find(|mail| mail.subject.starts_with(&subject));
    found.unwrap_or_else(|| panic!("{headline}: {:#?}", mails.iter().map(|m| &m.subject).collect::<Vec<_>>()))
}

async fn probe(entra: &Caller) {
    entra.filter("/Users", "userName eq \"nobody\"").await.expect(200);
}

#[tokio::test]
async fn each_kind_of_notice_is_mailed_in_plain_words() {
    let (server, host, _working) = world().await;
    let id = address(&server, None, "ops@learn.example", 0).await;
    let entra = server.entra().await;
    let op = server.operator(DEFAULT, DEFAULT).await;
    let sweep = async || {
        server.service.sweep().await.unwrap();
        told(&server, &id).await;
    };

    // Somebody else under a known name.
    alarm(&entra, "ann").await;
    told(&server, &id).await;
    // Twenty-one of thirty people locked out.
    for number in 0..30 {
        let id = entra.user(&format!("p{number}")).await;
        if number < 21 {
            let lock = json!({"op": "replace", "path": "active", "value": false});
            entra.patch_operations(&format!("/Users/{id}"), &[lock]).await.expect(200);
        }
    }
    told(&server, &id).await;
    // A receiver that wants nothing any more.
    let receiver = Receiver::start().await;
    receiver.rule(|_| Answer::Status(410));
    let settings = WebhookSettings {
        url: format!("{}?key=secret", receiver.url()),
        allow_private: true,
        ..WebhookSettings::default()
    };
    server.service.webhook_create(None, NewWebhook { settings, after: None }).await.unwrap();
    entra.user("bob").await;
    receiver.wait(1).await;
    host.taken(3).await;
    // Requests that keep failing.
    for _ in 0..70 {
        entra.get("/Users/01970000-0000-7000-8000-000000000000").await.expect(404);
    }
    sweep().await;
    // Once a day instead of every forty minutes.
    for _ in 0..3 {
        server.advance(24 * HOUR);
        probe(&entra).await;
        sweep().await;
    }
    // Nothing at all.
    server.advance(80 * HOUR);
    sweep().await;
    // A token that ends.
    let new = NewToken {
        name: Some("rollout\r\nBcc: all@learn.example".to_owned()),
        expires: Some(40 * 24 * HOUR),
        ..NewToken::default()
    };
    let named = server.service.token_create(&op, &new).await;
    let name = if named.is_ok() { "rollout" } else { "plain" };
    if named.is_err() {
        let new = NewToken { name: Some("plain".to_owned()), ..new };
        server.service.token_create(&op, &new).await.unwrap();
    }
    server.advance(12 * 24 * HOUR);
    sweep().await;

    let mails = host.mails();
    for mail in &mails {
        assert_eq!(
            (mail.from.as_str(), &mail.to),
            ("provost@learn.example", &vec!["ops@learn.example".to_owned()])
        );
        assert!(
            mail.head.contains("Auto-Submitted: auto-generated") && !mail.head.contains("\nBcc"),
            "{}",
            mail.head
        );
        assert!(
            mail.body.contains("What to do: ") && mail.body.contains("provost webhook remove"),
            "{}",
            mail.body
        );
        assert!(mail.body.contains("https://scim.provost.example/console/tenants/default"), "{}", mail.body);
    }
    let identity = about(&mails, "\"ann\" may be another person");
    assert!(identity.body.contains("\"ann-another\"; so far it was \"ann-one\""), "{}", identity.body);
    assert!(
        about(&mails, "Changes are held back at connection \"default\"")
            .body
            .contains("/connections/default/held")
    );
    let disabled = about(&mails, "Webhook wh_");
    assert!(disabled.body.contains("410") && !disabled.body.contains("secret"), "{}", disabled.body);
    assert!(about(&mails, "Requests keep failing").body.contains("70 requests were refused"));
    assert!(
        about(&mails, "The job of connection \"default\" seems to be in quarantine")
            .body
            .contains("Restart provisioning")
    );
    assert!(about(&mails, "Connection \"default\" is silent").body.contains("last heard of on 2026-01-04"));
    about(&mails, &format!("Token \"{name}"));
    assert_eq!(mails.len(), 7, "{:#?}", mails.iter().map(|m| &m.subject).collect::<Vec<_>>());
}

// Issue 5: an identity alarm is a notice also where it is refused
#[tokio::test]
async fn a_refused_identity_is_mailed_and_sent_to_webhooks_once() {
    let (server, host, _working) = world().await;
    let id = address(&server, None, "ops@learn.example", 0).await;
    let receiver = Receiver::start().await;
    let settings = WebhookSettings {
        url: receiver.url(),
        types: vec!["connection.identity_refused".to_owned()],
        allow_private: true,
        ..WebhookSettings::default()
    };
    server.service.webhook_create(None, NewWebhook { settings, after: None }).await.unwrap();
    let refuse = ConnectionChange { identity: Some(IdentityPolicy::Refuse), ..ConnectionChange::default() };
    server.change_connection(refuse).await;
    let entra = server.entra().await;
    let path = format!("/Users/{}", entra.user("ann").await);
    let set = async |external: &str, status: u16| {
        let change = json!({"op": "replace", "path": "externalId", "value": external});
        entra.patch_operations(&path, &[change]).await.expect(status);
    };
    set("one", 200).await;
    for _ in 0..4 {
        set("another", 409).await;
    }
    told(&server, &id).await;
    receiver.wait(1).await;
    let mails = host.taken(1).await;
    let mail = about(&mails, "\"ann\" was refused as another person");
    for said in [
        "\"another\"; so far it was \"one\"",
        "nothing was changed",
        "policy to flag",
        "/console/tenants/default/",
    ] {
        assert!(mail.body.contains(said), "{said}: {}", mail.body);
    }
    assert_eq!((mails.len(), host.mails().len(), receiver.got().len()), (1, 1, 1));
}
