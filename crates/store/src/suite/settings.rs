//! Connections, tokens, schemas, jobs, and the tenant's revision.

use super::world::{Harness, World, conflict, connection};
use crate::{
    Change, Conflict, Connection, ConnectionId, ConnectionKind, Expect, Grant, Job, JobId, JobState, Kind,
    Purpose, SchemaDoc, Scope, Store, Token, WriteTx,
};

async fn revision<H: Harness>(w: &World<H>) -> i64 {
    w.read().await.tenant().await.unwrap().unwrap().revision
}

/// Made, changed, found by handle; names within the tenant and handles overall are unique.
pub async fn connections_are_made_and_changed<H: Harness>(w: World<H>) {
    let new = Connection { kind: ConnectionKind::Okta, ..connection("okta", "okta0001") };
    let before = revision(&w).await;
    let done = w.change(vec![Change::PutConnection(Box::new(new.clone()))]).await;
    let [id] = done.connections[..] else { panic!("one connection was made: {done:?}") };
    assert!(revision(&w).await > before);
    let mut stored = Connection { id, tenant: w.a.tenant, ..new.clone() };
    let mut read = w.read().await;
    let all = read.connections().await.unwrap();
    assert_eq!((all.len(), &all[1]), (2, &stored));
    assert_eq!((all[0].id, all[0].name.as_str()), (w.a.connection, "default"));
    drop(read);

    stored.paused = Some(5);
    stored.groups = false;
    stored.name = "okta-eu".to_owned();
    let done = w.change(vec![Change::PutConnection(Box::new(stored.clone()))]).await;
    assert!(done.connections.is_empty());
    let mut system = w.store().system(Purpose::Authenticate).await.unwrap();
    let (found, tenant) = system.connection("okta0001").await.unwrap().unwrap();
    assert_eq!((found, tenant.name.as_str()), (stored.clone(), "acme"));
    assert_eq!(system.connection("nobody").await.unwrap(), None);
    drop(system);

    let put = async |c: Connection| {
        conflict(w.commit(WriteTx { changes: vec![Change::PutConnection(Box::new(c))], ..w.tx() }).await)
    };
    let twin = Connection { handle: "fresh001".to_owned(), name: "default".to_owned(), ..new.clone() };
    assert_eq!(put(twin).await, Conflict::NameTaken("default".to_owned()));
    let theirs = Connection { handle: "other001".to_owned(), name: "x".to_owned(), ..new.clone() };
    assert_eq!(put(theirs).await, Conflict::NameTaken("other001".to_owned()));
    let gone = put(Connection { id: ConnectionId(9_999), ..stored.clone() }).await;
    assert!(matches!(gone, Conflict::Gone(_)), "{gone:?}");
    let foreign = put(Connection { id: w.b.connection, ..stored }).await;
    assert!(matches!(foreign, Conflict::Gone(_)), "{foreign:?}");
}

/// Tokens by digest, with their connection and tenant; changed by id; last use never goes back.
pub async fn tokens_are_found_by_digest<H: Harness>(w: World<H>) {
    let token = Token {
        id: "t1".to_owned(),
        tenant: w.a.tenant,
        connection: w.a.connection,
        name: "entra".to_owned(),
        grant: Grant { scope: Scope::Users, write: false },
        digest: [7; 32],
        created: w.now(),
        expires: Some(w.now()),
        revoked: None,
        last_used: None,
    };
    w.change(vec![Change::PutToken(Box::new(token.clone()))]).await;
    let find = async |digest: [u8; 32]| {
        let mut system = w.store().system(Purpose::Authenticate).await.unwrap();
        system.token(&digest).await.unwrap()
    };
    let (found, of, tenant) = find([7; 32]).await.unwrap();
    assert_eq!((found, of.id, tenant.id), (token.clone(), w.a.connection, w.a.tenant));
    assert!(find([8; 32]).await.is_none());

    let (early, late) = (w.now(), w.now());
    let mut system = w.store().system(Purpose::Authenticate).await.unwrap();
    for at in [late, early] {
        system
            .note_token_use(&[(w.a.tenant, "t1".to_owned(), at), (w.b.tenant, "t1".to_owned(), at)])
            .await
            .unwrap();
    }
    drop(system);
    let revoked = Token { revoked: Some(w.now()), name: "old".to_owned(), ..token.clone() };
    w.change(vec![Change::PutToken(Box::new(revoked.clone()))]).await;
    let expected = Token { last_used: Some(late), ..revoked };
    assert_eq!(find([7; 32]).await.unwrap().0, expected, "a revoked token is still explained");

    let put = async |token: Token| {
        conflict(w.commit(WriteTx { changes: vec![Change::PutToken(Box::new(token))], ..w.tx() }).await)
    };
    let twin = Token { id: "t2".to_owned(), ..token.clone() };
    assert_eq!(put(twin).await, Conflict::NameTaken("t2".to_owned()));
    let lost = Token { id: "t3".to_owned(), digest: [9; 32], connection: w.b.connection, ..token.clone() };
    assert!(matches!(put(lost).await, Conflict::Gone(_)));
    let next = Token { id: "a-later-one".to_owned(), digest: [10; 32], created: w.now(), ..token };
    w.change(vec![Change::PutToken(Box::new(next.clone()))]).await;
    assert_eq!(w.read().await.tokens().await.unwrap(), [expected, next]);
}

/// Schemas by name; the tenant's name and settings; each raises the revision, which can be expected.
pub async fn settings_raise_the_revision<H: Harness>(w: World<H>) {
    let doc = |name: &str, kind| SchemaDoc {
        name: name.to_owned(),
        kind,
        body: serde_json::json!({"n": name, "x": 1.50}),
    };
    let mut last = revision(&w).await;
    let mut raised = async |changes: Vec<Change>| {
        w.change(changes).await;
        let now = revision(&w).await;
        assert!(now > last, "the revision rises");
        last = now;
    };
    let (room, urn) = (doc("Room", Some(Kind(16))), doc("urn:x", None));
    raised(vec![Change::PutSchema(Box::new(urn.clone())), Change::PutSchema(Box::new(room.clone()))]).await;
    assert_eq!(w.read().await.schemas().await.unwrap(), [room.clone(), urn.clone()]);
    let newer = SchemaDoc { body: serde_json::json!([]), ..urn };
    raised(vec![Change::PutSchema(Box::new(newer.clone()))]).await;
    raised(vec![Change::DropSchema("Room".to_owned())]).await;
    assert_eq!(w.read().await.schemas().await.unwrap(), [newer]);
    let settings = serde_json::json!({"retention_days": 7, "name": "é"});
    raised(vec![Change::PutTenant { display_name: "Acme!".to_owned(), settings: settings.clone() }]).await;
    let tenant = w.read().await.tenant().await.unwrap().unwrap();
    assert_eq!(
        (tenant.display_name.as_str(), &tenant.settings, tenant.name.as_str()),
        ("Acme!", &settings, "acme")
    );

    let gone = w.commit(WriteTx { changes: vec![Change::DropSchema("Room".to_owned())], ..w.tx() }).await;
    assert!(matches!(conflict(gone), Conflict::Gone(_)));
    let pause = |revision| {
        let change = Change::PutTenant { display_name: "x".to_owned(), settings: serde_json::json!({}) };
        WriteTx { expect: vec![Expect::Revision(revision)], changes: vec![change], ..w.tx() }
    };
    w.commit(pause(last)).await.unwrap();
    assert_eq!(conflict(w.commit(pause(last)).await), Conflict::Revision);
    // What is no setting leaves it alone.
    let now = revision(&w).await;
    w.add_user("ada").await;
    assert_eq!(revision(&w).await, now);
}

/// Jobs: payload written once and kept while they run, newest first, the running ones of all tenants found.
pub async fn jobs_move_on_and_are_found<H: Harness>(w: World<H>) {
    let job = |n: u128| Job {
        id: JobId(uuid::Uuid::from_u128(n)),
        kind: "csv_import".to_owned(),
        state: JobState::Running,
        created: w.now(),
        moved: w.now(),
        progress: "{\"done\":0}".to_owned(),
        payload: vec![0, 255, 10],
    };
    let (one, two, theirs) = (job(2), job(1), job(3));
    for job in [&one, &two] {
        w.change(vec![Change::PutJob(Box::new(job.clone()))]).await;
    }
    let put = vec![Change::PutJob(Box::new(theirs.clone()))];
    w.commit(WriteTx { changes: put, ..WriteTx::new(w.b.clone()) }).await.unwrap();
    assert_eq!(w.read().await.jobs(9).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(w.read().await.jobs(1).await.unwrap(), std::slice::from_ref(&two));
    let on = Job { progress: "{\"done\":5}".to_owned(), moved: w.now(), payload: vec![], ..one.clone() };
    w.change(vec![Change::PutJob(Box::new(on.clone()))]).await;
    let kept = Job { payload: one.payload.clone(), ..on };
    assert_eq!(w.read().await.job(one.id).await.unwrap(), Some(kept));
    let done = Job {
        state: JobState::Done,
        progress: "{\"done\":9}".to_owned(),
        moved: w.now(),
        payload: vec![],
        ..one.clone()
    };
    w.change(vec![Change::PutJob(Box::new(Job { payload: vec![7], ..done.clone() }))]).await;
    assert_eq!(w.read().await.job(one.id).await.unwrap(), Some(done), "what is over keeps no payload");
    let running = w.store().system(Purpose::Sweep).await.unwrap().running_jobs().await.unwrap();
    assert_eq!(running, [(w.a.tenant, two), (w.b.tenant, theirs)]);
}

/// What has not moved for long is taken over, once; what moves, is done, or is of another kind, is left alone.
pub async fn a_job_that_stands_still_goes_to_one_of_those_who_claim_it<H: Harness>(w: World<H>) {
    let still = |n: u128| Job {
        id: JobId(uuid::Uuid::from_u128(n)),
        kind: "csv_import".to_owned(),
        state: JobState::Running,
        created: w.now(),
        moved: w.now(),
        progress: "{}".to_owned(),
        payload: vec![1, 2],
    };
    let done = Job { state: JobState::Done, ..still(1) };
    let other = Job { kind: "note".to_owned(), ..still(2) };
    let lost: Vec<Job> = (3..23).map(still).collect();
    let border = w.now();
    let moving = still(24);
    for (n, job) in [&done, &other, &moving].into_iter().chain(&lost).enumerate() {
        let caller = if n % 2 == 0 { &w.a } else { &w.b };
        let changes = vec![Change::PutJob(Box::new(job.clone()))];
        w.commit(WriteTx { changes, ..WriteTx::new(caller.clone()) }).await.unwrap();
    }
    let now = w.now();
    let w = std::sync::Arc::new(w);
    let claims: Vec<_> = (0..8)
        .map(|_| {
            let w = w.clone();
            tokio::spawn(async move {
                let mut system = w.store().system(Purpose::Sweep).await.unwrap();
                let mut mine = Vec::new();
                loop {
                    let claimed = system.claim_jobs("csv_import", border, now, 3).await.unwrap();
                    assert!(claimed.len() <= 3);
                    if claimed.is_empty() {
                        return mine;
                    }
                    mine.extend(claimed);
                }
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for claim in claims {
        claimed.extend(claim.await.unwrap().into_iter().map(|(_, job)| job));
    }
    claimed.sort_by_key(|job| job.id.0);
    let expected: Vec<Job> = lost.into_iter().map(|job| Job { moved: now, ..job }).collect();
    assert_eq!(claimed, expected, "each once, as it stands, payload and all");
}
