//! Several nodes on one database.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use provost_store_postgres::{Options, PostgresStore};
use store::suite::{Harness, World};
use store::{
    ApiKey, ApiScope, Change, Conflict, EventKind, Key, KeyName, Kind, Purpose, Store, StoreError, WriteTx,
};

/// Three nodes; the world works through the first.
struct Nodes {
    url: String,
    all: Vec<Arc<PostgresStore>>,
}

impl Harness for Nodes {
    type S = PostgresStore;

    async fn open() -> Self {
        let url = testkit::postgres::schema().await;
        // All start on the empty database at once.
        let starts: Vec<_> = (0..3)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { PostgresStore::open(&url, Options::default()).await.unwrap() })
            })
            .collect();
        let mut all = Vec::new();
        for start in starts {
            all.push(Arc::new(start.await.unwrap()));
        }
        Self { url, all }
    }

    fn store(&self) -> &PostgresStore {
        &self.all[0]
    }

    async fn reopen(self) -> Self {
        self
    }
}

fn named(record: &store::Record) -> Change {
    let name = Key { name: KeyName::UserName, value: record.label.clone(), unique: true };
    Change::Insert { record: Box::new(record.clone()), keys: vec![name] }
}

/// Runs statements in the nodes' schema, as another node would.
fn elsewhere(w: &World<Nodes>, statements: &str) -> tokio::task::JoinHandle<()> {
    let schema = w.harness.url.rsplit_once("%3D").unwrap().1;
    let all = format!("SET search_path TO {schema}; BEGIN; {statements}; COMMIT");
    tokio::task::spawn_blocking(move || {
        testkit::postgres::sql(&all).unwrap();
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_creations_of_one_name_on_many_nodes_one_wins() {
    let w = Arc::new(World::<Nodes>::open().await);
    for round in 0..10 {
        let tries: Vec<_> = (0..12)
            .map(|n| {
                let (w, node) = (w.clone(), w.harness.all[n % 3].clone());
                tokio::spawn(async move {
                    let record = w.user(&format!("ada{round}"));
                    let tx = WriteTx { changes: vec![named(&record)], ..w.tx() };
                    (record.id, node.commit(tx).await)
                })
            })
            .collect();
        let (mut winners, mut holders) = (Vec::new(), Vec::new());
        for attempt in tries {
            match attempt.await.unwrap() {
                (id, Ok(_)) => winners.push(id),
                (_, Err(StoreError::Conflict(Conflict::Unique { holder, .. }))) => holders.push(holder),
                (_, other) => panic!("{other:?}"),
            }
        }
        assert_eq!(winners.len(), 1);
        assert!(holders.iter().all(|holder| *holder == winners[0]));
    }
    assert_eq!(w.read().await.count(Kind::USER).await.unwrap(), 10);
}

/// Ruling 10: a reader that keeps only the last position it has seen sees every event once, in order, while nodes write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_the_feed_sees_every_event_once_and_in_order() {
    const EACH: usize = 60;
    let w = Arc::new(World::<Nodes>::open().await);
    let mut subjects = Vec::new();
    for n in 0..4 {
        let record = w.user(&format!("s{n}"));
        w.change(vec![named(&record)]).await;
        subjects.push(record);
    }
    let writers: Vec<_> = (0..9)
        .map(|writer| {
            let (w, node) = (w.clone(), w.harness.all[writer % 3].clone());
            let subject = subjects[writer % 4].clone();
            tokio::spawn(async move {
                for n in 0..EACH {
                    // Each version has one winner, who tells of it: so the order of a subject's events is known.
                    let version = loop {
                        let mut read = node.read(&w.a).await.unwrap();
                        let found = read.record(Kind::USER, subject.id).await.unwrap().unwrap();
                        drop(read);
                        let change = Change::Update {
                            record: Box::new(found.clone()),
                            drop_keys: vec![],
                            add_keys: vec![],
                        };
                        let mut event = w.event(&subject, EventKind::LearnerUpdated);
                        event.request = (found.version + 1).to_string();
                        let tx = WriteTx {
                            expect: vec![store::Expect::Version(subject.id, found.version)],
                            changes: vec![change],
                            events: vec![event],
                            ..w.tx()
                        };
                        match node.commit(tx).await {
                            Ok(done) => break done.versions[0].1,
                            Err(StoreError::Conflict(_)) => {}
                            Err(other) => panic!("{other}"),
                        }
                    };
                    assert!(version > n as i64);
                }
            })
        })
        .collect();
    let reader = {
        let node = w.harness.all[2].clone();
        tokio::spawn(async move {
            let mut seen = Vec::new();
            while seen.len() < 9 * EACH {
                let mut system = node.system(Purpose::Feed).await.unwrap();
                let after = i64::try_from(seen.len()).unwrap();
                let new = system.events(after, 7).await.unwrap();
                for event in new {
                    assert_eq!(
                        event.position,
                        i64::try_from(seen.len()).unwrap() + 1,
                        "no gap and no repetition"
                    );
                    seen.push(event);
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            seen
        })
    };
    for writer in writers {
        writer.await.unwrap();
    }
    let seen = tokio::time::timeout(Duration::from_secs(20), reader).await.unwrap().unwrap();
    for subject in &subjects {
        let versions: Vec<i64> = seen
            .iter()
            .filter(|e| e.event.subject == Some((Kind::USER, subject.id)))
            .map(|e| e.event.request.parse().unwrap())
            .collect();
        assert_eq!(
            versions,
            (2..2 + versions.len() as i64).collect::<Vec<_>>(),
            "in the order of the changes"
        );
    }
    for node in &w.harness.all {
        node.close().await.unwrap();
    }
}

/// A node that dies between commit and position leaves its events to the others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_a_node_that_died_are_placed_by_another() {
    let w = World::<Nodes>::open().await;
    let ada = w.user("ada");
    let events = vec![w.event(&ada, EventKind::LearnerCreated)];
    w.commit(WriteTx { events, ..w.tx() }).await.unwrap();
    // As such a node leaves it: committed, and waiting for its place.
    let left = "
        INSERT INTO event SELECT tenant, nextval('event_ticket'), ordinal, id, kind, subject_kind, subject, object_kind,
            object, cause, batch, connection, 'left', actor, at, data FROM event;
        INSERT INTO pending SELECT tenant, ticket, 1 FROM event WHERE request = 'left'";
    elsewhere(&w, left).await.unwrap();
    let start = std::time::Instant::now();
    let feed = loop {
        let feed = w.feed().await;
        if feed.len() == 2 {
            break feed;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "nobody places it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((feed[1].position, feed[1].event.request.as_str()), (2, "left"));
}

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

/// A removal meets somebody who is just putting the learner into a group, and somebody who is just changing that group:
/// the group changes for both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_waits_for_whoever_changes_the_group_that_was_just_joined() {
    let w = World::<Nodes>::open().await;
    let (ada, team) = (w.add_user("ada").await, w.group("team"));
    w.change(vec![named(&team)]).await;
    let (tenant, user, group) = (w.a.tenant.0, ada.id, team.id);
    let joining = elsewhere(
        &w,
        &format!(
            "SELECT FROM resource WHERE id IN ('{user}', '{group}') FOR KEY SHARE;
             INSERT INTO membership VALUES ({tenant}, '{group}', '{user}', 1); SELECT pg_sleep(1)"
        ),
    );
    let changing = elsewhere(
        &w,
        &format!("UPDATE resource SET version = version + 1 WHERE id = '{group}'; SELECT pg_sleep(2)"),
    );
    tokio::time::sleep(Duration::from_millis(400)).await;
    let before = w.read().await.record(Kind::GROUP, group).await.unwrap().unwrap();
    assert_eq!(before.version, 1, "nobody has committed yet");
    w.change(vec![Change::Remove { id: user, at: w.now() }]).await;
    joining.await.unwrap();
    changing.await.unwrap();
    let after = w.read().await.record(Kind::GROUP, group).await.unwrap().unwrap();
    assert_eq!(after.version, 3);
}

/// A key that is put while its tenant is being deleted is refused: nobody would delete it any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_outlives_its_tenant() {
    let w = World::<Nodes>::open().await;
    let key = ApiKey {
        id: "k1".to_owned(),
        tenant: Some(w.a.tenant),
        name: String::new(),
        scope: ApiScope::Read,
        digest: [1; 32],
        created: w.now(),
        expires: None,
        revoked: None,
        last_used: None,
    };
    let tenant = w.a.tenant.0;
    let deleting = elsewhere(
        &w,
        &format!(
            "DELETE FROM tenant WHERE id = {tenant}; DELETE FROM api_key WHERE tenant = {tenant}; SELECT pg_sleep(1)"
        ),
    );
    tokio::time::sleep(Duration::from_millis(400)).await;
    let mut system = w.store().system(Purpose::ApiKeys).await.unwrap();
    let put = system.put_api_key(&key).await;
    assert!(matches!(put, Err(StoreError::Conflict(Conflict::Gone(_)))), "{put:?}");
    deleting.await.unwrap();
    assert!(system.api_keys().await.unwrap().is_empty());
}

/// What one node commits, every other reads at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_commits_the_others_read() {
    let w = World::<Nodes>::open().await;
    for n in 0..30 {
        let record = w.user(&format!("u{n}"));
        let tx = WriteTx { changes: vec![named(&record)], ..w.tx() };
        w.harness.all[n % 3].commit(tx).await.unwrap();
        for node in &w.harness.all {
            assert_eq!(node.read(&w.a).await.unwrap().count(Kind::USER).await.unwrap(), n as u64 + 1);
        }
    }
}

/// A token that a node of these changes.
fn token(w: &World<Nodes>) -> Change {
    Change::PutToken(Box::new(store::Token {
        id: "t1".to_owned(),
        tenant: w.a.tenant,
        connection: w.a.connection,
        name: "entra".to_owned(),
        grant: store::Grant::FULL,
        digest: [7; 32],
        created: w.now(),
        expires: None,
        revoked: Some(w.now()),
        last_used: None,
    }))
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
