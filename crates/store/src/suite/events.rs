//! Events: dense positions in the order of commits, whole, filtered (ruling 10).

use std::collections::HashMap;
use std::sync::Arc;

use super::world::{Harness, World, insert};
use crate::{Actor, Cause, EventFilter, EventKind, Kind, NewEvent, Purpose, Store, WriteTx};

/// Every field comes back, for each tenant its own, and for the feed across tenants all.
pub async fn events_read_back_whole<H: Harness>(w: World<H>) {
    let (ada, team) = (w.user("ada"), w.group("team"));
    let mut all = vec![
        w.event(&ada, EventKind::LearnerCreated),
        NewEvent {
            kind: EventKind::MembershipAdded,
            subject: Some((Kind::GROUP, team.id)),
            object: Some((Kind::USER, ada.id)),
            cause: Cause::InitialSync,
            actor: Actor::Cli,
            ..w.event(&ada, EventKind::MembershipAdded)
        },
        NewEvent {
            subject: None,
            batch: None,
            connection: None,
            actor: Actor::ApiKey("k \"1\"".to_owned()),
            data: "{}".to_owned(),
            ..w.event(&ada, EventKind::ConnectionSynced)
        },
    ];
    for (kind, actor) in EventKind::ALL.iter().zip([Actor::System].iter().cycle()) {
        all.push(NewEvent { kind: *kind, actor: actor.clone(), ..w.event(&ada, *kind) });
    }
    let done = w.commit(WriteTx { events: all.clone(), ..w.tx() }).await.unwrap();
    assert_eq!(done.position, Some(all.len() as i64));
    let feed = w.feed().await;
    assert_eq!(feed.iter().map(|e| e.event.clone()).collect::<Vec<_>>(), all);
    assert!(feed.iter().all(|e| e.tenant == w.a.tenant));
    assert_eq!(
        feed.iter().map(|e| e.position).collect::<Vec<_>>(),
        (1..=all.len() as i64).collect::<Vec<_>>()
    );

    let theirs =
        WriteTx { events: vec![w.event(&ada, EventKind::LearnerUpdated)], ..WriteTx::new(w.b.clone()) };
    let position = w.commit(theirs).await.unwrap().position.unwrap();
    let mut system = w.store().system(Purpose::Feed).await.unwrap();
    let everything = system.events(0, 1_000).await.unwrap();
    assert_eq!(everything.len(), all.len() + 1);
    assert_eq!(
        (everything.last().unwrap().tenant, everything.last().unwrap().position),
        (w.b.tenant, position)
    );
    assert_eq!(system.events(position - 1, 10).await.unwrap().len(), 1);
    assert_eq!(system.last_position().await.unwrap(), position);
}

/// Ruling 10: under concurrent writers positions have no gaps, and each commit's events stand together in its order.
pub async fn positions_are_dense_in_commit_order<H: Harness>(w: World<H>) {
    let w = Arc::new(w);
    let tasks: Vec<_> = (0..40)
        .map(|task| {
            let w = w.clone();
            tokio::spawn(async move {
                let mut last = 0;
                for n in 0..5 {
                    let ada = w.user(&format!("u{task}-{n}"));
                    let event = |kind| NewEvent { request: format!("{task}-{n}"), ..w.event(&ada, kind) };
                    let events = vec![event(EventKind::LearnerCreated), event(EventKind::LearnerUpdated)];
                    let tx = WriteTx { changes: vec![insert(&ada)], events, ..w.tx() };
                    let position = w.commit(tx).await.unwrap().position.unwrap();
                    assert!(position > last, "a later commit of one caller has a later position");
                    last = position;
                    // What is acknowledged is in the feed.
                    let seen = w.read().await.events(position - 1, &EventFilter::default(), 1).await.unwrap();
                    assert_eq!(seen[0].event.request, format!("{task}-{n}"));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let feed = w.feed().await;
    assert_eq!(feed.iter().map(|e| e.position).collect::<Vec<_>>(), (1..=400).collect::<Vec<_>>());
    for pair in feed.chunks(2) {
        assert_eq!(pair[0].event.request, pair[1].event.request);
        assert_eq!(
            (pair[0].event.kind, pair[1].event.kind),
            (EventKind::LearnerCreated, EventKind::LearnerUpdated)
        );
    }
    let mut steps: HashMap<&str, Vec<&str>> = HashMap::new();
    for event in &feed {
        let (task, n) = event.event.request.split_once('-').unwrap();
        steps.entry(task).or_default().push(n);
    }
    assert!(steps.values().all(|steps| steps.is_sorted()));
}

/// Paging by position, by kind, by subject.
pub async fn the_feed_is_filtered_and_paged<H: Harness>(w: World<H>) {
    let (ada, bob) = (w.user("ada"), w.user("bob"));
    let mut events = Vec::new();
    for n in 0..10 {
        let kind = if n % 2 == 0 { EventKind::LearnerUpdated } else { EventKind::LearnerDeactivated };
        events.push(w.event(if n % 5 == 0 { &ada } else { &bob }, kind));
    }
    w.commit(WriteTx { events, ..w.tx() }).await.unwrap();
    let mut read = w.read().await;
    let mut positions = async |after, kinds: &[EventKind], subject, limit| {
        let filter = EventFilter { kinds: kinds.to_vec(), subject };
        let found = read.events(after, &filter, limit).await.unwrap();
        found.iter().map(|e| e.position).collect::<Vec<_>>()
    };
    assert_eq!(positions(0, &[], None, 3).await, [1, 2, 3]);
    assert_eq!(positions(8, &[], None, 5).await, [9, 10]);
    assert_eq!(positions(3, &[EventKind::LearnerDeactivated], None, 2).await, [4, 6]);
    assert_eq!(positions(0, &[EventKind::GroupCreated], None, 9).await, [0; 0]);
    assert_eq!(positions(0, EventKind::ALL, Some(ada.id), 9).await, [1, 6]);
    assert_eq!(positions(1, &[], Some(ada.id), 9).await, [6]);
    assert_eq!(positions(0, &[EventKind::LearnerUpdated], Some(ada.id), 9).await, [1]);
}

/// Positions go on after a restart.
pub async fn positions_go_on_after_a_restart<H: Harness>(w: World<H>) {
    let ada = w.user("ada");
    let event = |w: &World<H>| WriteTx { events: vec![w.event(&ada, EventKind::LearnerUpdated)], ..w.tx() };
    assert_eq!(w.commit(event(&w)).await.unwrap().position, Some(1));
    let w = w.reopen().await;
    assert_eq!(w.commit(event(&w)).await.unwrap().position, Some(2));
}
