//! What every test begins with: two tenants with a connection each, and short words for the nouns.

use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base::Timestamp;
use scim::schema::Registry;
use uuid::Uuid;

use crate::{
    Action, Actor, Caller, Cause, Change, Committed, Conflict, Connection, ConnectionId, ConnectionKind,
    Event, EventFilter, EventKind, Expect, Grant, Key, KeyName, Keyset, Kind, NewEvent, NewLogEntry, Outcome,
    Paging, Policies, Purpose, Query, QueryPage, ReadTx, Record, ResourceId, Source, State, Store,
    StoreError, StoreResult, Tenant, TenantId, Total, TypedFilter, WriteTx,
};

/// One empty database of a backend, for one test.
pub trait Harness: Sized + Send + Sync + 'static {
    /// The backend.
    type S: Store;

    /// A new, empty database.
    fn open() -> impl Future<Output = Self> + Send;

    /// The open store.
    fn store(&self) -> &Self::S;

    /// The same database, closed and opened again.
    fn reopen(self) -> impl Future<Output = Self> + Send;
}

/// A harness with two tenants.
#[derive(Debug)]
pub struct World<H: Harness> {
    /// The backend.
    pub harness: H,
    /// Caller of the tenant that a test works in.
    pub a: Caller,
    /// Caller of another tenant, who must never notice.
    pub b: Caller,
    ticks: AtomicI64,
}

/// 2026-11-23T10:00:00Z.
const START: i64 = 1_795_428_000_000_000;

impl<H: Harness> World<H> {
    /// A database with tenants `acme` and `other`.
    pub async fn open() -> Self {
        Self::over(H::open().await).await
    }

    /// The same over a database that is there already, and empty.
    pub async fn over(harness: H) -> Self {
        let mut system = harness.store().system(Purpose::Tenants).await.unwrap();
        let mut callers = Vec::new();
        for (name, handle) in [("acme", "acme0001"), ("other", "other001")] {
            let (tenant, connection) =
                system.create_tenant(&tenant(name), &connection("default", handle)).await.unwrap();
            callers.push(caller(tenant, connection));
        }
        drop(system);
        let b = callers.pop().unwrap();
        let a = callers.pop().unwrap();
        Self { harness, a, b, ticks: AtomicI64::new(0) }
    }

    /// The same world after a restart.
    pub async fn reopen(self) -> Self {
        Self { harness: self.harness.reopen().await, ..self }
    }

    /// The same world in another database.
    pub(super) fn with(self, harness: H) -> Self {
        Self { harness, ..self }
    }

    /// The store.
    pub fn store(&self) -> &H::S {
        self.harness.store()
    }

    /// A later instant at each call.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(START + self.ticks.fetch_add(1, Ordering::SeqCst) * 1_000)
    }

    /// A greater id at each call.
    pub fn id(&self) -> ResourceId {
        let tick = self.ticks.fetch_add(1, Ordering::SeqCst);
        ResourceId(Uuid::from_u128(
            0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(tick.unsigned_abs()),
        ))
    }

    /// A learner that is not stored yet.
    pub fn user(&self, name: &str) -> Record {
        let now = self.now();
        Record {
            id: self.id(),
            kind: Kind::USER,
            version: 1,
            created: now,
            modified: now,
            state: State::Active,
            source: Source::Scim,
            managed_by: Some(self.a.connection),
            managed_since: Some(now),
            external_ids: Vec::new(),
            body: serde_json::json!({"schemas": [scim::schema::USER], "userName": name, "active": true})
                .to_string(),
            label: name.to_owned(),
        }
    }

    /// A group that is not stored yet.
    pub fn group(&self, name: &str) -> Record {
        Record {
            kind: Kind::GROUP,
            managed_by: None,
            managed_since: None,
            body: serde_json::json!({"schemas": [scim::schema::GROUP], "displayName": name}).to_string(),
            ..self.user(name)
        }
    }

    /// An empty write of tenant `acme`.
    pub fn tx(&self) -> WriteTx {
        WriteTx::new(self.a.clone())
    }

    /// Commits.
    pub async fn commit(&self, tx: WriteTx) -> StoreResult<Committed> {
        self.store().commit(tx).await
    }

    /// Commits changes alone, which must work.
    pub async fn change(&self, changes: Vec<Change>) -> Committed {
        self.commit(WriteTx { changes, ..self.tx() }).await.unwrap()
    }

    /// Stores a new learner.
    pub async fn add_user(&self, name: &str) -> Record {
        let record = self.user(name);
        self.change(vec![insert(&record)]).await;
        record
    }

    /// Stores a new group.
    pub async fn add_group(&self, name: &str) -> Record {
        let record = self.group(name);
        self.change(vec![insert(&record)]).await;
        record
    }

    /// A change with what it expects.
    pub async fn update(&self, record: &Record, version: i64) -> StoreResult<Committed> {
        let change = Change::Update { record: Box::new(record.clone()), drop_keys: vec![], add_keys: vec![] };
        let expect = vec![Expect::Version(record.id, version)];
        self.commit(WriteTx { expect, changes: vec![change], ..self.tx() }).await
    }

    /// A snapshot of tenant `acme`.
    pub async fn read(&self) -> Box<dyn ReadTx + '_> {
        self.store().read(&self.a).await.unwrap()
    }

    /// The live record, read afresh.
    pub async fn get(&self, record: &Record) -> Option<Record> {
        self.read().await.record(record.kind, record.id).await.unwrap()
    }

    /// The version of a record that is live.
    pub async fn version(&self, record: &Record) -> i64 {
        self.get(record).await.unwrap().version
    }

    /// All events of tenant `acme`.
    pub async fn feed(&self) -> Vec<Event> {
        self.read().await.events(0, &EventFilter::default(), 100_000).await.unwrap()
    }

    /// An event about a learner.
    pub fn event(&self, subject: &Record, kind: EventKind) -> NewEvent {
        NewEvent {
            id: self.id().0,
            kind,
            subject: Some((subject.kind, subject.id)),
            object: None,
            cause: Cause::Changed,
            batch: Some(self.id().0),
            connection: Some(self.a.connection),
            request: "r-1".to_owned(),
            actor: Actor::Token("entra".to_owned()),
            at: self.now(),
            data: serde_json::json!({"profile": {"userName": subject.label}}).to_string(),
        }
    }

    /// A log entry about a record.
    pub fn entry(&self, subject: &Record) -> NewLogEntry {
        NewLogEntry {
            at: self.now(),
            connection: self.a.connection,
            request: "r-1".to_owned(),
            action: Action::Patch,
            outcome: Outcome::Done,
            status: 200,
            scim_type: None,
            subject: Some((subject.kind, subject.id)),
            label: subject.label.clone(),
            paths: vec!["title".to_owned(), "name.familyName".to_owned()],
            code: None,
            detail: None,
            raw: None,
        }
    }

    /// A query over one type.
    pub fn query(&self, kind: Kind, paging: Paging) -> Query {
        Query {
            types: vec![typed(kind)],
            sort: None,
            paging,
            total: Total::Exact,
            connection: self.a.connection,
            deadline: Duration::from_secs(30),
        }
    }

    /// Runs a query in a snapshot of its own.
    pub async fn run(&self, query: &Query) -> QueryPage {
        self.read().await.query(query).await.unwrap()
    }
}

/// A tenant to be made.
pub fn tenant(name: &str) -> Tenant {
    Tenant {
        id: TenantId(0),
        name: name.to_owned(),
        display_name: format!("{name} Ltd"),
        created: Timestamp::from_micros(START),
        revision: 0,
        settings: serde_json::json!({"retention_days": 30}),
    }
}

/// A connection to be made.
pub fn connection(name: &str, handle: &str) -> Connection {
    Connection {
        id: ConnectionId(0),
        tenant: TenantId(0),
        name: name.to_owned(),
        handle: handle.to_owned(),
        kind: ConnectionKind::Entra,
        dialect: "entra".to_owned(),
        quirks: vec![("op-case".to_owned(), false)],
        groups: true,
        policies: Policies::default(),
        paused: None,
        created: START,
        traced_until: 0,
        first_synced: None,
    }
}

/// A caller with every right.
pub fn caller(tenant: TenantId, connection: ConnectionId) -> Caller {
    Caller { tenant, connection, grant: Grant::FULL, actor: Actor::Token("entra".to_owned()) }
}

/// A user-name key.
pub fn user_name(value: &str) -> Key {
    Key { name: KeyName::UserName, value: value.to_owned(), unique: true }
}

/// A key that several may hold.
pub fn key(name: KeyName, value: &str) -> Key {
    Key { name, value: value.to_owned(), unique: false }
}

/// The keys that the suite gives a record: its label as user name or display name.
pub fn keys(record: &Record) -> Vec<Key> {
    if record.kind == Kind::USER {
        vec![user_name(&record.label)]
    } else {
        vec![key(KeyName::DisplayName, &record.label)]
    }
}

/// A new record with its usual keys.
pub fn insert(record: &Record) -> Change {
    Change::Insert { record: Box::new(record.clone()), keys: keys(record) }
}

/// A record that comes back with its usual keys.
pub fn restore(record: &Record) -> Change {
    Change::Restore { record: Box::new(record.clone()), keys: keys(record) }
}

/// Somebody joins.
pub fn add_member(group: &Record, member: &Record) -> Change {
    Change::AddMember { group: group.id, member: member.id, kind: member.kind }
}

/// Somebody leaves.
pub fn remove_member(group: &Record, member: &Record) -> Change {
    Change::RemoveMember { group: group.id, member: member.id }
}

/// A built-in type without a filter.
pub fn typed(kind: Kind) -> TypedFilter {
    let name = if kind == Kind::GROUP { "Group" } else { "User" };
    let registry = Registry::builtin();
    let resource_type = registry.resource_type(name).unwrap().clone();
    TypedFilter { kind, resource_type, filter: None }
}

/// The page from an offset.
pub fn index(offset: u64, count: u32) -> Paging {
    Paging::Index { offset, count }
}

/// The page after a position.
pub fn after(from: Option<Keyset>, count: u32) -> Paging {
    Paging::Keyset { from, backwards: false, count }
}

/// The page before a position.
pub fn before(from: Option<Keyset>, count: u32) -> Paging {
    Paging::Keyset { from, backwards: true, count }
}

/// The conflict that a commit ended in.
pub fn conflict<T: std::fmt::Debug>(result: StoreResult<T>) -> Conflict {
    match result {
        Err(StoreError::Conflict(conflict)) => conflict,
        other => panic!("a conflict was expected, not {other:?}"),
    }
}
