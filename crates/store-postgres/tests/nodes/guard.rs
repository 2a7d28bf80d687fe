//! The mass-change guard, counted on several nodes.

use std::sync::Arc;
use std::time::Duration;

use store::suite::World;
use store::{Change, EventKind, Guard, NewEvent, Record, Store, WriteTx};

use super::{Nodes, named};

/// How many may be deactivated within a day: 10 % of those whom the connection manages.
const LIMIT: usize = 12;

async fn learners(w: &World<Nodes>) -> Vec<Record> {
    let all: Vec<_> = (0..10 * LIMIT).map(|n| w.user(&format!("u{n}"))).collect();
    w.change(all.iter().map(named).collect()).await;
    all
}

/// Deactivates a learner on a node, as a request does; whether that was held.
async fn is_held(w: &World<Nodes>, node: usize, who: &Record) -> bool {
    let nobody = w.user("");
    let notice = NewEvent { subject: None, ..w.event(&nobody, EventKind::ConnectionHeld) };
    let (connection, now) = (w.a.connection, w.now());
    let guard = Guard { connection, weight: 1, floor: 2, percent: 10, now, notice: Box::new(notice) };
    let tx = WriteTx {
        expect: vec![store::Expect::Version(who.id, 1)],
        changes: vec![Change::Update { record: Box::new(who.clone()), drop_keys: vec![], add_keys: vec![] }],
        events: vec![w.event(who, EventKind::LearnerDeactivated)],
        guard: Some(guard),
        ..w.tx()
    };
    w.harness.all[node].commit(tx).await.unwrap().held
}

/// Deactivates everybody, on all nodes at once; how many were not held.
async fn deactivate_all(w: &Arc<World<Nodes>>, all: &[Record]) -> usize {
    let tasks: Vec<_> = all
        .iter()
        .enumerate()
        .map(|(n, who)| {
            let (w, who) = (w.clone(), who.clone());
            tokio::spawn(async move { is_held(&w, n % 3, &who).await })
        })
        .collect();
    let mut passed = 0;
    for task in tasks {
        passed += usize::from(!task.await.unwrap());
    }
    passed
}

async fn told(w: &World<Nodes>, kind: EventKind) -> usize {
    w.feed().await.iter().filter(|event| event.event.kind == kind).count()
}

/// Nodes that count at once let as many pass as one that counts alone, and one of them gives notice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_nodes_together_let_pass_what_the_policy_allows() {
    let w = Arc::new(World::<Nodes>::open().await);
    let all = learners(&w).await;
    assert_eq!(deactivate_all(&w, &all).await, LIMIT);
    assert_eq!(told(&w, EventKind::LearnerDeactivated).await, LIMIT);
    assert_eq!(told(&w, EventKind::ConnectionHeld).await, 1);
    let held = w.read().await.held(w.a.connection, 0, 1_000).await.unwrap();
    assert_eq!(held.len(), 9 * LIMIT);
}

/// The count starts afresh when held events are dropped; whoever was counted before that does not pass after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fresh_start_among_nodes_that_count_forgets_nobody() {
    const STARTS: usize = 4;
    let w = Arc::new(World::<Nodes>::open().await);
    let all = learners(&w).await;
    let dropping = {
        let w = w.clone();
        tokio::spawn(async move {
            for _ in 0..STARTS {
                tokio::time::sleep(Duration::from_millis(20)).await;
                w.change(vec![Change::DropHeld { connection: w.a.connection, through: i64::MAX }]).await;
            }
        })
    };
    let passed = deactivate_all(&w, &all).await;
    dropping.await.unwrap();
    assert!((LIMIT..=LIMIT * (STARTS + 1)).contains(&passed), "{passed} passed");
    assert_eq!(told(&w, EventKind::LearnerDeactivated).await, passed);
    assert!(told(&w, EventKind::ConnectionHeld).await <= STARTS + 1);
}

/// What a node counted for a commit that never came stays counted: others have events held earlier, never later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_counted_for_nothing_lets_nobody_pass() {
    let w = Arc::new(World::<Nodes>::open().await);
    let all = learners(&w).await;
    assert!(!is_held(&w, 0, &all[0]).await);
    // Commits that fail after they were counted, as when their node dies: their events are refused.
    let schema = w.harness.schema().to_owned();
    let alter = move |what: &str| {
        let sql = format!("ALTER TABLE {schema}.event {what}");
        tokio::task::spawn_blocking(move || testkit::postgres::sql(&sql).unwrap())
    };
    alter("ADD CONSTRAINT never CHECK (false) NOT VALID").await.unwrap();
    for who in &all[1..4] {
        let events = vec![w.event(who, EventKind::LearnerDeactivated)];
        let nobody = w.user("");
        let notice = Box::new(w.event(&nobody, EventKind::ConnectionHeld));
        let (connection, now) = (w.a.connection, w.now());
        let guard = Some(Guard { connection, weight: 1, floor: 2, percent: 10, now, notice });
        assert!(w.harness.all[1].commit(WriteTx { events, guard, ..w.tx() }).await.is_err());
    }
    alter("DROP CONSTRAINT never").await.unwrap();
    assert_eq!(deactivate_all(&w, &all[1..]).await, LIMIT - 4);
}
