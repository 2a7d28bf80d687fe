//! The contract suite, on PostgreSQL: each test in a schema of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use base::ManualClock;
use provost_store_postgres::{Options, PostgresStore};
use store::Store;
use store::suite::Harness;

struct Schema {
    url: String,
    store: PostgresStore,
}

async fn open(url: &str) -> PostgresStore {
    let options = Options { clock: Arc::new(ManualClock::default()), ..Options::default() };
    PostgresStore::open(url, options).await.unwrap()
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

store::contract_tests!(Schema);
