//! Webhooks: endpoints, and who works on them.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::Timestamp;

use super::world::{Harness, World, conflict};
use crate::{
    Conflict, EventKind, Progress, Purpose, Store, SystemTx, TenantId, Webhook, WebhookClaim, WebhookSettled,
    WriteTx,
};

fn webhook<H: Harness>(w: &World<H>, id: &str, tenant: Option<TenantId>) -> Webhook {
    Webhook {
        id: id.to_owned(),
        tenant,
        revision: 0,
        created: w.now(),
        enabled: true,
        body: r#"{"url":"https://a.example/\u0000"}"#.to_owned(),
        secrets: r#"["s"]"#.into(),
    }
}

async fn system<H: Harness>(w: &World<H>) -> Box<dyn SystemTx + '_> {
    w.store().system(Purpose::Webhooks).await.unwrap()
}

async fn tell<H: Harness>(w: &World<H>, times: usize) {
    for _ in 0..times {
        let event = w.event(&w.user("ann"), EventKind::LearnerCreated);
        w.commit(WriteTx { events: vec![event], ..w.tx() }).await.unwrap();
    }
}

fn claim(now: Timestamp, owner: &str, troubled: bool) -> WebhookClaim {
    let until = Timestamp::from_micros(now.as_micros() + 1_000_000);
    WebhookClaim { owner: owner.to_owned(), now, until, troubled, limit: 100 }
}

fn settled(webhook: &Webhook, owner: &str, progress: &Progress, at: Timestamp) -> WebhookSettled {
    WebhookSettled {
        tenant: webhook.tenant,
        id: webhook.id.clone(),
        owner: owner.to_owned(),
        revision: webhook.revision.max(1),
        progress: progress.clone(),
        at,
        until: None,
    }
}

fn ids(found: &[(Webhook, Progress)]) -> Vec<&str> {
    found.iter().map(|(webhook, _)| webhook.id.as_str()).collect()
}

/// Endpoints read back whole; a change of another revision is refused; two tenants may use one id.
pub async fn webhooks_are_made_changed_and_removed<H: Harness>(w: World<H>) {
    let own = webhook(&w, "w", Some(w.a.tenant));
    let all = webhook(&w, "w", None);
    for new in [&own, &all] {
        assert_eq!(system(&w).await.put_webhook(new, 7).await.unwrap(), 1);
    }
    let own = Webhook { revision: 1, ..own };
    let all = Webhook { revision: 1, ..all };
    let begun = Progress { cursor: 7, ..Progress::default() };
    let expected = [(own.clone(), begun.clone()), (all.clone(), begun.clone())];
    assert_eq!(system(&w).await.webhooks().await.unwrap(), expected);

    let changed =
        Webhook { enabled: false, body: "{}".to_owned(), secrets: "[]".into(), revision: 1, ..own.clone() };
    assert_eq!(system(&w).await.put_webhook(&changed, 99).await.unwrap(), 2);
    assert_eq!(conflict(system(&w).await.put_webhook(&changed, 0).await), Conflict::Revision);
    let again = Webhook { revision: 0, ..all.clone() };
    assert_eq!(conflict(system(&w).await.put_webhook(&again, 0).await), Conflict::Revision);
    let lost = webhook(&w, "x", Some(TenantId(9_999)));
    assert!(matches!(conflict(system(&w).await.put_webhook(&lost, 0).await), Conflict::Gone(_)));
    let found = system(&w).await.webhooks().await.unwrap();
    assert_eq!(found[0].0, Webhook { revision: 2, ..changed.clone() });
    assert_eq!(found[0].1.cursor, 7, "a change leaves the place in the feed alone");

    assert!(system(&w).await.remove_webhook(Some(w.a.tenant), "w").await.unwrap());
    assert!(!system(&w).await.remove_webhook(Some(w.a.tenant), "w").await.unwrap());
    let gone = Webhook { revision: 2, ..changed };
    assert!(matches!(conflict(system(&w).await.put_webhook(&gone, 0).await), Conflict::Gone(_)));
    assert_eq!(system(&w).await.webhooks().await.unwrap(), [(all, begun)]);
}

/// An endpoint is claimed when its tenant has news, or it is woken; not when it is held back, off, or in the other line.
pub async fn webhooks_with_something_to_do_are_claimed<H: Harness>(w: World<H>) {
    for (id, tenant) in [("a", Some(w.a.tenant)), ("b", Some(w.b.tenant)), ("all", None)] {
        system(&w).await.put_webhook(&webhook(&w, id, tenant), 0).await.unwrap();
    }
    let off = Webhook { enabled: false, ..webhook(&w, "off", None) };
    system(&w).await.put_webhook(&off, 0).await.unwrap();
    let now = w.now();
    assert!(system(&w).await.claim_webhooks(&claim(now, "n", false)).await.unwrap().is_empty());
    tell(&w, 3).await;
    assert!(system(&w).await.claim_webhooks(&claim(now, "n", true)).await.unwrap().is_empty());
    let found = system(&w).await.claim_webhooks(&claim(now, "n", false)).await.unwrap();
    assert_eq!(BTreeSet::from_iter(ids(&found)), BTreeSet::from(["a", "all"]));
    assert!(system(&w).await.claim_webhooks(&claim(now, "m", false)).await.unwrap().is_empty());

    let later = |seconds: i64| Timestamp::from_micros(now.as_micros() + seconds * 1_000_000);
    let progress = Progress { cursor: 3, body: "{\"p\":1}".to_owned(), ..Progress::default() };
    let done: Vec<_> = found.iter().map(|(webhook, _)| settled(webhook, "n", &progress, later(1))).collect();
    assert_eq!(system(&w).await.settle_webhooks(&done).await.unwrap(), [true, true]);
    assert!(
        system(&w).await.claim_webhooks(&claim(later(5), "n", false)).await.unwrap().is_empty(),
        "no news"
    );

    tell(&w, 1).await;
    let found = system(&w).await.claim_webhooks(&claim(later(5), "n", false)).await.unwrap();
    assert!(found.iter().all(|(_, found)| *found == progress), "{found:?}");
    let held = Progress { not_before: later(20), wake: Some(later(10)), troubled: true, ..progress };
    let done: Vec<_> = found.iter().map(|(webhook, _)| settled(webhook, "n", &held, later(5))).collect();
    system(&w).await.settle_webhooks(&done).await.unwrap();
    assert!(system(&w).await.claim_webhooks(&claim(later(15), "n", true)).await.unwrap().is_empty());
    let found = system(&w).await.claim_webhooks(&claim(later(20), "n", true)).await.unwrap();
    assert_eq!(ids(&found).len(), 2, "news, and woken");

    let woken = Progress { cursor: 4, not_before: later(20), wake: Some(later(30)), ..Progress::default() };
    let done: Vec<_> = found.iter().map(|(webhook, _)| settled(webhook, "n", &woken, later(20))).collect();
    system(&w).await.settle_webhooks(&done).await.unwrap();
    assert!(system(&w).await.claim_webhooks(&claim(later(29), "n", false)).await.unwrap().is_empty());
    assert_eq!(system(&w).await.claim_webhooks(&claim(later(30), "n", false)).await.unwrap().len(), 2);
}

/// Who has lost an endpoint writes nothing; who holds it may go on holding it; a change lets it be tried at once.
pub async fn only_the_holder_settles_a_webhook<H: Harness>(w: World<H>) {
    let new = webhook(&w, "a", None);
    system(&w).await.put_webhook(&new, 0).await.unwrap();
    tell(&w, 2).await;
    let now = w.now();
    let later = |seconds: i64| Timestamp::from_micros(now.as_micros() + seconds * 1_000_000);
    let first = system(&w).await.claim_webhooks(&claim(now, "n", false)).await.unwrap();
    let second = system(&w).await.claim_webhooks(&claim(later(2), "m", false)).await.unwrap();
    assert_eq!((first.len(), second.len()), (1, 1), "a lease that is over is anybody's");
    let own = [(None, "a".to_owned()), (None, "x".to_owned())];
    let others = [(Some(w.a.tenant), "a".to_owned()), (None, "x".to_owned())];
    assert_eq!(system(&w).await.renew_webhooks("n", &own, later(2), later(60)).await.unwrap(), 0);
    assert_eq!(
        system(&w).await.renew_webhooks("m", &own, later(4), later(60)).await.unwrap(),
        0,
        "it is over"
    );
    for none in [&others[..], &[]] {
        let renewed = system(&w).await.renew_webhooks("m", none, later(2), later(60)).await.unwrap();
        assert_eq!(renewed, 0, "what nobody works on is let go");
    }
    assert_eq!(system(&w).await.renew_webhooks("m", &own, later(2), later(5)).await.unwrap(), 1);
    assert!(system(&w).await.claim_webhooks(&claim(later(4), "n", false)).await.unwrap().is_empty());
    let progress = Progress { cursor: 1, ..Progress::default() };
    let late = settled(&new, "n", &progress, later(2));
    assert_eq!(system(&w).await.settle_webhooks(&[late]).await.unwrap(), [false]);
    let kept = WebhookSettled { until: Some(later(9)), ..settled(&new, "m", &progress, later(2)) };
    assert_eq!(system(&w).await.settle_webhooks(&[kept]).await.unwrap(), [true]);
    assert!(system(&w).await.claim_webhooks(&claim(later(8), "n", false)).await.unwrap().is_empty());
    let held = Progress { not_before: later(900), troubled: true, ..progress };
    system(&w).await.settle_webhooks(&[settled(&new, "m", &held, later(8))]).await.unwrap();

    let changed = Webhook { revision: 1, ..new };
    system(&w).await.put_webhook(&changed, 0).await.unwrap();
    let found = system(&w).await.claim_webhooks(&claim(later(10), "n", false)).await.unwrap();
    assert_eq!((ids(&found), found[0].1.cursor), (vec!["a"], 1));

    // It is changed while somebody works on it: what came of that does not hold it back.
    system(&w).await.put_webhook(&Webhook { revision: 2, ..changed.clone() }, 0).await.unwrap();
    let old = settled(&changed, "n", &Progress { cursor: 2, troubled: false, ..held.clone() }, later(10));
    assert_eq!(system(&w).await.settle_webhooks(&[old]).await.unwrap(), [true]);
    let found = system(&w).await.claim_webhooks(&claim(later(10), "n", false)).await.unwrap();
    assert_eq!((ids(&found), found[0].1.cursor), (vec!["a"], 2), "though there is nothing new");
    let off = Webhook { revision: 3, enabled: false, ..changed };
    system(&w).await.put_webhook(&off, 0).await.unwrap();
    let late = settled(&off, "n", &held, later(11));
    assert_eq!(system(&w).await.settle_webhooks(&[late]).await.unwrap(), [false]);
    let nobody = settled(&webhook(&w, "x", None), "n", &held, later(11));
    assert_eq!(system(&w).await.settle_webhooks(&[nobody]).await.unwrap(), [false]);
}

/// Of many that claim at once, each endpoint goes to one; those come first that were let go longest ago.
pub async fn each_webhook_is_claimed_once<H: Harness>(w: World<H>) {
    for number in 0..20 {
        system(&w).await.put_webhook(&webhook(&w, &format!("w{number:02}"), None), 0).await.unwrap();
    }
    tell(&w, 1).await;
    let now = w.now();
    let w = Arc::new(w);
    let tasks: Vec<_> = (0..8)
        .map(|node| {
            let w = Arc::clone(&w);
            tokio::spawn(async move {
                let owner = format!("n{node}");
                let mut mine = Vec::new();
                for _ in 0..20 {
                    let claim = WebhookClaim { limit: 2, ..claim(now, &owner, false) };
                    mine.extend(system(&w).await.claim_webhooks(&claim).await.unwrap());
                }
                mine.into_iter().map(|(webhook, _)| webhook.id).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for task in tasks {
        claimed.extend(task.await.unwrap());
    }
    claimed.sort();
    let expected: Vec<_> = (0..20).map(|number| format!("w{number:02}")).collect();
    assert_eq!(claimed, expected);
}

/// A deleted tenant takes its endpoints with it, at once.
pub async fn webhooks_go_with_their_tenant<H: Harness>(w: World<H>) {
    for (id, tenant) in [("a", Some(w.a.tenant)), ("all", None)] {
        system(&w).await.put_webhook(&webhook(&w, id, tenant), 0).await.unwrap();
    }
    system(&w).await.delete_tenant(w.a.tenant).await.unwrap();
    assert_eq!(ids(&system(&w).await.webhooks().await.unwrap()), ["all"]);
}
