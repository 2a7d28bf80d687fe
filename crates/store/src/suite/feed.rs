//! The feed's beginning, and who is held back from it.

use super::world::{Harness, World};
use crate::{Change, EventKind, Guard, NewEvent, Purpose, Store, WriteTx};

/// Old events go from the beginning, in portions; the floor says how far; later ones stay where they are.
pub async fn a_trimmed_feed_says_how_far<H: Harness>(w: World<H>) {
    let (ada, eve) = (w.user("ada"), w.user("eve"));
    let old: Vec<_> = (0..4).map(|_| w.event(&ada, EventKind::LearnerUpdated)).collect();
    w.commit(WriteTx { events: old, ..w.tx() }).await.unwrap();
    let theirs = vec![w.event(&eve, EventKind::LearnerUpdated)];
    w.commit(WriteTx { events: theirs, ..WriteTx::new(w.b.clone()) }).await.unwrap();
    let border = w.now();
    let new = vec![w.event(&ada, EventKind::LearnerUpdated)];
    w.commit(WriteTx { events: new, ..w.tx() }).await.unwrap();

    let mut system = w.store().system(Purpose::Sweep).await.unwrap();
    assert_eq!(system.feed_floor().await.unwrap(), 0);
    assert_eq!(system.trim_events(border, 2).await.unwrap(), 2);
    assert_eq!(system.feed_floor().await.unwrap(), 2);
    let left: Vec<_> = system.events(0, 9).await.unwrap().iter().map(|e| e.position).collect();
    assert_eq!(left, [3, 4, 5, 6]);
    assert_eq!(system.trim_events(border, 9).await.unwrap(), 3);
    assert_eq!(system.trim_events(border, 9).await.unwrap(), 0);
    assert_eq!((system.feed_floor().await.unwrap(), system.last_position().await.unwrap()), (5, 6));
    drop(system);
    assert_eq!(w.feed().await.iter().map(|e| e.position).collect::<Vec<_>>(), [6]);
    assert!(w.store().read(&w.b).await.unwrap().events(0, &Default::default(), 9).await.unwrap().is_empty());
}

/// An empty feed goes on where it was, also after a restart.
pub async fn positions_stay_given_when_no_event_is_left<H: Harness>(w: World<H>) {
    let ada = w.user("ada");
    let event = |w: &World<H>| WriteTx { events: vec![w.event(&ada, EventKind::LearnerUpdated)], ..w.tx() };
    for _ in 0..3 {
        w.commit(event(&w)).await.unwrap();
    }
    let mut system = w.store().system(Purpose::Sweep).await.unwrap();
    assert_eq!(system.trim_events(w.now(), 9).await.unwrap(), 3);
    assert_eq!((system.feed_floor().await.unwrap(), system.last_position().await.unwrap()), (3, 3));
    drop(system);
    let w = w.reopen().await;
    assert_eq!(w.commit(event(&w)).await.unwrap().position, Some(4));
    let mut system = w.store().system(Purpose::Feed).await.unwrap();
    assert_eq!((system.feed_floor().await.unwrap(), system.last_position().await.unwrap()), (3, 4));
}

/// Only a beginning goes: what happened long ago and was let in late stays behind what happened since.
pub async fn a_newer_event_keeps_those_after_it<H: Harness>(w: World<H>) {
    let ada = w.user("ada");
    let (early, border) = (w.now(), w.now());
    let at = |at| NewEvent { at, ..w.event(&ada, EventKind::LearnerUpdated) };
    let events = vec![at(early), at(w.now()), at(early)];
    w.commit(WriteTx { events, ..w.tx() }).await.unwrap();
    let mut system = w.store().system(Purpose::Sweep).await.unwrap();
    assert_eq!(system.trim_events(border, 9).await.unwrap(), 1);
    assert_eq!(system.feed_floor().await.unwrap(), 1);
    assert_eq!(system.events(0, 9).await.unwrap().len(), 2);
}

/// Whose events wait is known, until they are let go or dropped.
pub async fn held_subjects_are_known<H: Harness>(w: World<H>) {
    let (ada, bob) = (w.add_user("ada").await, w.add_user("bob").await);
    let connection = w.a.connection;
    let notice = NewEvent { subject: None, ..w.event(&ada, EventKind::ConnectionHeld) };
    let guard =
        Guard { connection, weight: 99, floor: 1, percent: 1, now: w.now(), notice: Box::new(notice) };
    let events = vec![w.event(&ada, EventKind::LearnerDeactivated)];
    let done = w.commit(WriteTx { events, guard: Some(guard), ..w.tx() }).await.unwrap();
    assert!(done.held);
    let ids = [bob.id, ada.id, w.id()];
    assert_eq!(w.read().await.are_held(&ids).await.unwrap(), [false, true, false]);
    assert!(w.read().await.are_held(&[]).await.unwrap().is_empty());
    let theirs = w.store().read(&w.b).await.unwrap().are_held(&ids).await.unwrap();
    assert_eq!(theirs, [false; 3]);
    let through = w.read().await.held(connection, 0, 9).await.unwrap()[0].sequence;
    w.change(vec![Change::ReleaseHeld { connection, through }]).await;
    assert_eq!(w.read().await.are_held(&ids).await.unwrap(), [false; 3]);
}
