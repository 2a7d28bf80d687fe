//! Identity alarms: raised once, found by time, settled.

use std::sync::Arc;
use std::time::Duration;

use base::Timestamp;

use super::world::{Harness, World, conflict, restore};
use crate::{Change, Conflict, EventKind, IdentityAlarm, Record, Store, StoreResult, WriteTx};

const DAY: Duration = Duration::from_secs(24 * 3600);
const NEVER: Timestamp = Timestamp::from_micros(0);

fn alarm<H: Harness>(w: &World<H>, about: &Record, claim: u8, at: Timestamp) -> IdentityAlarm {
    IdentityAlarm {
        connection: w.a.connection,
        learner: about.id,
        claim: [claim; 32],
        label: about.label.clone(),
        refused: true,
        at,
    }
}

/// Raises it with an event, a day after the same one at the earliest.
async fn raise<H: Harness>(
    w: &World<H>,
    about: &Record,
    alarm: &IdentityAlarm,
    forget: Timestamp,
) -> StoreResult<()> {
    let quiet = alarm.at.minus(DAY);
    w.commit(WriteTx {
        changes: vec![Change::RaiseAlarm { alarm: Box::new(alarm.clone()), quiet, forget }],
        events: vec![w.event(about, EventKind::ConnectionIdentityRefused)],
        log: vec![w.entry(about)],
        ..w.tx()
    })
    .await
    .map(|_| ())
}

async fn found<H: Harness>(w: &World<H>, since: Timestamp, limit: u32) -> Vec<IdentityAlarm> {
    w.read().await.alarms(w.a.connection, since, limit).await.unwrap()
}

/// The same alarm within its time is refused with event and entry; another learner or claim, and a day later the same, are
/// not.
pub async fn an_alarm_is_raised_once<H: Harness>(w: World<H>) {
    let (ada, bob) = (w.add_user("ada").await, w.add_user("bob").await);
    let now = w.now();
    let first = alarm(&w, &ada, 1, now);
    raise(&w, &ada, &first, NEVER).await.unwrap();
    let again = IdentityAlarm { at: now.plus(DAY / 2), ..first.clone() };
    assert_eq!(conflict(raise(&w, &ada, &again, NEVER).await), Conflict::AlarmRaised(ada.id));
    assert_eq!(found(&w, NEVER, 9).await, std::slice::from_ref(&first));
    let (claim, other) = (alarm(&w, &ada, 2, now.plus(DAY / 4)), alarm(&w, &bob, 1, now.plus(DAY / 3)));
    raise(&w, &ada, &claim, NEVER).await.unwrap();
    raise(&w, &bob, &other, NEVER).await.unwrap();
    let later = IdentityAlarm { at: now.plus(DAY), label: "ada l".to_owned(), refused: false, ..first };
    raise(&w, &ada, &later, NEVER).await.unwrap();
    assert_eq!(w.feed().await.len(), 4);
    let w = w.reopen().await;
    assert_eq!(found(&w, NEVER, 9).await, [later, other, claim]);
}

/// Whoever is second finds it raised, on whatever node.
pub async fn of_many_who_raise_one_alarm_one_does<H: Harness>(w: World<H>) {
    let w = Arc::new(w);
    let ada = w.add_user("ada").await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (w, ada) = (Arc::clone(&w), ada.clone());
            tokio::spawn(async move {
                let alarm = alarm(&w, &ada, 1, w.now());
                raise(&w, &ada, &alarm, NEVER).await
            })
        })
        .collect();
    let mut raised = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => raised += 1,
            refused => assert_eq!(conflict(refused), Conflict::AlarmRaised(ada.id)),
        }
    }
    assert_eq!((raised, w.feed().await.len(), found(&w, NEVER, 9).await.len()), (1, 1, 1));
}

/// Newest first, since a time, so many, of one connection; older ones go as new ones come.
pub async fn alarms_are_found_by_time_and_forgotten<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let start = w.now();
    for n in 0..5 {
        raise(&w, &ada, &alarm(&w, &ada, n, start.plus(DAY * u32::from(n))), NEVER).await.unwrap();
    }
    let claims = async |since, limit| {
        found(&w, since, limit).await.iter().map(|alarm| alarm.claim[0]).collect::<Vec<_>>()
    };
    assert_eq!(claims(NEVER, 9).await, [4, 3, 2, 1, 0]);
    assert_eq!(claims(start.plus(DAY * 2), 9).await, [4, 3, 2]);
    assert_eq!(claims(NEVER, 1).await, [4]);
    raise(&w, &ada, &alarm(&w, &ada, 9, start.plus(DAY * 5)), start.plus(DAY * 3)).await.unwrap();
    assert_eq!(claims(NEVER, 9).await, [9, 4, 3]);
    let mut read = w.store().read(&w.b).await.unwrap();
    assert!(read.alarms(w.a.connection, NEVER, 9).await.unwrap().is_empty());
}

/// By itself, and with a removal, a restoration and a purge; those of others stay.
pub async fn alarms_end_with_what_settles_them<H: Harness>(w: World<H>) {
    let (ada, bob) = (w.add_user("ada").await, w.add_user("bob").await);
    raise(&w, &bob, &alarm(&w, &bob, 1, w.now()), NEVER).await.unwrap();
    let steps = [
        Change::SettleAlarms(ada.id),
        Change::Remove { id: ada.id, at: w.now() },
        restore(&ada),
        Change::Remove { id: ada.id, at: w.now() },
        Change::Purge { id: ada.id },
    ];
    for (claim, step) in (1..).zip(steps) {
        for claim in [claim, claim + 100] {
            raise(&w, &ada, &alarm(&w, &ada, claim, w.now()), NEVER).await.unwrap();
        }
        assert_eq!(found(&w, NEVER, 9).await.len(), 3);
        w.change(vec![step]).await;
        let left: Vec<_> = found(&w, NEVER, 9).await.iter().map(|alarm| alarm.learner).collect();
        assert_eq!(left, [bob.id]);
    }
}
