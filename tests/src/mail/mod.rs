//! Notices by e-mail: a worker beside the server, and a mail server that behaves well or badly.

mod failing;
mod kinds;
mod refusing;
mod secured;
mod server;
mod together;

use std::sync::Arc;
use std::time::Duration;

use base::{Clock, SeededEntropy};
use delivery::{Couriers, MailSecurity, MailServer, Options, Worker};
use serde_json::json;
use service::{Courier, NewWebhook, Operator, WebhookRow, WebhookSettings};
use testkit::{Caller, TestServer};
use tokio_util::sync::CancellationToken;

use server::MailHost;

/// A worker at work; it stops when this goes.
struct Working(CancellationToken);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// The settings for a mail server of this machine.
fn settings(host: &MailHost) -> MailServer {
    MailServer {
        host: "127.0.0.1".to_owned(),
        port: host.address.port(),
        security: MailSecurity::None,
        login: None,
        from: "provost@learn.example".parse().unwrap(),
        timeout: Duration::from_millis(1500),
        extra_roots: Vec::new(),
    }
}

/// Starts a worker beside a server.
fn work(server: &TestServer, mail: Option<MailServer>) -> Working {
    let stop = CancellationToken::new();
    let options = Options {
        schedule: "10s,60s,600s".parse().unwrap(),
        disable_after: Duration::from_secs(2 * 24 * 3600),
        ..Options::default()
    };
    let clock = Arc::clone(&server.clock) as Arc<dyn Clock>;
    let courier = Arc::new(Couriers::new(clock, options.clone(), mail));
    server.service.set_courier(Arc::clone(&courier) as Arc<dyn Courier>);
    let worker = Worker::new(Arc::clone(&server.service), courier, options, &SeededEntropy::new(1));
    tokio::spawn(worker.run(stop.clone()));
    Working(stop)
}

/// A server with a worker and a mail server.
async fn world() -> (TestServer, MailHost, Working) {
    let (server, host) = (TestServer::start().await, MailHost::start().await);
    let working = work(&server, Some(settings(&host)));
    (server, host, working)
}

/// An address that notices of a tenant go to, or of all tenants; they wait for each other for so many seconds.
async fn address(server: &TestServer, op: Option<&Operator>, address: &str, coalesce: u32) -> String {
    let settings =
        WebhookSettings { url: format!("mailto:{address}"), coalesce, ..WebhookSettings::default() };
    let made = server.service.webhook_create(op, NewWebhook { settings, after: None }).await.unwrap();
    assert!(made.secret.is_none() && made.webhook.secrets.is_empty());
    made.webhook.id
}

/// Somebody whose identity then changes: the quickest notice.
async fn alarm(entra: &Caller, name: &str) {
    let id = entra.user(name).await;
    for external in ["one", "another"] {
        let change = json!({"op": "replace", "path": "externalId", "value": format!("{name}-{external}")});
        entra.patch_operations(&format!("/Users/{id}"), &[change]).await.expect(200);
    }
}

/// Waits until an address stands as it should.
async fn until(server: &TestServer, id: &str, mut holds: impl FnMut(&WebhookRow) -> bool) -> WebhookRow {
    for _ in 0..400 {
        let row = server.service.webhook(None, id).await.unwrap();
        if holds(&row) {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it stands otherwise: {:?}", server.service.webhook(None, id).await.unwrap());
}

/// Waits until an address has come to the end of the feed.
async fn told(server: &TestServer, id: &str) {
    let end = server.service.feed_ends().await.unwrap().0;
    until(server, id, |row| row.standing.cursor >= end && row.standing.parked.is_empty()).await;
}
