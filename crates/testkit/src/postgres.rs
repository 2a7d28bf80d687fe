//! PostgreSQL for tests: one cluster for all of them, a schema for each.
//!
//! Test runners may give each test a process of its own, so the cluster belongs to no process: the first test that needs it
//! starts it, in a folder that all tests of this checkout know, and a small watch stops and removes it when nobody has used
//! it for half a minute. It listens on a socket in that folder only. Linux, with PostgreSQL's programs installed.

mod cluster;
mod shared;

pub use cluster::Cluster;

use std::sync::atomic::{AtomicU32, Ordering};

/// An empty schema in the shared cluster, as a database URL.
///
/// # Panics
/// When there is no PostgreSQL, or it does not start.
pub async fn schema() -> String {
    tokio::task::spawn_blocking(|| schema_in(shared::cluster())).await.expect("a schema")
}

/// An empty schema in a cluster, as a database URL.
///
/// # Panics
/// When the cluster is down.
#[must_use]
pub fn schema_in(cluster: &Cluster) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // A process with this number may have been here before.
    for _ in 0..1_000 {
        let name = format!("t_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        if cluster.sql(&format!("CREATE SCHEMA {name}")).is_ok() {
            return format!("{}?options=-c%20search_path%3D{name}", cluster.url());
        }
    }
    panic!("no schema can be made: {:?}", cluster.sql("SELECT 1"))
}

/// Every row of every table of a schema that [`schema`] made, as text.
///
/// # Panics
/// When the cluster is down.
#[must_use]
pub fn dump(url: &str) -> String {
    let name = url.rsplit_once("%3D").map(|(_, name)| name).expect("a schema's URL");
    let cluster = shared::cluster();
    let tables = cluster.sql(&format!("SELECT tablename FROM pg_tables WHERE schemaname = '{name}'"));
    let rows = |table| cluster.sql(&format!("SELECT t::text FROM {name}.{table} t")).expect("rows");
    tables.expect("tables").lines().map(rows).collect::<Vec<_>>().join("\n")
}

/// Runs a statement in the shared cluster; what it prints, one row a line.
///
/// # Errors
/// What PostgreSQL says.
pub fn sql(sql: &str) -> Result<String, String> {
    shared::cluster().sql(sql)
}
