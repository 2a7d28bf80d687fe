//! A service on a database of its own, and one connection that talks to it.

use std::sync::Arc;
use std::time::Duration;

use base::{ManualClock, SeededEntropy, Timestamp};
use scim::{Result, ScimError, ScimType};
use serde_json::{Value, json};
use service::{
    Answer, Config, ConnectionChange, Context, NewToken, Operator, Preference, Projected, QueryParams,
    Service, TokenScope,
};
use store::{Actor, Event, EventFilter, LogEntry, LogFilter, Store};
use testkit::Database;

pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(super) const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The world of one test.
pub(super) struct World {
    pub(super) service: Arc<Service>,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: ManualClock,
    token: String,
    // Removed with everything in it when the test ends.
    _folder: tempfile::TempDir,
}

impl World {
    /// Tenant and connection `default`, dialect `entra`, groups on.
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new("2026-11-23T10:00:00Z".parse::<Timestamp>().unwrap());
        let store = Database::new(folder.path()).await.open(Arc::new(clock.clone())).await;
        let entropy = Arc::new(SeededEntropy::new(1));
        let mut config = Config::new("https://provost.example");
        config.cache_age = Duration::ZERO;
        let service = Arc::new(Service::new(Arc::clone(&store), Arc::new(clock.clone()), entropy, config));
        service.bootstrap().await.unwrap();
        let mut world = Self { service, store, clock, token: String::new(), _folder: folder };
        world.use_token(TokenScope::UsersAndGroups).await;
        world
    }

    /// An operator at the default connection.
    pub(super) async fn operator(&self) -> Operator {
        self.service.operator(Actor::Cli, "default", "default").await.unwrap()
    }

    /// From now on, requests carry a new token of this scope.
    pub(super) async fn use_token(&mut self, scope: TokenScope) {
        let new = NewToken { scope, ..NewToken::default() };
        let created = self.service.token_create(&self.operator().await, &new).await.unwrap();
        self.token = created.secret.expose().clone();
    }

    pub(super) async fn set(&self, change: ConnectionChange) {
        self.service.connection_set(&self.operator().await, &change).await.unwrap();
    }

    pub(super) async fn cx(&self) -> Context {
        let bearer = format!("Bearer {}", self.token);
        let session = self.service.authenticate(Some(&bearer), None).await.unwrap();
        Context { session, request: self.service.request_id() }
    }

    pub(super) async fn post(&self, endpoint: &str, body: Value) -> Result<Answer> {
        let body = body.to_string();
        let (projected, prefer) = (Projected::default(), Preference::None);
        self.service.create(&self.cx().await, endpoint, body.as_bytes(), &projected, prefer).await
    }

    pub(super) async fn get(&self, endpoint: &str, id: &str) -> Result<Answer> {
        self.service.get(&self.cx().await, endpoint, id, &Projected::default(), None).await
    }

    pub(super) async fn put(&self, endpoint: &str, id: &str, body: Value) -> Result<Answer> {
        let body = body.to_string();
        let (projected, prefer) = (Projected::default(), Preference::None);
        let cx = self.cx().await;
        self.service.replace(&cx, endpoint, id, body.as_bytes(), &projected, prefer, None).await
    }

    /// PATCH with these operations.
    pub(super) async fn patch(&self, endpoint: &str, id: &str, operations: Value) -> Result<Answer> {
        self.patch_if(endpoint, id, operations, None).await
    }

    pub(super) async fn patch_if(
        &self,
        endpoint: &str,
        id: &str,
        operations: Value,
        if_match: Option<&str>,
    ) -> Result<Answer> {
        let body = json!({"schemas": [PATCH_OP], "Operations": operations}).to_string();
        let (projected, prefer) = (Projected::default(), Preference::None);
        let cx = self.cx().await;
        self.service.patch(&cx, endpoint, id, body.as_bytes(), &projected, prefer, if_match).await
    }

    pub(super) async fn delete(&self, endpoint: &str, id: &str) -> Result<Answer> {
        self.service.delete(&self.cx().await, endpoint, id, None).await
    }

    pub(super) async fn query(&self, endpoint: &str, params: QueryParams) -> Result<Answer> {
        self.service.query(&self.cx().await, Some(endpoint), params).await
    }

    /// The resources that a filter finds.
    pub(super) async fn find(&self, endpoint: &str, filter: &str) -> Vec<Value> {
        let params = QueryParams { filter: Some(filter.to_owned()), ..QueryParams::default() };
        let list = json_of(&self.query(endpoint, params).await.unwrap());
        assert_eq!(list["totalResults"], list["Resources"].as_array().unwrap().len());
        list["Resources"].as_array().unwrap().clone()
    }

    /// A new user's id.
    pub(super) async fn user(&self, name: &str) -> String {
        let answer = self.post("Users", json!({"userName": name, "displayName": name})).await.unwrap();
        id_of(&answer)
    }

    /// A new group's id.
    pub(super) async fn group(&self, name: &str) -> String {
        id_of(&self.post("Groups", json!({"displayName": name})).await.unwrap())
    }

    /// Events of resources so far: without those that tell of tokens and connections.
    pub(super) async fn events(&self) -> Vec<Event> {
        let operator = self.operator().await;
        let mut read = self.store.read(&operator.caller).await.unwrap();
        let all = read.events(0, &EventFilter::default(), 1000).await.unwrap();
        all.into_iter().filter(|e| e.event.subject.is_some()).collect()
    }

    /// Kinds of the events so far.
    pub(super) async fn told(&self) -> Vec<&'static str> {
        self.events().await.iter().map(|e| e.event.kind.as_str()).collect()
    }

    /// The log of the connection's requests, newest first.
    pub(super) async fn log(&self) -> Vec<LogEntry> {
        let operator = self.operator().await;
        let mut read = self.store.read(&operator.caller).await.unwrap();
        let all = read.log(&LogFilter::default(), 1000).await.unwrap();
        all.into_iter().filter(|e| e.entry.action != store::Action::Administer).collect()
    }
}

pub(super) fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(answer.body.as_deref().expect("an answer with a body")).unwrap()
}

pub(super) fn id_of(answer: &Answer) -> String {
    json_of(answer)["id"].as_str().unwrap().to_owned()
}

/// Status and keyword of a refusal.
pub(super) fn refused(result: Result<Answer>) -> (u16, Option<ScimType>) {
    let ScimError { status, scim_type, .. } = result.unwrap_err();
    (status, scim_type)
}

pub(super) fn data(event: &Event) -> Value {
    serde_json::from_str(&event.event.data).unwrap()
}
