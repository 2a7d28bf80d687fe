//! The contract suite, on PostgreSQL: each test in a schema of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use base::ManualClock;
use provost_store_postgres::{Options, PostgresSource, PostgresStore, PostgresTarget};
use store::suite::Harness;
use store::suite::transfer::Moves;
use store::transfer::{Source, Target};
use store::{Store, StoreResult};

struct Schema {
    url: String,
    store: PostgresStore,
}

fn options() -> Options {
    Options { clock: Arc::new(ManualClock::default()), ..Options::default() }
}

async fn open(url: &str) -> PostgresStore {
    PostgresStore::open(url, options()).await.unwrap()
}

impl Harness for Schema {
    type S = PostgresStore;

    async fn open() -> Self {
        let url = testkit::postgres::schema().await;
        Self { store: open(&url).await, url }
    }

    fn store(&self) -> &PostgresStore {
        &self.store
    }

    async fn reopen(self) -> Self {
        self.store.close().await.unwrap();
        Self { store: open(&self.url).await, url: self.url }
    }
}

impl Moves for Schema {
    type Place = String;

    fn place(&self) -> String {
        self.url.clone()
    }

    async fn elsewhere() -> String {
        testkit::postgres::schema().await
    }

    async fn source(place: &String) -> StoreResult<Box<dyn Source>> {
        Ok(Box::new(PostgresSource::open(place, &options()).await?))
    }

    async fn target(place: &String) -> StoreResult<Box<dyn Target>> {
        Ok(Box::new(PostgresTarget::open(place, options()).await?))
    }

    async fn at(place: &String) -> StoreResult<Self> {
        Ok(Self { store: PostgresStore::open(place, options()).await?, url: place.clone() })
    }

    async fn reopen_left(place: &String) -> StoreResult<()> {
        PostgresSource::open(place, &options()).await?.reopen().await
    }
}

store::contract_tests!(Schema);
store::transfer_tests!(Schema);
