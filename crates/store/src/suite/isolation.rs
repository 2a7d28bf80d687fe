//! Another tenant notices nothing: every read, with everything there to be seen.

use base::Timestamp;

use super::world::{
    Harness, World, add_member, after, conflict, index, insert, key, keys, remove_member, restore,
};
use crate::{
    Change, Conflict, EventFilter, EventKind, Expect, Guard, IdentityAlarm, Job, JobId, JobState, KeyName,
    Kind, LogFilter, NewEvent, Refusal, SchemaDoc, Store, Token, TraceEntry, TrafficMinute, WriteTx,
};

/// Fills tenant `acme` with one of everything, then reads all of it as `other`.
pub async fn every_read_of_another_tenant_sees_nothing<H: Harness>(w: World<H>) {
    let (team, ada, old) = (w.add_group("team").await, w.add_user("ada").await, w.user("old"));
    let external = key(KeyName::ExternalId(w.a.connection), "E1");
    let connection = w.a.connection;
    let notice = NewEvent { subject: None, ..w.event(&ada, EventKind::ConnectionHeld) };
    let job = Job {
        id: JobId(w.id().0),
        kind: "csv_import".to_owned(),
        state: JobState::Running,
        created: w.now(),
        moved: w.now(),
        progress: String::new(),
        payload: vec![],
    };
    let token = Token {
        id: "t1".to_owned(),
        tenant: w.a.tenant,
        connection,
        name: String::new(),
        grant: crate::Grant::FULL,
        digest: [1; 32],
        created: w.now(),
        expires: None,
        revoked: None,
        last_used: None,
    };
    w.change(vec![Change::Insert { record: Box::new(old.clone()), keys: vec![external.clone()] }]).await;
    let events = vec![w.event(&ada, EventKind::LearnerDeactivated)];
    w.commit(WriteTx { events: events.clone(), log: vec![w.entry(&ada)], ..w.tx() }).await.unwrap();
    let guard =
        Guard { connection, weight: 99, floor: 1, percent: 1, now: w.now(), notice: Box::new(notice) };
    let done = w.commit(WriteTx { events, guard: Some(guard), ..w.tx() }).await.unwrap();
    assert!(done.held);
    let minute = TrafficMinute { connection, minute: 1, reads: 1, writes: 1, failures: 1 };
    let at = w.now();
    let schema = SchemaDoc { name: "urn:x".to_owned(), kind: None, body: serde_json::json!({}) };
    let alarm = IdentityAlarm {
        connection,
        learner: ada.id,
        claim: [1; 32],
        label: String::new(),
        refused: true,
        at,
    };
    w.change(vec![
        add_member(&team, &ada),
        Change::RaiseAlarm { alarm: Box::new(alarm), quiet: at, forget: at },
        Change::Remove { id: old.id, at },
        Change::PutToken(Box::new(token)),
        Change::PutSchema(Box::new(schema)),
        Change::PutJob(Box::new(job.clone())),
        Change::CountTraffic(vec![minute]),
        Change::CountRefusal(Refusal {
            at,
            connection,
            status: 401,
            code: "c".to_owned(),
            detail: "d".to_owned(),
        }),
        Change::Trace(TraceEntry { at, connection, body: "{}".to_owned() }),
    ])
    .await;

    let mut read = w.store().read(&w.b).await.unwrap();
    for kind in [Kind::USER, Kind::GROUP] {
        assert_eq!(read.count(kind).await.unwrap(), 0);
        for id in [ada.id, team.id, old.id] {
            assert_eq!(read.record(kind, id).await.unwrap(), None);
        }
        assert!(read.by_key(kind, &keys(&ada)[0], 9).await.unwrap().is_empty());
        assert!(read.by_key(kind, &keys(&team)[0], 9).await.unwrap().is_empty());
        assert!(read.tombstones_by_key(kind, &external, 9).await.unwrap().is_empty());
        assert!(read.tombstones(kind, None, 9).await.unwrap().is_empty());
        for paging in [index(0, 9), after(None, 9)] {
            let page = read.query(&w.query(kind, paging)).await.unwrap();
            assert_eq!((page.records.len(), page.total), (0, Some(0)));
        }
    }
    for id in [ada.id, team.id, old.id] {
        assert_eq!(read.record_any(id).await.unwrap(), None);
        assert_eq!(read.tombstone(id).await.unwrap(), None);
        assert!(read.groups_of(id, true).await.unwrap().is_empty());
        assert!(read.members(id, None, 9).await.unwrap().is_empty());
        assert_eq!(read.count_members(id).await.unwrap(), 0);
    }
    assert_eq!(read.are_members(team.id, &[ada.id]).await.unwrap(), [false]);
    assert_eq!(read.describe(&[ada.id, team.id]).await.unwrap(), [None, None]);
    assert_eq!(read.count_inactive().await.unwrap() + read.count_managed(connection).await.unwrap(), 0);
    assert_eq!(read.tenant().await.unwrap().unwrap().name, "other");
    assert!(read.connections().await.unwrap().iter().all(|c| c.id == w.b.connection));
    assert!(read.tokens().await.unwrap().is_empty());
    assert!(read.schemas().await.unwrap().is_empty());
    assert!(read.events(0, &EventFilter::default(), 9).await.unwrap().is_empty());
    let about = EventFilter { subject: Some(ada.id), ..EventFilter::default() };
    assert!(read.events(0, &about, 9).await.unwrap().is_empty());
    assert!(read.held(connection, 0, 9).await.unwrap().is_empty());
    assert_eq!(read.count_held(connection).await.unwrap(), 0);
    for subject in [None, Some(ada.id)] {
        assert!(read.log(&LogFilter { subject, ..LogFilter::default() }, 9).await.unwrap().is_empty());
    }
    assert!(read.trace(connection).await.unwrap().is_empty());
    assert!(read.traffic(connection, 0).await.unwrap().is_empty());
    assert!(read.alarms(connection, Timestamp::from_micros(0), 9).await.unwrap().is_empty());
    assert_eq!(read.job(job.id).await.unwrap(), None);
    assert!(read.jobs(9).await.unwrap().is_empty());
    drop(read);
    // And the tenant itself sees it all, so the reads above had something to miss.
    let mut read = w.read().await;
    assert_eq!(read.count_held(connection).await.unwrap(), 1);
    assert_eq!(read.log(&LogFilter::default(), 9).await.unwrap().len(), 2);
    assert_eq!(read.tombstones_by_key(Kind::USER, &external, 9).await.unwrap().len(), 1);
    assert_eq!(
        read.trace(connection).await.unwrap().len() + read.traffic(connection, 0).await.unwrap().len(),
        2
    );
    assert_eq!(read.jobs(9).await.unwrap().len() + read.tokens().await.unwrap().len(), 2);
    assert_eq!(read.alarms(connection, Timestamp::from_micros(0), 9).await.unwrap().len(), 1);
}

/// Writes with a foreign id find nothing to change.
pub async fn writes_of_another_tenant_touch_nothing<H: Harness>(w: World<H>) {
    let (team, ada, old) = (w.add_group("team").await, w.add_user("ada").await, w.add_user("old").await);
    w.change(vec![add_member(&team, &ada), Change::Remove { id: old.id, at: w.now() }]).await;
    let at = w.now();
    let theirs = async |expect: Vec<Expect>, change: Change| {
        conflict(w.commit(WriteTx { expect, changes: vec![change], ..WriteTx::new(w.b.clone()) }).await)
    };
    let update = Change::Update { record: Box::new(ada.clone()), drop_keys: keys(&ada), add_keys: vec![] };
    assert_eq!(theirs(vec![Expect::Version(ada.id, 1)], update).await, Conflict::Version(ada.id));
    assert_eq!(
        theirs(vec![Expect::Exists(ada.id)], Change::Touch { id: ada.id, at }).await,
        Conflict::Missing(ada.id)
    );
    assert_eq!(theirs(vec![], Change::Touch { id: ada.id, at }).await, Conflict::Missing(ada.id));
    assert_eq!(theirs(vec![], Change::Remove { id: ada.id, at }).await, Conflict::Missing(ada.id));
    assert_eq!(theirs(vec![], restore(&old)).await, Conflict::NotRemoved(old.id));
    assert_eq!(theirs(vec![], Change::Purge { id: old.id }).await, Conflict::NotRemoved(old.id));
    assert_eq!(theirs(vec![], add_member(&team, &old)).await, Conflict::Missing(team.id));
    let pair = Conflict::Membership { group: team.id, member: ada.id };
    assert_eq!(theirs(vec![], remove_member(&team, &ada)).await, pair);
    assert_eq!((w.version(&ada).await, w.get(&ada).await), (1, Some(ada.clone())));
    assert_eq!(w.read().await.count_members(team.id).await.unwrap(), 1);
    // A name taken here is free there.
    let tx = WriteTx { changes: vec![insert(&w.user("ada"))], ..WriteTx::new(w.b.clone()) };
    w.commit(tx).await.unwrap();
}
