//! A write happens wholly or not at all.

use std::sync::Arc;

use super::world::{Harness, World, add_member, conflict, insert, keys, user_name};
use crate::{Change, Conflict, EventKind, Expect, Kind, LogFilter, Purpose, Store, WriteTx};

/// A conflict of the last change takes back all before it, with events and log.
pub async fn a_conflict_leaves_nothing<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let team = w.add_group("team").await;
    let (bob, twin) = (w.user("bob"), w.user("ada"));
    let tx = WriteTx {
        changes: vec![
            insert(&bob),
            add_member(&team, &ada),
            Change::Touch { id: team.id, at: w.now() },
            Change::PutTenant { display_name: "changed".to_owned(), settings: serde_json::json!({}) },
            insert(&twin),
        ],
        events: vec![w.event(&bob, EventKind::LearnerCreated)],
        log: vec![w.entry(&bob)],
        ..w.tx()
    };
    assert!(matches!(conflict(w.commit(tx).await), Conflict::Unique { .. }));
    assert_eq!(w.get(&bob).await, None);
    assert_eq!(w.get(&team).await, Some(team.clone()));
    let mut read = w.read().await;
    assert!(read.by_key(Kind::USER, &user_name("bob"), 9).await.unwrap().is_empty());
    assert_eq!(read.count_members(team.id).await.unwrap(), 0);
    assert_eq!(read.are_members(team.id, &[ada.id]).await.unwrap(), vec![false]);
    assert_eq!(read.count(Kind::USER).await.unwrap(), 1);
    assert_eq!(read.tenant().await.unwrap().unwrap().display_name, "acme Ltd");
    assert!(read.log(&LogFilter::default(), 10).await.unwrap().is_empty());
    drop(read);
    assert!(w.feed().await.is_empty());
    // Positions stay dense: the next event is the first.
    let tx = WriteTx { events: vec![w.event(&ada, EventKind::LearnerUpdated)], ..w.tx() };
    assert_eq!(w.commit(tx).await.unwrap().position, Some(1));
}

/// What no longer holds is told, also when a change fails in a way that nothing foresees.
pub async fn a_conflict_is_told_before_a_failure<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let again = crate::Record { id: ada.id, ..w.user("bob") };
    let tx = WriteTx { changes: vec![insert(&again)], ..w.tx() };
    assert!(matches!(w.commit(tx.clone()).await, Err(crate::StoreError::Internal(_))), "an id is given once");
    let stale = WriteTx { expect: vec![Expect::Version(ada.id, 7)], ..tx };
    assert_eq!(conflict(w.commit(stale).await), Conflict::Version(ada.id));
    assert_eq!(w.get(&ada).await, Some(ada.clone()));
}

/// Commits that are written together do not share their conflicts.
pub async fn a_conflict_harms_no_neighbour<H: Harness>(w: World<H>) {
    let taken = w.add_user("taken").await;
    let w = Arc::new(w);
    let tasks: Vec<_> = (0..120)
        .map(|n| {
            let (w, taken) = (w.clone(), taken.clone());
            tokio::spawn(async move {
                let mut record = w.user(&format!("u{n}"));
                if n % 3 == 0 {
                    record.label.clone_from(&taken.label);
                }
                let events = vec![w.event(&record, EventKind::LearnerCreated)];
                let log = vec![w.entry(&record)];
                let other = w.user(&format!("v{n}"));
                let tx = WriteTx { changes: vec![insert(&other), insert(&record)], events, log, ..w.tx() };
                (n % 3 != 0, w.commit(tx).await.is_ok(), w.get(&other).await.is_some())
            })
        })
        .collect();
    for task in tasks {
        let (expected, done, other) = task.await.unwrap();
        assert_eq!((done, other), (expected, expected));
    }
    let positions: Vec<_> = w.feed().await.iter().map(|e| e.position).collect();
    assert_eq!(positions, (1..=80).collect::<Vec<_>>());
    let log = w.read().await.log(&LogFilter::default(), 1_000).await.unwrap();
    assert_eq!(log.len(), 80);
    assert_eq!(w.read().await.count(Kind::USER).await.unwrap(), 161);
}

/// Nothing is tried before everything expected holds, and each expectation has its own conflict.
pub async fn preconditions_come_first<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let nobody = w.id();
    let with = |expect| WriteTx { expect: vec![expect], changes: vec![insert(&w.user("ada"))], ..w.tx() };
    assert_eq!(conflict(w.commit(with(Expect::Exists(nobody))).await), Conflict::Missing(nobody));
    assert_eq!(conflict(w.commit(with(Expect::Version(ada.id, 7))).await), Conflict::Version(ada.id));
    assert_eq!(conflict(w.commit(with(Expect::Revision(777))).await), Conflict::Revision);
    assert!(matches!(conflict(w.commit(with(Expect::Exists(ada.id))).await), Conflict::Unique { .. }));
    let revision = w.read().await.tenant().await.unwrap().unwrap().revision;
    let tx = WriteTx {
        expect: vec![Expect::Exists(ada.id), Expect::Version(ada.id, 1), Expect::Revision(revision)],
        changes: vec![insert(&w.user("bob"))],
        ..w.tx()
    };
    w.commit(tx).await.unwrap();
}

/// The answer names what the write itself changed, as often as it did.
pub async fn versions_come_back_in_order<H: Harness>(w: World<H>) {
    let (team, ada) = (w.group("team"), w.user("ada"));
    let at = w.now();
    let changes = vec![
        insert(&team),
        insert(&ada),
        add_member(&team, &ada),
        Change::Touch { id: team.id, at },
        Change::Touch { id: team.id, at },
        Change::Remove { id: ada.id, at },
    ];
    let done = w.change(changes).await;
    assert_eq!(done.versions, vec![(team.id, 1), (ada.id, 1), (team.id, 2), (team.id, 3)]);
    // The removal touched the group once more, but that is not the write's own doing.
    assert_eq!(w.version(&team).await, 4);
    assert_eq!((done.position, done.held, done.connections.len()), (None, false, 0));
}

/// Nothing can be written into a tenant that was deleted.
pub async fn a_tenant_that_is_gone_takes_no_writes<H: Harness>(w: World<H>) {
    w.store().system(Purpose::Tenants).await.unwrap().delete_tenant(w.a.tenant).await.unwrap();
    let ada = w.user("ada");
    let gone = w.commit(WriteTx { changes: vec![insert(&ada)], ..w.tx() }).await;
    assert!(matches!(conflict(gone), Conflict::Gone(_)));
    assert!(w.read().await.by_key(Kind::USER, &keys(&ada)[0], 9).await.unwrap().is_empty());
}
