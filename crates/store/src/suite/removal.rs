//! Removed, restored, purged (ruling 8).

use super::world::{Harness, World, add_member, conflict, insert, key, keys, restore, user_name};
use crate::{
    Change, Conflict, EventKind, KeyName, Kind, LogFilter, NewEvent, Purpose, Record, Store, Tombstone,
    WriteTx,
};

/// The record is gone for reads, its name is free, and it is kept aside.
pub async fn a_removed_record_is_a_tombstone<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    w.update(&ada, 1).await.unwrap();
    let ada = w.get(&ada).await.unwrap();
    let at = w.now();
    let done = w.change(vec![Change::Remove { id: ada.id, at }]).await;
    assert!(done.versions.is_empty());
    assert_eq!(w.get(&ada).await, None);
    let mut read = w.read().await;
    assert_eq!(read.record_any(ada.id).await.unwrap(), None);
    assert!(read.by_key(Kind::USER, &keys(&ada)[0], 9).await.unwrap().is_empty());
    let expected = Tombstone { record: Some(ada.clone()), id: ada.id, kind: Kind::USER, removed: at };
    assert_eq!(read.tombstone(ada.id).await.unwrap(), Some(expected));
    drop(read);
    let again = w.commit(WriteTx { changes: vec![Change::Remove { id: ada.id, at }], ..w.tx() }).await;
    assert_eq!(conflict(again), Conflict::Missing(ada.id));
    let other = w.add_user("ada").await;
    assert_ne!(other.id, ada.id);
}

/// For the identity alarm: who held this key, newest first.
pub async fn tombstones_are_found_by_key_and_by_time<H: Harness>(w: World<H>) {
    let external = key(KeyName::ExternalId(w.a.connection), "E1");
    let mut removed = Vec::new();
    for name in ["ada", "bob", "eve"] {
        let record = w.user(name);
        let keys = vec![user_name(name), external.clone()];
        w.change(vec![Change::Insert { record: Box::new(record.clone()), keys }]).await;
        let at = w.now();
        w.change(vec![Change::Remove { id: record.id, at }]).await;
        removed.insert(
            0,
            Tombstone { record: Some(record.clone()), id: record.id, kind: Kind::USER, removed: at },
        );
    }
    let team = w.add_group("ada").await;
    w.change(vec![Change::Remove { id: team.id, at: w.now() }]).await;
    let mut read = w.read().await;
    assert_eq!(read.tombstones_by_key(Kind::USER, &external, 9).await.unwrap(), removed);
    assert_eq!(read.tombstones_by_key(Kind::USER, &external, 2).await.unwrap(), removed[..2]);
    assert_eq!(read.tombstones_by_key(Kind::USER, &user_name("ada"), 9).await.unwrap(), removed[2..]);
    assert!(read.tombstones_by_key(Kind::GROUP, &external, 9).await.unwrap().is_empty());
    assert_eq!(read.tombstones(Kind::USER, None, 9).await.unwrap(), removed);
    assert_eq!(read.tombstones(Kind::USER, Some(removed[0].removed), 1).await.unwrap(), removed[1..2]);
    assert_eq!(read.tombstones(Kind::GROUP, None, 9).await.unwrap().len(), 1);
}

/// Memberships go with the member, change the groups it was in, and come back with it.
pub async fn memberships_go_and_come_back<H: Harness>(w: World<H>) {
    let (team, crew) = (w.add_group("team").await, w.add_group("crew").await);
    let (ada, bob) = (w.add_user("ada").await, w.add_user("bob").await);
    w.change(vec![add_member(&team, &ada), add_member(&team, &bob), add_member(&crew, &ada)]).await;
    let at = w.now();
    w.change(vec![Change::Remove { id: ada.id, at }]).await;
    let found = w.get(&team).await.unwrap();
    assert_eq!((found.version, found.modified), (2, at), "the group's members changed");
    let mut read = w.read().await;
    assert_eq!(read.count_members(team.id).await.unwrap(), 1);
    assert_eq!(read.are_members(team.id, &[ada.id, bob.id]).await.unwrap(), [false, true]);
    assert!(read.groups_of(ada.id, true).await.unwrap().is_empty());
    drop(read);
    // One of the groups goes meanwhile: that membership waits on.
    w.change(vec![Change::Remove { id: crew.id, at: w.now() }]).await;
    let back = Record { modified: w.now(), ..ada.clone() };
    let done = w.change(vec![restore(&back)]).await;
    assert_eq!(done.versions, vec![(ada.id, 2)]);
    let found = w.get(&team).await.unwrap();
    assert_eq!((found.version, found.modified), (3, back.modified));
    let names = |groups: Vec<crate::GroupRef>| groups.into_iter().map(|g| g.display).collect::<Vec<_>>();
    assert_eq!(names(w.read().await.groups_of(ada.id, true).await.unwrap()), ["team"]);
    w.change(vec![restore(&crew)]).await;
    assert_eq!(names(w.read().await.groups_of(ada.id, true).await.unwrap()), ["team", "crew"]);
    assert_eq!(w.read().await.count_members(crew.id).await.unwrap(), 1);
}

/// A group that goes takes no members with it and leaves no versions changed.
pub async fn a_removed_group_leaves_its_members_alone<H: Harness>(w: World<H>) {
    let (team, ada) = (w.add_group("team").await, w.add_user("ada").await);
    w.change(vec![add_member(&team, &ada)]).await;
    w.change(vec![Change::Remove { id: team.id, at: w.now() }]).await;
    assert_eq!(w.version(&ada).await, 1);
    let mut read = w.read().await;
    assert!(read.groups_of(ada.id, true).await.unwrap().is_empty());
    assert!(read.members(team.id, None, 9).await.unwrap().is_empty());
    assert_eq!(read.count_members(team.id).await.unwrap(), 0);
}

/// Restored under the same id and the next version, as it is then; not when its name is taken, nor twice.
pub async fn restore_brings_back_under_the_next_version<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    w.update(&ada, 1).await.unwrap();
    w.change(vec![Change::Remove { id: ada.id, at: w.now() }]).await;
    let holder = w.add_user("ada").await;
    let taken = w.commit(WriteTx { changes: vec![restore(&ada)], ..w.tx() }).await;
    assert_eq!(conflict(taken), Conflict::Unique { name: KeyName::UserName, holder: holder.id });
    let renamed =
        Record { label: "ada2".to_owned(), body: "{\"userName\":\"ada2\"}".to_owned(), ..ada.clone() };
    let done = w.change(vec![restore(&renamed)]).await;
    assert_eq!(done.versions, vec![(ada.id, 3)]);
    assert_eq!(w.get(&ada).await, Some(Record { version: 3, ..renamed.clone() }));
    let mut read = w.read().await;
    assert_eq!(read.by_key(Kind::USER, &user_name("ada2"), 9).await.unwrap().len(), 1);
    assert_eq!(read.tombstone(ada.id).await.unwrap(), None);
    assert!(read.tombstones_by_key(Kind::USER, &user_name("ada"), 9).await.unwrap().is_empty());
    drop(read);
    let twice = w.commit(WriteTx { changes: vec![restore(&renamed)], ..w.tx() }).await;
    assert_eq!(conflict(twice), Conflict::NotRemoved(ada.id));
}

/// Ruling 8: after the retention only id and time are left, and what was said about it is scrubbed.
pub async fn a_purge_leaves_id_and_time_only<H: Harness>(w: World<H>) {
    let (team, ada, bob) = (w.add_group("team").await, w.add_user("ada").await, w.add_user("bob").await);
    let joined =
        NewEvent { object: Some((Kind::USER, ada.id)), ..w.event(&team, EventKind::MembershipAdded) };
    let tx = WriteTx {
        changes: vec![add_member(&team, &ada)],
        events: vec![
            w.event(&ada, EventKind::LearnerCreated),
            joined,
            w.event(&bob, EventKind::LearnerCreated),
        ],
        log: vec![crate::NewLogEntry { raw: Some("ada".to_owned()), ..w.entry(&ada) }, w.entry(&bob)],
        ..w.tx()
    };
    w.commit(tx).await.unwrap();
    let early = w.commit(WriteTx { changes: vec![Change::Purge { id: ada.id }], ..w.tx() }).await;
    assert_eq!(conflict(early), Conflict::NotRemoved(ada.id), "a live record is not purged");
    let at = w.now();
    w.change(vec![Change::Remove { id: ada.id, at }]).await;
    w.change(vec![Change::Purge { id: ada.id }]).await;
    // Twice is fine: two sweeps may meet.
    w.change(vec![Change::Purge { id: ada.id }]).await;
    let mut read = w.read().await;
    let left = Tombstone { record: None, id: ada.id, kind: Kind::USER, removed: at };
    assert_eq!(read.tombstone(ada.id).await.unwrap(), Some(left));
    assert!(read.tombstones(Kind::USER, None, 9).await.unwrap().is_empty());
    assert!(read.tombstones_by_key(Kind::USER, &user_name("ada"), 9).await.unwrap().is_empty());
    let log = read.log(&LogFilter { subject: Some(ada.id), ..LogFilter::default() }, 9).await.unwrap();
    assert_eq!((log[0].entry.label.as_str(), &log[0].entry.raw), ("", &None));
    drop(read);
    let data: Vec<_> = w.feed().await.into_iter().map(|e| e.event.data).collect();
    assert_eq!(data[..2], ["{}", "{}"]);
    assert_ne!(data[2], "{}");
    let back = w.commit(WriteTx { changes: vec![restore(&ada)], ..w.tx() }).await;
    assert_eq!(conflict(back), Conflict::NotRemoved(ada.id));
    w.change(vec![insert(&w.user("ada"))]).await;
}

/// What an event or a log entry must not keep is taken out of it and nothing else of it changes; nor of another tenant's.
pub async fn what_was_written_down_is_written_anew<H: Harness>(w: World<H>) {
    let (ada, bob) = (w.add_user("ada").await, w.add_user("bob").await);
    let events = vec![w.event(&ada, EventKind::LearnerCreated), w.event(&ada, EventKind::LearnerUpdated)];
    let entry =
        crate::NewLogEntry { detail: Some("é".to_owned()), raw: Some("é".to_owned()), ..w.entry(&ada) };
    let log = vec![entry.clone(), w.entry(&bob)];
    w.commit(WriteTx { events: events.clone(), log, ..w.tx() }).await.unwrap();
    let before = w.feed().await;
    let found = w.read().await.log(&LogFilter::default(), 9).await.unwrap();
    let (other, own) = (&found[0], &found[1]);
    let rewrite =
        |id: uuid::Uuid| Change::RewriteEvent { subject: ada.id, id, data: "{\"a\":\"é\"}".to_owned() };
    let again = Change::RewriteEntry { sequence: own.sequence, detail: None, raw: Some("{}".to_owned()) };
    let changes = vec![rewrite(events[0].id), again];
    w.commit(WriteTx { changes: changes.clone(), ..WriteTx::new(w.b.clone()) }).await.unwrap();
    assert_eq!(w.feed().await, before, "another tenant's");
    w.change(changes).await;
    // What is gone by now is passed over.
    let gone = Change::RewriteEntry { sequence: i64::MAX, detail: None, raw: None };
    w.change(vec![rewrite(uuid::Uuid::from_u128(7)), gone]).await;
    let mut after = before.clone();
    after[0].event.data = "{\"a\":\"é\"}".to_owned();
    assert_eq!(w.feed().await, after);
    let kept = w.read().await.log(&LogFilter::default(), 9).await.unwrap();
    let rewritten = crate::NewLogEntry { detail: None, raw: Some("{}".to_owned()), ..entry };
    assert_eq!((&kept[0], &kept[1].entry), (other, &rewritten));
}

/// The sweep learns what is due, of all tenants, and nothing else.
pub async fn what_is_due_for_purging_is_found<H: Harness>(w: World<H>) {
    let (ada, bob) = (w.add_user("ada").await, w.add_user("bob").await);
    let eve = w.user("eve");
    w.commit(WriteTx { changes: vec![insert(&eve)], ..WriteTx::new(w.b.clone()) }).await.unwrap();
    let early = w.now();
    w.change(vec![Change::Remove { id: ada.id, at: early }]).await;
    let remove = vec![Change::Remove { id: eve.id, at: early }];
    w.commit(WriteTx { changes: remove, ..WriteTx::new(w.b.clone()) }).await.unwrap();
    let limit = w.now();
    w.change(vec![Change::Remove { id: bob.id, at: limit }]).await;
    let mut system = w.store().system(Purpose::Sweep).await.unwrap();
    let mut due = system.purgeable(limit, 9).await.unwrap();
    due.sort_unstable();
    assert_eq!(due, [(w.a.tenant, ada.id), (w.b.tenant, eve.id)]);
    assert_eq!(system.purgeable(limit, 1).await.unwrap().len(), 1);
    drop(system);
    w.change(vec![Change::Purge { id: ada.id }]).await;
    let mut system = w.store().system(Purpose::Sweep).await.unwrap();
    assert_eq!(system.purgeable(limit, 9).await.unwrap(), [(w.b.tenant, eve.id)]);
}
