//! The statements without a tenant.

use std::sync::Arc;
use std::time::Duration;

use super::world::{Harness, World, caller, conflict, connection, insert, tenant};
use crate::{Change, Conflict, EventKind, Kind, Purpose, Store, Tenant, WriteTx};

/// Made with a first connection, listed by name, unique by name.
pub async fn tenants_are_made_and_listed<H: Harness>(w: World<H>) {
    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    let (id, first) = system.create_tenant(&tenant("beta"), &connection("main", "beta0001")).await.unwrap();
    let found = system.tenant("beta").await.unwrap().unwrap();
    assert_eq!(found, Tenant { id, revision: found.revision, ..tenant("beta") });
    assert!(id > w.a.tenant && first > w.b.connection);
    assert_eq!(system.tenant("gamma").await.unwrap(), None);
    let names = |all: Vec<Tenant>| all.into_iter().map(|t| t.name).collect::<Vec<_>>();
    assert_eq!(names(system.tenants(None, 9).await.unwrap()), ["acme", "beta", "other"]);
    assert_eq!(names(system.tenants(Some("acme"), 1).await.unwrap()), ["beta"]);
    let twice = system.create_tenant(&tenant("beta"), &connection("main", "beta0002")).await;
    assert_eq!(conflict(twice), Conflict::NameTaken("beta".to_owned()));
    let handle = system.create_tenant(&tenant("gamma"), &connection("main", "beta0001")).await;
    assert_eq!(conflict(handle), Conflict::NameTaken("beta0001".to_owned()));
    assert_eq!(system.tenant("gamma").await.unwrap(), None, "nothing is left of it");
    drop(system);
    let mut read = w.store().read(&caller(id, first)).await.unwrap();
    assert_eq!(read.connections().await.unwrap()[0].name, "main");
}

/// Everything of it goes; others stay; its number and its positions are not given again.
pub async fn a_deleted_tenant_leaves_nothing<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let mine = WriteTx {
        events: vec![w.event(&ada, EventKind::LearnerCreated)],
        log: vec![w.entry(&ada)],
        ..w.tx()
    };
    let eve = w.user("eve");
    let theirs = |kind| WriteTx { events: vec![w.event(&eve, kind)], ..WriteTx::new(w.b.clone()) };
    let mut tx = theirs(EventKind::LearnerCreated);
    tx.changes = vec![insert(&eve)];
    w.commit(tx).await.unwrap();
    w.commit(mine.clone()).await.unwrap();
    let last = w.commit(mine).await.unwrap().position.unwrap();

    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    system.delete_tenant(w.a.tenant).await.unwrap();
    assert!(matches!(conflict(system.delete_tenant(w.a.tenant).await), Conflict::Gone(_)));
    assert_eq!(system.tenant("acme").await.unwrap(), None);
    assert_eq!(system.connection("acme0001").await.unwrap(), None);
    assert_eq!(system.last_position().await.unwrap(), last);
    assert_eq!(system.events(0, 99).await.unwrap().len(), 1);
    let (again, _) = system.create_tenant(&tenant("acme"), &connection("default", "acme0001")).await.unwrap();
    assert!(again > w.b.tenant, "numbers are not used again");
    drop(system);
    let mut read = w.read().await;
    assert_eq!(read.tenant().await.unwrap(), None);
    assert_eq!(read.record_any(ada.id).await.unwrap(), None);
    assert_eq!(read.count(Kind::USER).await.unwrap(), 0);
    assert!(read.connections().await.unwrap().is_empty());
    assert!(read.log(&crate::LogFilter::default(), 9).await.unwrap().is_empty());
    drop(read);
    let w = w.reopen().await;
    let next =
        WriteTx { events: vec![w.event(&eve, EventKind::LearnerUpdated)], ..WriteTx::new(w.b.clone()) };
    assert_eq!(w.commit(next).await.unwrap().position, Some(last + 1));
    let mut read = w.store().read(&w.b).await.unwrap();
    assert!(read.record_any(eve.id).await.unwrap().is_some());
}

/// A deletion that is cut short anywhere leaves no tenant with half of it, and a sweep takes the rest, however many sweep.
pub async fn a_deletion_that_is_cut_short_is_finished<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    for _ in 0..10 {
        // More than goes in one portion.
        let log = (0..2_000).map(|_| w.entry(&ada)).collect();
        w.commit(WriteTx { log, ..w.tx() }).await.unwrap();
    }
    let mut patience = Duration::ZERO;
    loop {
        let mut system = w.store().system(Purpose::Tenants).await.unwrap();
        let _ = tokio::time::timeout(patience, system.delete_tenant(w.a.tenant)).await;
        if system.tenant("acme").await.unwrap().is_none() {
            break;
        }
        assert_eq!(w.read().await.count(Kind::USER).await.unwrap(), 1);
        patience += Duration::from_micros(500);
    }
    let w = Arc::new(w);
    let sweepers: Vec<_> = (0..4)
        .map(|_| {
            let w = w.clone();
            tokio::spawn(async move {
                let mut system = w.store().system(Purpose::Sweep).await.unwrap();
                while system.sweep_deleted().await.unwrap() {}
            })
        })
        .collect();
    for sweeper in sweepers {
        sweeper.await.unwrap();
    }
    assert_eq!(w.get(&ada).await, None);
    assert!(w.read().await.log(&crate::LogFilter::default(), 9).await.unwrap().is_empty());
    assert!(!w.store().system(Purpose::Sweep).await.unwrap().sweep_deleted().await.unwrap());
}

/// The database answers, with its schema's version.
pub async fn health_tells_the_schema_version<H: Harness>(w: World<H>) {
    assert!(w.store().system(Purpose::Health).await.unwrap().health().await.unwrap() >= 1);
}

/// A closed store says that it is closed, and what was written before is kept.
pub async fn a_closed_store_takes_nothing<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    // Somebody who still holds a transaction does not hold the closing up.
    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    let read = w.read().await;
    w.store().close().await.unwrap();
    w.store().close().await.unwrap();
    let late = system.delete_tenant(w.b.tenant).await;
    assert!(matches!(late, Err(crate::StoreError::Unavailable(_))), "{late:?}");
    drop((system, read));
    let late = w.commit(WriteTx { changes: vec![Change::Touch { id: ada.id, at: w.now() }], ..w.tx() }).await;
    assert!(matches!(late, Err(crate::StoreError::Unavailable(_))), "{late:?}");
    let w = w.reopen().await;
    assert_eq!(w.version(&ada).await, 1);
}
