//! Word of changed settings.

use std::time::Duration;

use store::suite::World;
use store::{Purpose, Store};

use super::{Nodes, token};

/// What others keep in memory they forget when it changes, and only then; also after the connection for it was lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_hear_of_changed_settings() {
    let w = World::<Nodes>::open().await;
    let (sender, mut heard) = tokio::sync::mpsc::unbounded_channel();
    w.harness.all[2].listen(Box::new(move || {
        let _ = sender.send(());
    }));
    let limit = Duration::from_secs(10);
    // Once when it listens, because something may have been said before.
    tokio::time::timeout(limit, heard.recv()).await.unwrap();
    for round in 0..3 {
        w.add_user(&format!("ada{round}")).await;
        w.change(vec![token(&w)]).await;
        tokio::time::timeout(limit, heard.recv()).await.unwrap();
        assert!(heard.try_recv().is_err(), "a learner is no setting");
        let lost =
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'";
        let ended = tokio::task::spawn_blocking(move || testkit::postgres::sql(lost).unwrap()).await;
        assert_ne!(ended.unwrap(), "0");
        tokio::time::timeout(limit, heard.recv()).await.unwrap();
        while heard.try_recv().is_ok() {}
    }
    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    system.delete_tenant(w.b.tenant).await.unwrap();
    tokio::time::timeout(limit, heard.recv()).await.unwrap();
}
