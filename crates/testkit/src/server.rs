//! The server of a test.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base::{Clock, Entropy, ManualClock, SealingKey, SeededEntropy, Timestamp};
use provost_http::{App, Server, ServerOptions};
use service::noun::ApiScope;
use service::{Config, ConnectionChange, DEFAULT, NewKey, NewTenant, NewToken, Operator, Service};
use store::{Actor, EventFilter, Purpose, Store};
use tokio_util::sync::CancellationToken;

use crate::{Caller, Database};

/// Where the world reaches a test's server, as far as `meta.location` is concerned.
const PUBLIC_URL: &str = "https://scim.provost.example";

/// A running server on a database of its own. Time stands still unless the test moves it.
pub struct TestServer {
    /// The use cases, for an operator's acts.
    pub service: Arc<Service>,
    /// The storage, for looking at what no door shows.
    pub store: Arc<dyn Store>,
    /// The test's time.
    pub clock: Arc<ManualClock>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where the directory is kept.
    pub database: Database,
    stop: CancellationToken,
    folder: Arc<tempfile::TempDir>,
}

impl TestServer {
    /// Starts one with default settings.
    ///
    /// # Panics
    /// When that fails.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// Starts one with settings changed.
    ///
    /// # Panics
    /// When that fails.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        // 2026-01-01T00:00:00Z
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(1_767_225_600_000_000)));
        let mut config = Config::new(PUBLIC_URL);
        config.cursor_key = Some(SealingKey::new([7; 32]));
        change(&mut config);
        let database = Database::new(folder.path()).await;
        Self::open(folder, database, clock, config, 1).await
    }

    /// Stops it and starts another on the same database.
    ///
    /// # Panics
    /// When that fails.
    pub async fn restart(self) -> Self {
        let config = self.service.config().clone();
        self.stop.cancel();
        self.service.settle().await;
        self.store.close().await.expect("the store closes");
        let (folder, clock) = (Arc::clone(&self.folder), Arc::clone(&self.clock));
        Self::open(folder, self.database.clone(), clock, config, self.address.port().into()).await
    }

    /// Another node on the same database, with the same settings and the same time.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn beside(&self) -> Self {
        let config = self.service.config().clone();
        let (folder, clock) = (Arc::clone(&self.folder), Arc::clone(&self.clock));
        Self::open(folder, self.database.clone(), clock, config, self.address.port().into()).await
    }

    async fn open(
        folder: Arc<tempfile::TempDir>,
        database: Database,
        clock: Arc<ManualClock>,
        config: Config,
        seed: u64,
    ) -> Self {
        let time: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(seed));
        let store = database.open(Arc::clone(&time)).await;
        let service = Service::new(Arc::clone(&store), time, entropy, config);
        let service = Arc::new(service);
        service.bootstrap().await.expect("the first start");
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = Server::bind(ServerOptions::plain(local)).await.expect("a free port");
        let address = server.address();
        let stop = CancellationToken::new();
        tokio::spawn(server.run(App::new(Arc::clone(&service)).router(), stop.clone()));
        Self { service, store, clock, address, database, stop, folder }
    }

    /// The folder of its database.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Moves time on.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// An operator at a tenant's connection.
    ///
    /// # Panics
    /// When there is none.
    pub async fn operator(&self, tenant: &str, connection: &str) -> Operator {
        self.service.operator(Actor::Cli, tenant, connection).await.expect("an operator")
    }

    /// A caller without a token.
    #[must_use]
    pub fn anonymous(&self) -> Caller {
        Caller { address: self.address, authorization: None, headers: Vec::new() }
    }

    /// A caller with this token, whatever it is.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Caller {
        Caller { authorization: Some(format!("Bearer {token}")), ..self.anonymous() }
    }

    /// A caller with a new token of a tenant's connection.
    ///
    /// # Panics
    /// When there is no such connection.
    pub async fn caller(&self, tenant: &str, connection: &str) -> Caller {
        let operator = self.operator(tenant, connection).await;
        let created = self.service.token_create(&operator, &NewToken::default()).await.expect("a token");
        self.with_token(created.secret.expose())
    }

    /// A caller of the default tenant, dialect `entra`.
    pub async fn entra(&self) -> Caller {
        self.caller(DEFAULT, DEFAULT).await
    }

    /// A caller of a tenant of its own, dialect `strict`.
    pub async fn strict(&self) -> Caller {
        self.tenant("strict-tenant", "strict").await
    }

    /// A caller of a tenant of its own, dialect `okta`.
    pub async fn okta(&self) -> Caller {
        self.tenant("okta-tenant", "okta").await
    }

    /// Makes a tenant of this name and dialect, unless it is there; a caller of its default connection.
    ///
    /// # Panics
    /// When the dialect is unknown.
    pub async fn tenant(&self, name: &str, dialect: &str) -> Caller {
        let new = NewTenant { dialect: Some(dialect.to_owned()), ..NewTenant::named(name) };
        match self.service.tenant_create(&new).await {
            Ok(_) => {}
            Err(error) if error.code == service::Code::Conflict => {}
            Err(error) => panic!("{error}"),
        }
        self.caller(name, DEFAULT).await
    }

    /// Changes the default tenant's default connection; callers notice at once.
    ///
    /// # Panics
    /// When the change is not acceptable.
    pub async fn change_connection(&self, change: ConnectionChange) {
        let operator = self.operator(DEFAULT, DEFAULT).await;
        self.service.connection_set(&operator, &change).await.expect("the connection changes");
        self.advance(Duration::from_secs(2));
    }

    /// A caller of the REST API with a new key, for one tenant or for all. Its paths begin with `//api/v1`.
    ///
    /// # Panics
    /// When there is no such tenant.
    pub async fn api(&self, scope: ApiScope, tenant: Option<&str>) -> Caller {
        let operator = match tenant {
            Some(name) => Some(self.operator(name, DEFAULT).await),
            None => None,
        };
        let name = format!("{scope:?} {}", self.service.request_id());
        let new = NewKey { name, scope, expires: None };
        let created = self.service.api_key_create(operator.as_ref(), &new).await.expect("an API key");
        self.with_token(created.secret.expose()).header("content-type", "application/json")
    }

    /// Events in the feed of all tenants.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn count_events(&self) -> i64 {
        let mut system = self.store.system(Purpose::Feed).await.expect("a reader");
        system.last_position().await.expect("a position")
    }

    /// The types of the default tenant's events after a position, in order.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn events_after(&self, position: i64) -> Vec<store::Event> {
        let operator = self.operator(DEFAULT, DEFAULT).await;
        let mut read = self.store.read(&operator.caller).await.expect("a reader");
        read.events(position, &EventFilter::default(), 1000).await.expect("events")
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
