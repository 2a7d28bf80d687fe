//! Two nodes share the work.

use std::collections::HashSet;
use std::sync::Arc;

use base::{Clock, Entropy, SeededEntropy};
use service::{Config, NewWebhook, Service, WebhookSettings};
use testkit::TestServer;

use super::receiver::Receiver;
use super::{options, until, work};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_the_endpoints_and_tell_each_of_every_event_once() {
    let server = TestServer::start().await;
    let clock = Arc::clone(&server.clock) as Arc<dyn Clock>;
    let store = server.database.open(Arc::clone(&clock)).await;
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(9));
    let config = Config::new("https://scim.example.com");
    let second = Arc::new(Service::new(store, Arc::clone(&clock), entropy, config));
    let receiver = Receiver::start().await;
    let mut hooks = Vec::new();
    for number in 0..40 {
        let settings = WebhookSettings {
            url: format!("http://{}/{number}", receiver.address),
            types: vec!["learner.*".into()],
            allow_private: true,
            ..WebhookSettings::default()
        };
        let made = server.service.webhook_create(None, NewWebhook { settings, after: None }).await.unwrap();
        hooks.push(made.webhook.id);
    }
    let entra = server.entra().await;
    let _one = work(&server.service, Arc::clone(&clock), options(), 1);
    let _two = work(&second, clock, options(), 2);
    let shares = || [&server.service, &second].map(|service| service.deliveries().read().0[0]);
    // The node that writes hears of it at once, and the other one asks now and then: it has its share when it comes in time.
    let mut people = 0;
    while people < 20 || (people < 400 && shares().contains(&0)) {
        entra.user(&format!("u{people}")).await;
        people += 1;
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    for id in &hooks {
        until(&server, id, |row| row.standing.delivered == people).await;
    }
    let got = receiver.got();
    let told: HashSet<_> = got.iter().map(|g| (g.path.clone(), g.headers["webhook-id"].clone())).collect();
    let all = hooks.len() * usize::try_from(people).unwrap();
    assert_eq!((got.len(), told.len()), (all, all), "nothing is told twice");
    let shares = shares();
    assert_eq!(shares.iter().sum::<u64>(), u64::try_from(all).unwrap());
    assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
}
