//! What happens when the database is not there, goes away, or is all taken.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use provost_store_postgres::{Options, PostgresStore};
use store::suite::{Harness, World};
use store::{Change, EventFilter, EventKind, Kind, Purpose, Store, StoreError, WriteTx};
use testkit::postgres::{Cluster, schema_in};

/// A world on a cluster that nobody else uses.
struct Own {
    cluster: Option<Arc<Cluster>>,
    store: PostgresStore,
}

impl Harness for Own {
    type S = PostgresStore;

    async fn open() -> Self {
        let cluster = Arc::new(tokio::task::spawn_blocking(Cluster::new).await.unwrap());
        let store = PostgresStore::open(&schema_in(&cluster), Options::default()).await.unwrap();
        Self { cluster: Some(cluster), store }
    }

    fn store(&self) -> &PostgresStore {
        &self.store
    }

    async fn reopen(self) -> Self {
        self
    }
}

/// How long a [`Small`] store waits for a free connection.
const WAIT: Duration = Duration::from_millis(200);

/// Two connections for reads and two for commits.
struct Small(PostgresStore);

impl Harness for Small {
    type S = PostgresStore;

    async fn open() -> Self {
        let options = Options { readers: 2, writers: 2, wait: WAIT, ..Options::default() };
        Self(PostgresStore::open(&testkit::postgres::schema().await, options).await.unwrap())
    }

    fn store(&self) -> &PostgresStore {
        &self.0
    }

    async fn reopen(self) -> Self {
        self
    }
}

fn is_unavailable<T>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable(_)))
}

#[tokio::test]
async fn a_database_that_is_down_is_named() {
    let start = Instant::now();
    let down = "postgres://provost:hush@%2Fnowhere/provost";
    let Err(StoreError::Unavailable(told)) = PostgresStore::open(down, Options::default()).await else {
        panic!("nobody answers there")
    };
    assert!(told.contains("/nowhere") && !told.contains("hush"), "{told}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// A primary that is no more does not refuse, it says nothing; the next host of the address is reached all the same.
#[tokio::test]
async fn a_host_that_says_nothing_is_passed_over() {
    let silent = tokio::net::TcpSocket::new_v4().unwrap();
    silent.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let silent = silent.listen(1).unwrap();
    let address = silent.local_addr().unwrap();
    // Nobody takes these; when no more fit, the machine answers no attempt.
    let mut waiting = Vec::new();
    let moment = Duration::from_millis(100);
    while let Ok(made) = tokio::time::timeout(moment, tokio::net::TcpStream::connect(address)).await {
        waiting.push(made.unwrap());
    }
    let url = testkit::postgres::schema().await.replacen('@', &format!("@{address},"), 1);
    let options = Options { connect: Duration::from_millis(500), ..Options::default() };
    let store = PostgresStore::open(&url, options).await.unwrap();
    store.system(Purpose::Health).await.unwrap().health().await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn who_is_not_let_in_is_told_so_at_once() {
    let url = testkit::postgres::schema().await;
    let (_, host) = url.split_once('@').unwrap();
    for wrong in [format!("postgres://stranger@{host}"), url.replace("/postgres?", "/no_such_database?")] {
        // Waiting would not help.
        let refused = PostgresStore::open(&wrong, Options::default()).await;
        assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    }
}

/// Requests fail as unavailable while the database is away, and work again when it is back; what was acknowledged is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_comes_back_is_used_again() {
    let mut w = World::<Own>::open().await;
    let cluster = w.harness.cluster.take().unwrap();
    let ada = w.add_user("ada").await;
    let held = {
        let mut read = w.read().await;
        read.count(Kind::USER).await.unwrap();
        read
    };
    let stopped = cluster.clone();
    tokio::task::spawn_blocking(move || stopped.stop()).await.unwrap();
    drop(held);
    for _ in 0..3 {
        assert!(is_unavailable(w.read().await.count(Kind::USER).await));
        let event = w.event(&ada, EventKind::LearnerUpdated);
        assert!(is_unavailable(w.commit(WriteTx { events: vec![event], ..w.tx() }).await));
        assert!(is_unavailable(w.store().system(Purpose::Health).await.unwrap().health().await));
    }
    let started = cluster.clone();
    tokio::task::spawn_blocking(move || started.start(&[])).await.unwrap();
    assert_eq!(w.read().await.count(Kind::USER).await.unwrap(), 1);
    let event = w.event(&ada, EventKind::LearnerUpdated);
    let done = w.commit(WriteTx { events: vec![event], ..w.tx() }).await.unwrap();
    assert_eq!(done.position, Some(1));
    w.store().close().await.unwrap();
}

/// Connections that an administrator ends, or a proxy, are replaced without anybody noticing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_were_ended_are_replaced() {
    let mut w = World::<Own>::open().await;
    let cluster = w.harness.cluster.take().unwrap();
    let ada = w.add_user("ada").await;
    for round in 0..5 {
        let all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'provost'";
        assert_ne!(cluster.sql(all).unwrap(), "0");
        // The connection may not have been told yet: a read then fails as unavailable once, a commit tries again.
        let event = w.event(&ada, EventKind::LearnerUpdated);
        let done = w.commit(WriteTx { events: vec![event], ..w.tx() }).await.unwrap();
        assert_eq!(done.position, Some(round + 1));
    }
    assert_eq!(w.feed().await.len(), 5);
    w.store().close().await.unwrap();
}

/// Bounded waiting, then a refusal; and a free place is used again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_pool_refuses_in_time() {
    let w = World::<Small>::open().await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut read = w.read().await;
        read.count(Kind::USER).await.unwrap();
        held.push(read);
    }
    let start = Instant::now();
    assert!(is_unavailable(w.read().await.count(Kind::USER).await));
    assert!(start.elapsed() >= WAIT && start.elapsed() < WAIT * 20);
    held.pop();
    assert_eq!(w.read().await.count(Kind::USER).await.unwrap(), 0);
}

/// A caller who goes away in the middle leaves a connection that works, and no half of a write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_goes_away_leaves_nothing_open() {
    let w = World::<Small>::open().await;
    for n in 0..60_u64 {
        let record = w.user(&format!("u{n}"));
        let events = vec![w.event(&record, EventKind::LearnerCreated)];
        let insert = Change::Insert { record: Box::new(record), keys: Vec::new() };
        let tx = WriteTx { changes: vec![insert], events, ..w.tx() };
        // Given up after some microseconds, anywhere between nothing and everything.
        let _ = tokio::time::timeout(Duration::from_micros(n * 50), w.commit(tx)).await;
    }
    let done =
        w.commit(WriteTx { events: vec![w.event(&w.user("x"), EventKind::LearnerUpdated)], ..w.tx() }).await;
    let last = done.unwrap().position.unwrap();
    let mut read = w.read().await;
    let feed = read.events(0, &EventFilter::default(), 1_000).await.unwrap();
    assert_eq!(feed.iter().map(|e| e.position).collect::<Vec<_>>(), (1..=last).collect::<Vec<_>>());
    // One event for each learner who is there, and the last one.
    assert_eq!(read.count(Kind::USER).await.unwrap() + 1, feed.len() as u64);
}

/// The primary is stopped at once and its synchronous standby takes over, under load: nothing acknowledged is lost, the
/// feed has no gap, and nobody restarts anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_takes_over_has_everything_acknowledged() {
    let (primary, standby, url) = tokio::task::spawn_blocking(|| {
        let primary = Cluster::new();
        let url = schema_in(&primary);
        let standby = primary.standby();
        // Both are named; the one that takes writes is used.
        let (_, second) = standby.url().split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let hosts = format!(",{second}?target_session_attrs=read-write&");
        (primary, standby, url.replacen("/postgres?", &hosts, 1))
    })
    .await
    .unwrap();
    let store = PostgresStore::open(&url, Options::default()).await.unwrap();
    let w = Arc::new(World::over(Own { cluster: None, store }).await);
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..6)
        .map(|writer| {
            let (w, stop) = (w.clone(), stop.clone());
            tokio::spawn(async move {
                let (mut acknowledged, mut refused) = (Vec::new(), 0);
                for n in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let record = w.user(&format!("u{writer}-{n}"));
                    let events = vec![w.event(&record, EventKind::LearnerCreated)];
                    let insert = Change::Insert { record: Box::new(record.clone()), keys: Vec::new() };
                    match w.commit(WriteTx { changes: vec![insert], events, ..w.tx() }).await {
                        Ok(_) => acknowledged.push(record.id),
                        Err(StoreError::Unavailable(_)) => {
                            refused += 1;
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
                (acknowledged, refused)
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let standby = tokio::task::spawn_blocking(move || {
        primary.stop();
        standby.promote();
        standby
    })
    .await
    .unwrap();
    let before = w.read().await.count(Kind::USER).await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    stop.store(true, Ordering::SeqCst);
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    for writer in writers {
        let (ids, n) = writer.await.unwrap();
        acknowledged.extend(ids);
        refused += n;
    }
    assert!(refused > 0 && acknowledged.len() as u64 > before, "{refused} refused, {before} before");
    let mut read = w.read().await;
    for id in &acknowledged {
        assert!(read.record_any(*id).await.unwrap().is_some(), "{id} was acknowledged and is gone");
    }
    let feed = w.feed().await;
    assert!(feed.iter().enumerate().all(|(n, event)| event.position == n as i64 + 1), "the feed has a gap");
    assert!(feed.len() >= acknowledged.len());
    drop(read);
    w.store().close().await.unwrap();
    drop(standby);
}
