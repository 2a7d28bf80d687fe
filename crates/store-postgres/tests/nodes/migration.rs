//! Nodes that start, and nodes of different versions.

use std::time::Duration;

use provost_store_postgres::{Options, PostgresStore};
use store::suite::World;
use store::{Change, EventKind, Key, KeyName, Kind, Purpose, Store, StoreError, WriteTx};

use super::{Nodes, elsewhere, named, token};

/// A node that starts waits for the one that is just migrating, longer than for any statement.
#[tokio::test]
async fn a_node_waits_for_the_migration_of_another() {
    const LOCK: i64 = 0x0070_726f_766f_7374;
    let url = testkit::postgres::schema().await;
    let migrating = tokio::task::spawn_blocking(|| {
        let slow = format!("BEGIN; SELECT pg_advisory_xact_lock({LOCK}); SELECT pg_sleep(2); COMMIT");
        testkit::postgres::sql(&slow).unwrap();
    });
    let holds = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND query LIKE '%pg_sleep(2)%'";
    while testkit::postgres::sql(holds).unwrap() == "0" {}
    let start = std::time::Instant::now();
    let options = Options { patience: Duration::from_millis(100), ..Options::default() };
    PostgresStore::open(&url, options).await.unwrap();
    assert!(start.elapsed() > Duration::from_millis(500), "it did not wait");
    migrating.await.unwrap();
}

/// A rolling upgrade: nodes that run go on while a newer one expands the schema, and one that starts on what it does not know
/// refuses, and says what is needed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_goes_on_while_a_newer_one_expands_the_schema() {
    let w = World::<Nodes>::open().await;
    let team = w.add_group("team").await;
    // Every sort of statement has been prepared on every node before.
    let live = async |round: &str| {
        for (n, node) in w.harness.all.iter().enumerate() {
            let ada = w.user(&format!("ada-{round}-{n}"));
            let tx = WriteTx {
                changes: vec![
                    named(&ada),
                    Change::AddMember { group: team.id, member: ada.id, kind: ada.kind },
                ],
                events: vec![w.event(&ada, EventKind::LearnerCreated)],
                log: vec![w.entry(&ada)],
                ..w.tx()
            };
            node.commit(tx).await.unwrap();
            let update =
                Change::Update { record: Box::new(ada.clone()), drop_keys: vec![], add_keys: vec![] };
            let expect = vec![store::Expect::Version(ada.id, 1)];
            node.commit(WriteTx { expect, changes: vec![update], ..w.tx() }).await.unwrap();
            node.commit(WriteTx { changes: vec![Change::Remove { id: ada.id, at: w.now() }], ..w.tx() })
                .await
                .unwrap();
            let name = Key { name: KeyName::UserName, value: ada.label.clone(), unique: true };
            let back = Change::Restore { record: Box::new(ada.clone()), keys: vec![name] };
            node.commit(WriteTx { changes: vec![back, token(&w)], ..w.tx() }).await.unwrap();
            let mut read = node.read(&w.a).await.unwrap();
            assert!(read.record(Kind::USER, ada.id).await.unwrap().is_some());
            assert_eq!(read.groups_of(ada.id, false).await.unwrap().len(), 1);
            assert!(!read.events(0, &store::EventFilter::default(), 99).await.unwrap().is_empty());
            assert!(!read.log(&store::LogFilter::default(), 99).await.unwrap().is_empty());
            drop(read);
            let mut system = node.system(Purpose::Feed).await.unwrap();
            assert!(!system.events(0, 99).await.unwrap().is_empty());
            assert!(system.token(&[7; 32]).await.unwrap().is_some());
        }
    };
    live("before").await;
    // What `migrations/README.md` calls expanding: nullable columns, tables, indexes.
    let tables = [
        "tenant",
        "connection",
        "token",
        "resource",
        "unique_key",
        "lookup_key",
        "membership",
        "tombstone",
        "event",
        "log_entry",
        "counter",
        "feed",
        "feed_head",
    ];
    let mut newer: Vec<_> =
        tables.iter().map(|t| format!("ALTER TABLE {t} ADD COLUMN novelty text")).collect();
    newer.push("CREATE TABLE novelty (tenant bigint PRIMARY KEY)".to_owned());
    newer.push(
        "CREATE INDEX resource_novelty ON resource (tenant, novelty) WHERE novelty IS NOT NULL".to_owned(),
    );
    newer.push("INSERT INTO migration VALUES (999, 'novelty', '\\x00', 0)".to_owned());
    elsewhere(&w, &newer.join("; ")).await.unwrap();
    live("after").await;
    let late = PostgresStore::open(&w.harness.url, Options::default()).await;
    let told = late.err().unwrap();
    assert!(matches!(told, StoreError::SchemaTooNew { found: 999, .. }), "{told}");
    assert!(
        told.to_string().contains("version 999") && told.to_string().contains("run a newer provost"),
        "{told}"
    );
}
