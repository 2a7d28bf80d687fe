//! A service on a database file of its own, with a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use base::{ManualClock, SeededEntropy, Timestamp};
use service::{
    Answer, Config, Context, DEFAULT, Import, ImportOptions, ImportReport, NewToken, Operator, Preference,
    Projected, Service,
};
use store::{Actor, Event, EventFilter, EventKind, LogEntry, LogFilter, Store};
use testkit::Database;

pub(super) struct World {
    pub(super) service: Service,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: ManualClock,
    pub(super) database: Database,
    _folder: tempfile::TempDir,
}

impl World {
    /// A directory after its first start.
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(folder.path()).await;
        let clock = ManualClock::new("2026-11-23T10:00:00Z".parse().unwrap());
        let store = database.open(Arc::new(clock.clone())).await;
        let service = Self::service(Arc::clone(&store), &clock, 1);
        service.bootstrap().await.unwrap();
        Self { service, store, clock, database, _folder: folder }
    }

    pub(super) fn service(store: Arc<dyn Store>, clock: &ManualClock, seed: u64) -> Service {
        Service::new(
            store,
            Arc::new(clock.clone()),
            Arc::new(SeededEntropy::new(seed)),
            Config::new("https://learn.example"),
        )
    }

    /// Another process on the same database.
    pub(super) async fn other_process(&self, seed: u64) -> Service {
        Self::service(self.open().await, &self.clock, seed)
    }

    /// The same database, opened once more.
    pub(super) async fn open(&self) -> Arc<dyn Store> {
        self.database.open(Arc::new(self.clock.clone())).await
    }

    /// An operator at the default connection of the default tenant.
    pub(super) async fn op(&self) -> Operator {
        self.service.operator(Actor::Cli, DEFAULT, DEFAULT).await.unwrap()
    }

    pub(super) fn now(&self) -> Timestamp {
        base::Clock::now(&self.clock)
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Waits until this process reads what another has committed: within a tenth of a second, by the clock on the wall.
    pub(super) async fn catch_up(&self) {
        tokio::time::sleep(Duration::from_millis(150)).await;
    }

    /// The text of a new token of the operator's connection.
    pub(super) async fn token(&self, op: &Operator) -> String {
        let created = self.service.token_create(op, &NewToken::default()).await.unwrap();
        created.secret.expose().clone()
    }

    /// A request of the identity provider.
    pub(super) async fn request(&self, token: &str) -> Context {
        let header = format!("Bearer {token}");
        let session = self.service.authenticate(Some(&header), None).await.unwrap();
        Context { session, request: "r".into() }
    }

    /// The provider creates a user; gives the id.
    pub(super) async fn provision(&self, token: &str, user_name: &str) -> String {
        let cx = self.request(token).await;
        let body = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "externalId": format!("x-{user_name}"),
            "displayName": user_name,
            "active": true,
        });
        let answer = self
            .service
            .create(&cx, "Users", body.to_string().as_bytes(), &Projected::default(), Preference::None)
            .await
            .unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");
        json(&answer)["id"].as_str().unwrap().to_owned()
    }

    /// The provider patches a user.
    pub(super) async fn patch(&self, token: &str, id: &str, path: &str, value: serde_json::Value) -> Answer {
        let cx = self.request(token).await;
        let body = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": value}],
        });
        let body = body.to_string();
        self.service
            .patch(&cx, "Users", id, body.as_bytes(), &Projected::default(), Preference::None, None)
            .await
            .unwrap()
    }

    /// The provider deletes a resource.
    pub(super) async fn delete(&self, token: &str, endpoint: &str, id: &str) {
        let cx = self.request(token).await;
        let answer = self.service.delete(&cx, endpoint, id, None).await.unwrap();
        assert_eq!(answer.status, 204);
    }

    /// A file that must go in.
    pub(super) async fn import(&self, op: &Operator, text: &str, options: ImportOptions) -> ImportReport {
        match self.service.import(op, text.as_bytes(), options, &mut |_| {}).await.unwrap() {
            Import::Done(report) => report,
            Import::Refused(plan) => panic!("{plan:#?}"),
        }
    }

    /// The feed of the operator's tenant.
    pub(super) async fn events(&self, op: &Operator) -> Vec<Event> {
        let mut read = self.store.read(&op.caller).await.unwrap();
        read.events(0, &EventFilter::default(), 10_000).await.unwrap()
    }

    pub(super) async fn kinds(&self, op: &Operator) -> Vec<EventKind> {
        self.events(op).await.iter().map(|e| e.event.kind).collect()
    }

    /// The log of the operator's tenant, oldest first.
    pub(super) async fn log(&self, op: &Operator) -> Vec<LogEntry> {
        let mut read = self.store.read(&op.caller).await.unwrap();
        let mut entries = read.log(&LogFilter::default(), 1000).await.unwrap();
        entries.reverse();
        entries
    }
}

pub(super) fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(answer.body.as_deref().unwrap()).unwrap()
}

pub(super) fn data(event: &Event) -> serde_json::Value {
    serde_json::from_str(&event.event.data).unwrap()
}
