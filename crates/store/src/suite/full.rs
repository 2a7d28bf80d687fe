//! A directory with something in every table.

use base::Timestamp;

use super::world::{Harness, World, add_member, connection, insert, key, tenant, user_name};
use crate::{
    Adopt, ApiKey, ApiScope, Change, Connection, ConsoleSession, Event, EventFilter, EventKind, Grant, Guard,
    HeldEvent, IdentityAlarm, Job, JobId, JobState, Key, KeyName, Kind, LogEntry, LogFilter, LoginLink,
    NewEvent, Policies, Progress, Purpose, Record, Refusal, Replay, SchemaDoc, SetupLink, Store, Tenant,
    Token, Tombstone, TraceEntry, TrafficMinute, Webhook, WriteTx,
};

/// Fills it; a group whose name is unique.
pub(super) async fn fill<H: Harness>(w: &World<H>) -> Record {
    let ada = w.user("ada");
    let crew = w.group("crew");
    let team = Record { body: r#"{"displayName":"Team \u0000"}"#.to_owned(), ..w.group("team\0\u{1a}") };
    let named = Key { name: KeyName::DisplayName, value: team.label.clone(), unique: true };
    let badge =
        Key { name: KeyName::Attribute("urn:x:badge".to_owned()), value: "7".to_owned(), unique: true };
    let keys = vec![
        user_name("ada"),
        key(KeyName::DisplayName, "ada l"),
        key(KeyName::Email, "ada@a.example"),
        key(KeyName::ExternalId(w.a.connection), "E1"),
        badge,
    ];
    let body = r#"{"userName":"ada","displayName":"Ada L","active":true}"#.to_owned();
    let shown = Record { body, external_ids: vec![(w.a.connection, "E1".to_owned())], ..ada.clone() };
    w.commit(WriteTx {
        changes: vec![
            Change::Insert { record: Box::new(shown), keys },
            Change::Insert { record: Box::new(team.clone()), keys: vec![named] },
            insert(&crew),
            add_member(&team, &ada),
            add_member(&crew, &team),
        ],
        events: vec![w.event(&ada, EventKind::LearnerCreated), w.event(&team, EventKind::GroupCreated)],
        log: vec![w.entry(&ada)],
        ..w.tx()
    })
    .await
    .unwrap();
    removed(w, &team).await;
    settings(w).await;
    guarded(w, &ada).await;
    without_tenant(w).await;
    team
}

/// One that can be restored, with its membership, and one that is purged.
async fn removed<H: Harness>(w: &World<H>, team: &Record) {
    let (bob, eve) = (w.add_user("bob").await, w.add_user("eve").await);
    w.change(vec![add_member(team, &bob)]).await;
    for gone in [&bob, &eve] {
        w.change(vec![Change::Remove { id: gone.id, at: w.now() }]).await;
    }
    w.change(vec![Change::Purge { id: eve.id }]).await;
    w.change(vec![Change::Touch { id: team.id, at: w.now() }]).await;
}

async fn settings<H: Harness>(w: &World<H>) {
    let second = Connection {
        policies: Policies { adopt: Adopt::Never, ..Policies::default() },
        ..connection("okta", "okta0001")
    };
    let token = Token {
        id: "t1".to_owned(),
        tenant: w.a.tenant,
        connection: w.a.connection,
        name: "entra".to_owned(),
        grant: Grant::FULL,
        digest: [7; 32],
        created: w.now(),
        expires: Some(w.now()),
        revoked: None,
        last_used: None,
    };
    let link = SetupLink {
        id: "l1".to_owned(),
        tenant: w.a.tenant,
        connection: w.a.connection,
        name: "Acme's admin".to_owned(),
        digest: [8; 32],
        created: w.now(),
        expires: w.now(),
        revoked: None,
        opened: Some(w.now()),
    };
    let job = Job {
        id: JobId(w.id().0),
        kind: "import".to_owned(),
        state: JobState::Running,
        created: w.now(),
        moved: w.now(),
        progress: "{}".to_owned(),
        payload: vec![0, 1, 255],
    };
    let connection = w.a.connection;
    let alarm = IdentityAlarm {
        connection,
        learner: w.id(),
        claim: [5; 32],
        label: "ada".to_owned(),
        refused: true,
        at: w.now(),
    };
    let never = Timestamp::from_micros(0);
    w.change(vec![
        Change::RaiseAlarm { alarm: Box::new(alarm), quiet: never, forget: never },
        Change::PutConnection(Box::new(second)),
        Change::PutToken(Box::new(token)),
        Change::PutSetupLink(Box::new(link)),
        Change::PutSchema(Box::new(SchemaDoc {
            name: "urn:x".to_owned(),
            kind: Some(Kind(300)),
            body: serde_json::json!({"id": "urn:x"}),
        })),
        Change::PutJob(Box::new(job)),
        Change::CountTraffic(vec![TrafficMinute { connection, minute: 5, reads: 1, writes: 2, failures: 3 }]),
        Change::CountRefusal(Refusal {
            at: w.now(),
            connection,
            status: 401,
            code: "token_revoked".to_owned(),
            detail: "Refused.".to_owned(),
        }),
        Change::Trace(TraceEntry { at: w.now(), connection, body: "{}".to_owned() }),
    ])
    .await;
}

/// An event that is held.
async fn guarded<H: Harness>(w: &World<H>, who: &Record) {
    let notice = NewEvent { subject: None, ..w.event(who, EventKind::ConnectionHeld) };
    let connection = w.a.connection;
    let now = w.now();
    let guard = Guard { connection, weight: 9, floor: 1, percent: 1, now, notice: Box::new(notice) };
    let events = vec![w.event(who, EventKind::LearnerDeactivated)];
    let done = w.commit(WriteTx { events, guard: Some(guard), ..w.tx() }).await.unwrap();
    assert!(done.held);
}

async fn without_tenant<H: Harness>(w: &World<H>) {
    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    // Ids that are gone are not given again.
    let (gone, _) = system.create_tenant(&tenant("gone"), &connection("default", "gone0001")).await.unwrap();
    system.delete_tenant(gone).await.unwrap();
    let (created, expires) = (w.now(), w.now());
    let name = "Ann".to_owned();
    system
        .put_api_key(&ApiKey {
            id: "k1".to_owned(),
            tenant: Some(w.a.tenant),
            name: name.clone(),
            scope: ApiScope::Write,
            digest: [9; 32],
            created,
            expires: None,
            revoked: None,
            last_used: None,
        })
        .await
        .unwrap();
    let replay = Replay {
        owner: "k1".to_owned(),
        name: "r1".to_owned(),
        fingerprint: [3; 32],
        at: created,
        answer: None,
    };
    system.claim_replay(&replay, Timestamp::from_micros(0)).await.unwrap();
    system.settle_replay("k1", "r1", created, Some("{}")).await.unwrap();
    system
        .put_login_link(&LoginLink { digest: [1; 32], name: name.clone(), created, expires })
        .await
        .unwrap();
    let session = ConsoleSession {
        id: "s1".to_owned(),
        name,
        digest: [2; 32],
        previous: Some([3; 32]),
        rotated: created,
        proof: [4; 32],
        created,
        seen: created,
        expires,
    };
    system.put_console_session(&session).await.unwrap();
    let webhook = Webhook {
        id: "w1".to_owned(),
        tenant: None,
        revision: 0,
        created,
        enabled: true,
        body: "{}".to_owned(),
        secrets: r#"["s"]"#.into(),
    };
    system.put_webhook(&webhook, 1).await.unwrap();
}

/// What the doors show of it.
#[derive(Debug, PartialEq)]
pub(super) struct Looked {
    pub(super) position: i64,
    pub(super) groups: u64,
    tenants: Vec<Tenant>,
    connections: Vec<Connection>,
    tokens: Vec<Token>,
    records: Vec<Record>,
    groups_of: Vec<crate::GroupRef>,
    tombstones: Vec<Tombstone>,
    counts: [u64; 5],
    feed: Vec<Event>,
    all: Vec<Event>,
    held: Vec<HeldEvent>,
    log: Vec<LogEntry>,
    trace: Vec<TraceEntry>,
    traffic: Vec<TrafficMinute>,
    alarms: Vec<IdentityAlarm>,
    jobs: Vec<Job>,
    links: Vec<SetupLink>,
    api_keys: Vec<ApiKey>,
    session: Option<ConsoleSession>,
    webhooks: Vec<(Webhook, Progress)>,
}

/// Looks at what [`fill`] made.
pub(super) async fn look<H: Harness>(w: &World<H>) -> Looked {
    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    let mut read = w.read().await;
    let connection = w.a.connection;
    let mut records = read.by_key(Kind::USER, &user_name("ada"), 9).await.unwrap();
    for name in ["crew", "team\0\u{1a}"] {
        records.extend(read.by_key(Kind::GROUP, &key(KeyName::DisplayName, name), 9).await.unwrap());
    }
    records.extend(read.by_key(Kind::USER, &key(KeyName::ExternalId(connection), "E1"), 9).await.unwrap());
    let ada = records[0].id;
    let team = records[2].id;
    Looked {
        position: system.last_position().await.unwrap(),
        groups: read.count(Kind::GROUP).await.unwrap(),
        tenants: system.tenants(None, 99).await.unwrap(),
        connections: read.connections().await.unwrap(),
        tokens: read.tokens().await.unwrap(),
        groups_of: read.groups_of(ada, true).await.unwrap(),
        tombstones: read.tombstones(Kind::USER, None, 99).await.unwrap(),
        counts: [
            read.count(Kind::USER).await.unwrap(),
            read.count_inactive().await.unwrap(),
            read.count_managed(connection).await.unwrap(),
            read.count_members(team).await.unwrap(),
            read.count_held(connection).await.unwrap(),
        ],
        feed: read.events(0, &EventFilter::default(), 99).await.unwrap(),
        all: system.events(0, 99).await.unwrap(),
        held: read.held(connection, 0, 99).await.unwrap(),
        log: read.log(&LogFilter::default(), 99).await.unwrap(),
        trace: read.trace(connection).await.unwrap(),
        traffic: read.traffic(connection, 0).await.unwrap(),
        alarms: read.alarms(connection, Timestamp::from_micros(0), 9).await.unwrap(),
        jobs: read.jobs(99).await.unwrap(),
        links: read.setup_links().await.unwrap(),
        api_keys: system.api_keys().await.unwrap(),
        session: system.console_session(&[3; 32]).await.unwrap(),
        webhooks: system.webhooks().await.unwrap(),
        records,
    }
}
