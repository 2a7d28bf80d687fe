//! Webhooks: a worker beside the server, and a receiver that behaves well or badly.

mod delivering;
mod example;
mod failing;
mod front;
mod guarding;
mod killed;
mod managing;
mod nodes;
mod outside;
pub(crate) mod receiver;

use std::sync::Arc;
use std::time::Duration;

use base::{Clock, SeededEntropy};
use delivery::{HttpCourier, Options, Worker};
use service::{Courier, NewWebhook, Service, WebhookRow, WebhookSettings};
use testkit::TestServer;
use tokio_util::sync::CancellationToken;

use receiver::Receiver;

/// Options whose waits a test can afford.
fn options() -> Options {
    Options {
        schedule: "10s,60s,600s".parse().unwrap(),
        disable_after: Duration::from_secs(2 * 24 * 3600),
        timeout: Duration::from_millis(1500),
        ..Options::default()
    }
}

/// A worker at work; it stops when this goes.
pub(crate) struct Working(CancellationToken);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Starts a worker at a service.
fn work(service: &Arc<Service>, clock: Arc<dyn Clock>, options: Options, seed: u64) -> Working {
    let stop = CancellationToken::new();
    let courier = Arc::new(HttpCourier::new(clock, options.clone()));
    service.set_courier(Arc::clone(&courier) as Arc<dyn Courier>);
    let worker = Worker::new(Arc::clone(service), courier, options, &SeededEntropy::new(seed));
    tokio::spawn(worker.run(stop.clone()));
    Working(stop)
}

/// A server with a worker beside it.
pub(crate) async fn server() -> (TestServer, Working) {
    let server = TestServer::start().await;
    let working = work(&server.service, Arc::clone(&server.clock) as Arc<dyn Clock>, options(), 1);
    (server, working)
}

/// A webhook for all tenants to a receiver of this machine; gives its id and its secret.
async fn hook(server: &TestServer, receiver: &Receiver, types: &[&str]) -> (String, String) {
    let settings = WebhookSettings {
        url: receiver.url(),
        types: types.iter().map(|t| (*t).to_owned()).collect(),
        allow_private: true,
        ..WebhookSettings::default()
    };
    let made = server.service.webhook_create(None, NewWebhook { settings, after: None }).await.unwrap();
    (made.webhook.id, made.secret.unwrap().into_exposed())
}

/// How a webhook stands.
async fn row(server: &TestServer, id: &str) -> WebhookRow {
    server.service.webhook(None, id).await.unwrap()
}

/// Waits until a webhook stands as it should.
async fn until(server: &TestServer, id: &str, mut holds: impl FnMut(&WebhookRow) -> bool) -> WebhookRow {
    for _ in 0..400 {
        let row = row(server, id).await;
        if holds(&row) {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it stands otherwise: {:?}", row(server, id).await);
}
