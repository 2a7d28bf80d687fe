//! The mass-change guard: what is held, when, in which order, and how it ends.

use std::sync::Arc;
use std::time::Duration;

use base::Timestamp;

use super::world::{Harness, World, conflict, insert};
use crate::{
    Change, Committed, Conflict, ConnectionId, EventKind, Expect, Guard, HeldEvent, NewEvent, Record, WriteTx,
};

const HOUR: Duration = Duration::from_secs(3_600);

async fn learners<H: Harness>(w: &World<H>, count: usize) -> Vec<Record> {
    let all: Vec<_> = (0..count).map(|n| w.user(&format!("u{n}"))).collect();
    w.change(all.iter().map(insert).collect()).await;
    all
}

fn guard<H: Harness>(w: &World<H>, weight: u32, now: Timestamp) -> Guard {
    let nobody = w.user("");
    let notice = NewEvent { subject: None, ..w.event(&nobody, EventKind::ConnectionHeld) };
    Guard { connection: w.a.connection, weight, floor: 2, percent: 10, now, notice: Box::new(notice) }
}

/// Deactivates one learner under the guard.
async fn deactivate<H: Harness>(w: &World<H>, who: &Record, now: Timestamp) -> Committed {
    let events = vec![w.event(who, EventKind::LearnerDeactivated)];
    w.commit(WriteTx { events, guard: Some(guard(w, 1, now)), ..w.tx() }).await.unwrap()
}

async fn held<H: Harness>(w: &World<H>) -> Vec<HeldEvent> {
    let mut read = w.read().await;
    let held = read.held(w.a.connection, 0, 1_000).await.unwrap();
    assert_eq!(read.count_held(w.a.connection).await.unwrap(), held.len() as u64);
    held
}

fn kinds(feed: &[crate::Event]) -> Vec<EventKind> {
    feed.iter().map(|e| e.event.kind).collect()
}

/// More than the floor and more than the share: from then on events are held, with one notice in the feed.
pub async fn events_are_held_beyond_floor_and_share<H: Harness>(w: World<H>) {
    // 10 % of 40 is 4, above the floor of 2.
    let all = learners(&w, 40).await;
    let now = w.now();
    for (n, who) in all[..7].iter().enumerate() {
        let done = deactivate(&w, who, now).await;
        assert_eq!(done.held, n >= 4, "learner {n}");
    }
    let feed = w.feed().await;
    let mut expected = vec![EventKind::LearnerDeactivated; 4];
    expected.push(EventKind::ConnectionHeld);
    assert_eq!(kinds(&feed), expected);
    let held = held(&w).await;
    assert_eq!(
        held.iter().map(|h| h.event.subject.unwrap().1).collect::<Vec<_>>(),
        [all[4].id, all[5].id, all[6].id]
    );
    assert!(held.is_sorted_by_key(|h| h.sequence));
}

/// Of many at once as many pass as of one after the other; one of those that exceed gives notice.
pub async fn at_once_no_more_pass_than_in_turn<H: Harness>(w: World<H>) {
    let all = learners(&w, 40).await;
    let now = w.now();
    let w = Arc::new(w);
    let tasks: Vec<_> = all
        .iter()
        .map(|who| {
            let (w, who) = (w.clone(), who.clone());
            tokio::spawn(async move { deactivate(&w, &who, now).await.held })
        })
        .collect();
    let mut passed = 0;
    for task in tasks {
        passed += usize::from(!task.await.unwrap());
    }
    assert_eq!((passed, held(&w).await.len()), (4, 36));
    let mut feed = kinds(&w.feed().await);
    feed.sort_unstable_by_key(|kind| kind.code());
    let mut expected = vec![EventKind::LearnerDeactivated; 4];
    expected.push(EventKind::ConnectionHeld);
    assert_eq!(feed, expected);
}

/// What was refused is not counted.
pub async fn a_conflict_is_not_counted<H: Harness>(w: World<H>) {
    let all = learners(&w, 5).await;
    let now = w.now();
    for who in &all {
        let tx = WriteTx {
            expect: vec![Expect::Version(who.id, 7)],
            events: vec![w.event(who, EventKind::LearnerDeactivated)],
            guard: Some(guard(&w, 1, now)),
            ..w.tx()
        };
        assert_eq!(conflict(w.commit(tx).await), Conflict::Version(who.id));
        let taken = w.user(&who.label);
        let tx = WriteTx { changes: vec![insert(&taken)], guard: Some(guard(&w, 1, now)), ..w.tx() };
        assert!(matches!(conflict(w.commit(tx).await), Conflict::Unique { .. }));
    }
    for (who, expected) in all.iter().zip([false, false, true]) {
        assert_eq!(deactivate(&w, who, now).await.held, expected);
    }
}

/// A small connection is protected by the floor alone.
pub async fn the_floor_protects_small_connections<H: Harness>(w: World<H>) {
    let all = learners(&w, 5).await;
    let now = w.now();
    for (who, expected) in all.iter().zip([false, false, true, true]) {
        assert_eq!(deactivate(&w, who, now).await.held, expected);
    }
}

/// The count is of the last 24 hours, by the hour.
pub async fn a_day_later_the_count_is_forgotten<H: Harness>(w: World<H>) {
    let all = learners(&w, 5).await;
    let now = w.now();
    assert!(!deactivate(&w, &all[0], now).await.held);
    assert!(!deactivate(&w, &all[1], now.plus(HOUR * 23)).await.held);
    // The first has left the window.
    assert!(!deactivate(&w, &all[2], now.plus(HOUR * 24)).await.held);
    assert!(deactivate(&w, &all[3], now.plus(HOUR * 25)).await.held);
}

/// One write that exceeds by itself is held whole; removals lower the share's base only for the next window.
pub async fn the_share_is_of_those_before_the_window<H: Harness>(w: World<H>) {
    let all = learners(&w, 60).await;
    let now = w.now();
    // 10 % of 60 is 6. With each removal fewer are managed, but the base stays 60.
    for (n, who) in all[..7].iter().enumerate() {
        let tx = WriteTx {
            changes: vec![Change::Remove { id: who.id, at: now }],
            events: vec![w.event(who, EventKind::LearnerRemoved)],
            guard: Some(guard(&w, 1, now)),
            ..w.tx()
        };
        assert_eq!(w.commit(tx).await.unwrap().held, n >= 6, "removal {n}");
    }
    let connection = w.a.connection;
    w.change(vec![Change::DropHeld { connection, through: i64::MAX }]).await;
    // 53 are left: five at once are fine, six are not, and are held together.
    let done = |weight| WriteTx {
        events: vec![
            w.event(&all[10], EventKind::LearnerDeactivated),
            w.event(&all[11], EventKind::LearnerDeactivated),
        ],
        guard: Some(guard(&w, weight, now)),
        ..w.tx()
    };
    assert!(!w.commit(done(5)).await.unwrap().held);
    assert!(w.commit(done(1)).await.unwrap().held);
    assert_eq!(held(&w).await.len(), 2);
}

/// Later events about somebody with held events wait behind them; others pass.
pub async fn order_per_subject_survives<H: Harness>(w: World<H>) {
    let all = learners(&w, 4).await;
    let now = w.now();
    for who in &all[..3] {
        deactivate(&w, who, now).await;
    }
    let plain = |who: &Record| WriteTx { events: vec![w.event(who, EventKind::LearnerUpdated)], ..w.tx() };
    assert!(w.commit(plain(&all[2])).await.unwrap().held);
    assert!(!w.commit(plain(&all[3])).await.unwrap().held);
    // Also another connection's.
    let mut other = plain(&all[2]);
    other.caller.connection = ConnectionId(9_999);
    other.events[0].connection = Some(ConnectionId(9_999));
    assert!(w.commit(other).await.unwrap().held);
    let queue = held(&w).await;
    assert_eq!(queue.len(), 3);
    assert!(queue.iter().all(|h| h.event.subject.unwrap().1 == all[2].id));

    // A held one can be written anew as well.
    let (subject, id) = (all[2].id, queue[0].event.id);
    w.change(vec![Change::RewriteEvent { subject, id, data: "{\"a\":1}".to_owned() }]).await;
    let queue = held(&w).await;
    assert_eq!(queue[0].event.data, "{\"a\":1}");

    let connection = w.a.connection;
    let done = w.change(vec![Change::ReleaseHeld { connection, through: i64::MAX }]).await;
    let feed = w.feed().await;
    assert_eq!(done.position, Some(feed.len() as i64));
    assert_eq!(
        feed.iter().map(|e| e.position).collect::<Vec<_>>(),
        (1..=feed.len() as i64).collect::<Vec<_>>()
    );
    let of_two: Vec<_> = feed.iter().filter(|e| e.event.subject == queue[0].event.subject).collect();
    assert_eq!(
        of_two.iter().map(|e| e.event.clone()).collect::<Vec<_>>(),
        queue.into_iter().map(|h| h.event).collect::<Vec<_>>()
    );
    assert!(held(&w).await.is_empty());
    assert!(!w.commit(plain(&all[2])).await.unwrap().held);
}

/// Released up to a sequence, the rest stays held, and the guard goes on; when nothing is left, it starts afresh.
pub async fn release_and_drop_go_up_to_a_sequence<H: Harness>(w: World<H>) {
    let all = learners(&w, 10).await;
    let now = w.now();
    for who in &all[..6] {
        deactivate(&w, who, now).await;
    }
    let queue = held(&w).await;
    assert_eq!(queue.len(), 4);
    let connection = w.a.connection;
    w.change(vec![Change::ReleaseHeld { connection, through: queue[1].sequence }]).await;
    assert_eq!(held(&w).await, queue[2..]);
    assert_eq!(w.feed().await.len(), 5);
    assert!(deactivate(&w, &all[6], now).await.held, "the connection still has held events");
    assert_eq!(w.feed().await.len(), 5, "and no second notice");

    w.change(vec![Change::DropHeld { connection, through: queue[3].sequence }]).await;
    assert_eq!(held(&w).await.len(), 1);
    w.change(vec![Change::DropHeld { connection, through: i64::MAX }]).await;
    assert_eq!(w.feed().await.len(), 5, "dropped events never enter the feed");
    assert!(!deactivate(&w, &all[7], now).await.held, "the count starts afresh");
    // Held later than the sequence that somebody approved: stays.
    for who in &all[..3] {
        deactivate(&w, who, now).await;
    }
    let later = held(&w).await;
    assert!(!later.is_empty());
    w.change(vec![Change::ReleaseHeld { connection, through: queue[3].sequence }]).await;
    assert_eq!(held(&w).await, later);
    assert!(later[0].sequence > queue[3].sequence, "sequences are not used again");
}

/// Held events page by sequence and survive a restart.
pub async fn held_events_page_and_survive<H: Harness>(w: World<H>) {
    let all = learners(&w, 6).await;
    let now = w.now();
    for who in &all {
        deactivate(&w, who, now).await;
    }
    let queue = held(&w).await;
    let w = w.reopen().await;
    let mut read = w.read().await;
    assert_eq!(read.held(w.a.connection, 0, 2).await.unwrap(), queue[..2]);
    assert_eq!(read.held(w.a.connection, queue[1].sequence, 9).await.unwrap(), queue[2..]);
    assert!(read.held(ConnectionId(9_999), 0, 9).await.unwrap().is_empty());
    drop(read);
    assert!(deactivate(&w, &all[0], now).await.held);
}
