//! Where webhooks may not go.

use serde_json::json;
use service::noun::ApiScope;
use service::{NewWebhook, WebhookSettings};

use super::receiver::{Answer, Receiver};
use super::{hook, server, until};

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_not_dialled() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let url = format!("https://localhost:{}/hooks", receiver.address.port());
    let settings = WebhookSettings { url, ..WebhookSettings::default() };
    let made = server.service.webhook_create(None, NewWebhook { settings, after: None }).await.unwrap();
    server.entra().await.user("ann").await;
    let row = until(&server, &made.webhook.id, |row| row.standing.failures == 1).await;
    assert!(row.standing.attempts.iter().all(|a| a.outcome.as_str() == "forbidden"));
    assert!(row.standing.attempts[0].detail.as_ref().unwrap().contains("loopback"), "{row:?}");
    assert!(receiver.got().is_empty());
    let attempt = server.service.webhook_test(None, &made.webhook.id).await.unwrap();
    assert_eq!(attempt.outcome.as_str(), "forbidden");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (server, _working) = server().await;
    let (receiver, within) = (Receiver::start().await, Receiver::start().await);
    let (id, _) = hook(&server, &receiver, &["learner.*"]).await;
    let to = within.url();
    receiver.rule(move |_| Answer::With(307, "location", to.clone()));
    server.entra().await.user("ann").await;
    let row = until(&server, &id, |row| row.standing.failed == 1).await;
    let attempt = &row.standing.attempts[0];
    assert_eq!((attempt.outcome.as_str(), attempt.status), ("refused", Some(307)));
    assert!(attempt.detail.as_ref().unwrap().contains("redirect"));
    assert!(within.got().is_empty());
}

#[tokio::test]
async fn private_addresses_are_the_operators_to_permit() {
    let (server, _working) = server().await;
    server.tenant("acme", "entra").await;
    let admin = server.api(ApiScope::Admin, None).await;
    let bound = server.api(ApiScope::Admin, Some("acme")).await;
    let hooks = "//api/v1/webhooks";
    for url in ["https://127.0.0.1/x", "https://10.0.0.1/", "https://[::1]/", "http://app.example.com/"] {
        bound.post(hooks, &json!({"url": url, "tenant": "acme"})).await.expect(400);
    }
    let private = json!({"url": "http://127.0.0.1:9/x", "tenant": "acme", "allowPrivate": true});
    bound.post(hooks, &private).await.expect(403);
    bound.post(hooks, &json!({"url": "https://app.example.com/x"})).await.expect(403);
    let made = admin.post(hooks, &private).await.expect(201);
    let one = format!("{hooks}/{}", made.json["webhook"]["id"].as_str().unwrap());
    bound.patch(&one, &json!({"url": "http://127.0.0.1:22/"})).await.expect(403);
    bound.patch(&one, &json!({"description": "ours"})).await.expect(200);
    admin.post(hooks, &json!({"url": "http://169.254.169.254/", "allowPrivate": true})).await.expect(400);
}
