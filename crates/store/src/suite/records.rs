//! Records: inserted, changed, read.

use std::sync::Arc;

use super::world::{Harness, World, conflict, insert, keys};
use crate::{Change, Conflict, ConnectionId, Kind, Source, State, StoreError, WriteTx};

/// Everything that a record holds comes back.
pub async fn insert_reads_back_whole<H: Harness>(w: World<H>) {
    let mut ada = w.user("ada");
    ada.state = State::Inactive;
    ada.source = Source::Csv;
    ada.managed_by = None;
    ada.managed_since = None;
    ada.external_ids = vec![(w.a.connection, "E-1 \"x\"".to_owned()), (ConnectionId(77), "é".to_owned())];
    ada.body = "{\"userName\":\"ada\",\"nickName\":\"Ĝ\\u0000\\n\",\"n\":1.50}".to_owned();
    w.change(vec![insert(&ada)]).await;
    let mut read = w.read().await;
    assert_eq!(read.record(Kind::USER, ada.id).await.unwrap().unwrap(), ada);
    assert_eq!(read.record_any(ada.id).await.unwrap().unwrap(), ada);
    assert_eq!(read.record(Kind::GROUP, ada.id).await.unwrap(), None);
    drop(read);

    let custom = crate::Record { kind: Kind(17), ..w.group("room") };
    w.change(vec![insert(&custom)]).await;
    assert_eq!(w.read().await.record_any(custom.id).await.unwrap().unwrap(), custom);
}

/// Version and creation time are storage's own.
pub async fn an_update_raises_the_version_and_keeps_the_creation<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let mut changed = ada.clone();
    changed.version = 99;
    changed.created = w.now();
    changed.modified = w.now();
    changed.body = "{\"userName\":\"ada\",\"title\":\"Countess\"}".to_owned();
    changed.state = State::Inactive;
    changed.external_ids = vec![(w.a.connection, "x".to_owned())];
    let done = w.update(&changed, 1).await.unwrap();
    assert_eq!(done.versions, vec![(ada.id, 2)]);
    let found = w.get(&ada).await.unwrap();
    assert_eq!((found.version, found.created), (2, ada.created));
    assert_eq!(found, crate::Record { version: 2, created: ada.created, ..changed });
}

/// S-ETAG-03: check and write are one step.
pub async fn an_update_of_a_stale_version_changes_nothing<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    w.update(&ada, 1).await.unwrap();
    let stale = crate::Record { body: "{\"stale\":true}".to_owned(), ..ada.clone() };
    assert_eq!(conflict(w.update(&stale, 1).await), Conflict::Version(ada.id));
    assert_eq!(w.get(&ada).await.unwrap().body, ada.body);
    let nobody = w.user("nobody");
    assert_eq!(conflict(w.update(&nobody, 1).await), Conflict::Version(nobody.id));
}

/// An update that does not say what it is based on is a bug of the caller.
pub async fn an_update_without_an_expected_version_is_refused<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let change = Change::Update { record: Box::new(ada.clone()), drop_keys: vec![], add_keys: vec![] };
    let refused = w.commit(WriteTx { changes: vec![change], ..w.tx() }).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    assert_eq!(w.version(&ada).await, 1);
}

/// Memberships changed: the ETag moves, the content stays.
pub async fn a_touch_changes_version_and_time_only<H: Harness>(w: World<H>) {
    let team = w.add_group("team").await;
    let at = w.now();
    let done = w.change(vec![Change::Touch { id: team.id, at }]).await;
    assert_eq!(done.versions, vec![(team.id, 2)]);
    assert_eq!(w.get(&team).await.unwrap(), crate::Record { version: 2, modified: at, ..team });
    let nobody = w.id();
    let missing = w.commit(WriteTx { changes: vec![Change::Touch { id: nobody, at }], ..w.tx() }).await;
    assert_eq!(conflict(missing), Conflict::Missing(nobody));
}

/// Look-ups that find nothing.
pub async fn what_is_not_there_is_none_and_no_error<H: Harness>(w: World<H>) {
    let id = w.id();
    let mut read = w.read().await;
    assert_eq!(read.record(Kind::USER, id).await.unwrap(), None);
    assert_eq!(read.record_any(id).await.unwrap(), None);
    assert_eq!(read.tombstone(id).await.unwrap(), None);
    assert_eq!(read.count(Kind(99)).await.unwrap(), 0);
    assert!(read.members(id, None, 10).await.unwrap().is_empty());
    assert!(read.groups_of(id, true).await.unwrap().is_empty());
    assert_eq!(read.describe(&[id]).await.unwrap(), vec![None]);
    assert_eq!(read.job(crate::JobId(id.0)).await.unwrap(), None);
}

/// A read transaction shows one moment.
pub async fn a_snapshot_does_not_move<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let mut read = w.read().await;
    assert_eq!(read.record(Kind::USER, ada.id).await.unwrap().unwrap().version, 1);
    w.update(&ada, 1).await.unwrap();
    w.add_user("bob").await;
    assert_eq!(read.record(Kind::USER, ada.id).await.unwrap().unwrap().version, 1);
    assert_eq!(read.count(Kind::USER).await.unwrap(), 1);
    drop(read);
    assert_eq!(w.version(&ada).await, 2);
    assert_eq!(w.read().await.count(Kind::USER).await.unwrap(), 2);
}

/// S-ETAG-03: of 20 writers with one ETag exactly one gets through.
pub async fn one_of_many_updates_of_one_version_wins<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let w = Arc::new(w);
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let (w, mut ada) = (w.clone(), ada.clone());
            ada.body = format!("{{\"n\":{n}}}");
            tokio::spawn(async move { w.update(&ada, 1).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(done) => {
                assert_eq!(done.versions, vec![(ada.id, 2)]);
                won += 1;
            }
            refused => assert_eq!(conflict(refused), Conflict::Version(ada.id)),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(w.version(&ada).await, 2);
}

/// What was acknowledged is there after closing and opening.
pub async fn commits_survive_a_restart<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let w = w.reopen().await;
    assert_eq!(w.get(&ada).await, Some(ada.clone()));
    let found = w.read().await.by_key(Kind::USER, &keys(&ada)[0], 5).await.unwrap();
    assert_eq!(found, vec![ada]);
}
