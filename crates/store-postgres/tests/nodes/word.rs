//! Word of changed settings.

use std::time::{Duration, Instant};

use provost_store_postgres::{Options, PostgresStore};
use store::suite::World;
use store::{Purpose, Store, WriteTx};

use super::{Nodes, token};

async fn sql(sql: String) -> String {
    tokio::task::spawn_blocking(move || testkit::postgres::sql(&sql).unwrap()).await.unwrap()
}

/// Ends the connections on which the nodes of a schema listen; how many.
async fn end_listeners(w: &World<Nodes>) -> String {
    let number = sql(format!("SELECT hashtext('{}') & 1048575", w.harness.schema())).await;
    let channel = format!("provost_{:x}", number.parse::<i64>().unwrap());
    sql(format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE query LIKE '%pg_notify(''{channel}\\_%' AND pid <> pg_backend_pid()"
    ))
    .await
}

/// Waits until a node knows that it hears, or that it does not.
async fn until_it_hears(node: &PostgresStore, does: bool) {
    let begun = Instant::now();
    while node.unheard().is_some_and(|age| age < Duration::from_secs(1)) != does {
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", node.unheard());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A node knows until when it has heard everything, as long as it hears itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_knows_whether_it_hears() {
    let w = World::<Nodes>::open().await;
    let node = &w.harness.all[1];
    assert_eq!(node.unheard(), None, "nobody listens");
    node.listen(Box::new(|| {}));
    for _ in 0..2 {
        until_it_hears(node, true).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        until_it_hears(node, true).await;
        while end_listeners(&w).await == "0" {}
        until_it_hears(node, false).await;
    }
}

/// Where telling others fails, or takes for ever, settings change all the same, soon, and nobody counts on word.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_change_also_where_nobody_can_be_told() {
    let w = World::<Nodes>::open().await;
    for body in ["RAISE EXCEPTION 'not here'", "PERFORM pg_sleep(40)"] {
        // What stands in the schema goes before what the system has, where the address says so.
        let instead = format!(
            "CREATE OR REPLACE FUNCTION {}.pg_notify(text, text) RETURNS void LANGUAGE plpgsql
             AS $$ BEGIN {body}; END $$",
            w.harness.schema()
        );
        sql(instead).await;
        let url = format!("{}%2Cpg_catalog", w.harness.url);
        let node = PostgresStore::open(&url, Options::default()).await.unwrap();
        node.listen(Box::new(|| {}));
        for _ in 0..2 {
            let begun = Instant::now();
            node.commit(WriteTx { changes: vec![token(&w)], ..w.tx() }).await.unwrap();
            assert!(begun.elapsed() < Duration::from_secs(5), "{body} held it up");
            node.commit(WriteTx { log: vec![w.entry(&w.user("ada"))], ..w.tx() }).await.unwrap();
            assert_eq!(node.read(&w.a).await.unwrap().tokens().await.unwrap().len(), 1);
        }
        assert_eq!(node.unheard(), None);
        node.close().await.unwrap();
    }
}

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
        while end_listeners(&w).await == "0" {}
        tokio::time::timeout(limit, heard.recv()).await.unwrap();
        while heard.try_recv().is_ok() {}
    }
    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    system.delete_tenant(w.b.tenant).await.unwrap();
    tokio::time::timeout(limit, heard.recv()).await.unwrap();
}
