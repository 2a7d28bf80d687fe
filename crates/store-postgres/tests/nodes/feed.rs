//! The feed, written by several nodes.

use std::sync::Arc;
use std::time::Duration;

use store::suite::World;
use store::{Change, EventKind, Kind, Purpose, Store, StoreError, WriteTx};

use super::{Nodes, elsewhere, named};

/// Ruling 10: a reader that keeps only the last position it has seen sees every event once, in order, while nodes write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_the_feed_sees_every_event_once_and_in_order() {
    const EACH: usize = 60;
    let w = Arc::new(World::<Nodes>::open().await);
    let mut subjects = Vec::new();
    for n in 0..4 {
        let record = w.user(&format!("s{n}"));
        w.change(vec![named(&record)]).await;
        subjects.push(record);
    }
    let writers: Vec<_> = (0..9)
        .map(|writer| {
            let (w, node) = (w.clone(), w.harness.all[writer % 3].clone());
            let subject = subjects[writer % 4].clone();
            tokio::spawn(async move {
                for n in 0..EACH {
                    // Each version has one winner, who tells of it: so the order of a subject's events is known.
                    let version = loop {
                        let mut read = node.read(&w.a).await.unwrap();
                        let found = read.record(Kind::USER, subject.id).await.unwrap().unwrap();
                        drop(read);
                        let change = Change::Update {
                            record: Box::new(found.clone()),
                            drop_keys: vec![],
                            add_keys: vec![],
                        };
                        let mut event = w.event(&subject, EventKind::LearnerUpdated);
                        event.request = (found.version + 1).to_string();
                        let tx = WriteTx {
                            expect: vec![store::Expect::Version(subject.id, found.version)],
                            changes: vec![change],
                            events: vec![event],
                            ..w.tx()
                        };
                        match node.commit(tx).await {
                            Ok(done) => break done.versions[0].1,
                            Err(StoreError::Conflict(_)) => {}
                            Err(other) => panic!("{other}"),
                        }
                    };
                    assert!(version > n as i64);
                }
            })
        })
        .collect();
    let reader = {
        let node = w.harness.all[2].clone();
        tokio::spawn(async move {
            let mut seen = Vec::new();
            while seen.len() < 9 * EACH {
                let mut system = node.system(Purpose::Feed).await.unwrap();
                let after = i64::try_from(seen.len()).unwrap();
                let new = system.events(after, 7).await.unwrap();
                for event in new {
                    assert_eq!(
                        event.position,
                        i64::try_from(seen.len()).unwrap() + 1,
                        "no gap and no repetition"
                    );
                    seen.push(event);
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            seen
        })
    };
    for writer in writers {
        writer.await.unwrap();
    }
    let seen = tokio::time::timeout(Duration::from_secs(20), reader).await.unwrap().unwrap();
    for subject in &subjects {
        let versions: Vec<i64> = seen
            .iter()
            .filter(|e| e.event.subject == Some((Kind::USER, subject.id)))
            .map(|e| e.event.request.parse().unwrap())
            .collect();
        assert_eq!(
            versions,
            (2..2 + versions.len() as i64).collect::<Vec<_>>(),
            "in the order of the changes"
        );
    }
    for node in &w.harness.all {
        node.close().await.unwrap();
    }
}

/// A node that dies between commit and position leaves its events to the others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_a_node_that_died_are_placed_by_another() {
    let w = World::<Nodes>::open().await;
    let ada = w.user("ada");
    let events = vec![w.event(&ada, EventKind::LearnerCreated)];
    w.commit(WriteTx { events, ..w.tx() }).await.unwrap();
    // As such a node leaves it: committed, and waiting for its place.
    let left = "
        INSERT INTO event SELECT tenant, nextval('event_ticket'), ordinal, id, kind, subject_kind, subject, object_kind,
            object, cause, batch, connection, 'left', actor, at, data FROM event;
        INSERT INTO pending SELECT tenant, ticket, 1 FROM event WHERE request = 'left'";
    elsewhere(&w, left).await.unwrap();
    let start = std::time::Instant::now();
    let feed = loop {
        let feed = w.feed().await;
        if feed.len() == 2 {
            break feed;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "nobody places it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((feed[1].position, feed[1].event.request.as_str()), (2, "left"));
}
