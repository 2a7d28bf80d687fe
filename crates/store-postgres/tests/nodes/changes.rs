//! Changes on several nodes at once.

use std::sync::Arc;
use std::time::Duration;

use store::suite::World;
use store::{ApiKey, ApiScope, Change, Conflict, Kind, Purpose, Store, StoreError, WriteTx};

use super::{Nodes, elsewhere, named};

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
