//! Several nodes on one database.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod changes;
mod feed;
mod guard;
mod migration;
mod word;

use std::sync::Arc;

use provost_store_postgres::{Options, PostgresStore};
use store::suite::{Harness, World};
use store::{Change, Key, KeyName};

/// Three nodes; the world works through the first.
struct Nodes {
    url: String,
    all: Vec<Arc<PostgresStore>>,
}

impl Nodes {
    /// The name of their schema.
    fn schema(&self) -> &str {
        self.url.rsplit_once("%3D").unwrap().1
    }
}

impl Harness for Nodes {
    type S = PostgresStore;

    async fn open() -> Self {
        let url = testkit::postgres::schema().await;
        // All start on the empty database at once.
        let starts: Vec<_> = (0..3)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { PostgresStore::open(&url, Options::default()).await.unwrap() })
            })
            .collect();
        let mut all = Vec::new();
        for start in starts {
            all.push(Arc::new(start.await.unwrap()));
        }
        Self { url, all }
    }

    fn store(&self) -> &PostgresStore {
        &self.all[0]
    }

    async fn reopen(self) -> Self {
        self
    }
}

fn named(record: &store::Record) -> Change {
    let name = Key { name: KeyName::UserName, value: record.label.clone(), unique: true };
    Change::Insert { record: Box::new(record.clone()), keys: vec![name] }
}

/// Runs statements in the nodes' schema, as another node would.
fn elsewhere(w: &World<Nodes>, statements: &str) -> tokio::task::JoinHandle<()> {
    let schema = w.harness.schema();
    let all = format!("SET search_path TO {schema}; BEGIN; {statements}; COMMIT");
    tokio::task::spawn_blocking(move || {
        testkit::postgres::sql(&all).unwrap();
    })
}

/// A token that a node of these changes.
fn token(w: &World<Nodes>) -> Change {
    Change::PutToken(Box::new(store::Token {
        id: "t1".to_owned(),
        tenant: w.a.tenant,
        connection: w.a.connection,
        name: "entra".to_owned(),
        grant: store::Grant::FULL,
        digest: [7; 32],
        created: w.now(),
        expires: None,
        revoked: Some(w.now()),
        last_used: None,
    }))
}
