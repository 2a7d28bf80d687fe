use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use base::{ManualClock, Timestamp};
use service::WebhookSettings;
use tokio::net::TcpListener;

use super::*;
use crate::connect::Names;

/// A name that is this machine the first time it is asked for, and where clouds keep credentials from then on.
struct Rebinding(AtomicUsize);

#[async_trait]
impl Names for Rebinding {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
        Ok(vec![if first { [127, 0, 0, 1] } else { [169, 254, 169, 254] }.into()])
    }
}

fn webhook(url: String, allow_private: bool) -> Webhook {
    Webhook {
        id: "w".into(),
        tenant: None,
        revision: 1,
        created: Timestamp::EPOCH,
        enabled: true,
        settings: WebhookSettings { url, allow_private, ..WebhookSettings::default() },
        secrets: Vec::new(),
    }
}

fn courier(names: Arc<dyn Names>) -> HttpCourier {
    let short = Duration::from_millis(300);
    let options = Options { names, connect_timeout: short, timeout: short * 4, ..Options::default() };
    HttpCourier::new(Arc::new(ManualClock::new(Timestamp::EPOCH)), options)
}

fn message() -> Message {
    Message { id: "m".into(), position: None, kind: "webhook.test".into(), subject: None, body: "{}".into() }
}

#[tokio::test]
async fn a_name_that_means_something_else_a_moment_later_gains_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let names = Arc::new(Rebinding(AtomicUsize::new(0)));
    let courier = courier(Arc::clone(&names) as Arc<dyn Names>);
    let webhook = webhook(format!("http://app.example:{port}/"), true);
    // Permitted, dialled, and closed without an answer.
    let message = message();
    let closing = async { drop(listener.accept().await.unwrap()) };
    let (first, ()) = tokio::join!(courier.send(&webhook, &message), closing);
    assert_eq!(first.outcome, AttemptOutcome::Unreachable, "{first:?}");
    let second = courier.send(&webhook, &message).await;
    assert_eq!(second.outcome, AttemptOutcome::Forbidden, "{second:?}");
    assert!(names.0.load(Ordering::Relaxed) >= 2, "each look is judged, and what was judged is dialled");
}

#[tokio::test]
async fn literal_addresses_are_judged_though_nothing_resolves_them() {
    let courier = courier(Arc::new(Rebinding(AtomicUsize::new(0))));
    for url in ["https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://10.1.1.1/"] {
        let attempt = courier.send(&webhook(url.into(), false), &message()).await;
        assert_eq!(attempt.outcome, AttemptOutcome::Forbidden, "{url}: {attempt:?}");
    }
    let metadata = webhook("http://169.254.169.254/".into(), true);
    assert_eq!(courier.send(&metadata, &message()).await.outcome, AttemptOutcome::Forbidden);
    let plain = webhook("http://app.example/".into(), false);
    assert_eq!(courier.send(&plain, &message()).await.outcome, AttemptOutcome::Forbidden);
}
