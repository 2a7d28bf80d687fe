use std::collections::BTreeSet;
use std::time::Duration;

use base::Timestamp;
use store::StoreError;

use super::{CURRENT, migrate, version};
use crate::link::Link;
use crate::system::TENANT_TABLES;
use crate::target::Target;

async fn link(url: &str) -> Link {
    let limit = Duration::from_secs(10);
    Link::connect(&Target::read(url, limit).unwrap(), limit, limit).await.unwrap()
}

async fn migrated() -> Link {
    let db = link(&testkit::postgres::schema().await).await;
    migrate(&db, Timestamp::from_micros(1)).await.unwrap();
    db
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_nodes_that_start_at_once_one_migrates() {
    let url = testkit::postgres::schema().await;
    let nodes: Vec<_> = (0..8)
        .map(|n| {
            let url = url.clone();
            tokio::spawn(async move {
                let db = link(&url).await;
                migrate(&db, Timestamp::from_micros(n)).await.unwrap();
                version(&db).await.unwrap()
            })
        })
        .collect();
    for node in nodes {
        assert_eq!(node.await.unwrap(), CURRENT);
    }
    let db = link(&url).await;
    let applied = db.first("SELECT count(*) FROM migration", &[]).await.unwrap().unwrap();
    assert_eq!(applied.get::<_, i64>(0), CURRENT);
}

#[tokio::test]
async fn a_schema_of_a_newer_program_is_refused() {
    let db = migrated().await;
    db.batch("UPDATE migration SET version = version + 100").await.unwrap();
    let error = StoreError::from(migrate(&db, Timestamp::from_micros(2)).await.unwrap_err());
    assert!(
        matches!(error, StoreError::SchemaTooNew { found, known: CURRENT } if found == CURRENT + 100),
        "{error}"
    );
}

#[tokio::test]
async fn a_migration_that_was_changed_afterwards_is_refused() {
    let db = migrated().await;
    db.batch("UPDATE migration SET sha256 = '\\x00'").await.unwrap();
    let error = StoreError::from(migrate(&db, Timestamp::from_micros(2)).await.unwrap_err());
    assert!(matches!(error, StoreError::MigrationChanged { .. }), "{error}");
}

/// What may be found without a tenant: what finds a tenant, the order of the feed, and what belongs to none.
const WITHOUT_TENANT: &[&str] = &[
    "api_key_digest_key",
    "api_key_pkey",
    "connection_handle_key",
    "console_session_digest_key",
    "console_session_pkey",
    "console_session_previous",
    "feed_head_pkey",
    "feed_last_key",
    "login_link_pkey",
    "migration_pkey",
    "replay_at",
    "replay_pkey",
    "setup_link_digest_key",
    "shared_key_pkey",
    "standing_pkey",
    "tenant_name_key",
    "tenant_pkey",
    "token_digest_key",
];

#[tokio::test]
async fn every_key_begins_with_the_tenant() {
    let db = migrated().await;
    let rows = db
        .query(
            "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
             WHERE c.relnamespace = current_schema()::regnamespace AND a.attname IS DISTINCT FROM 'tenant'",
            &[],
        )
        .await
        .unwrap();
    let found: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let allowed: BTreeSet<String> = WITHOUT_TENANT.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, allowed);
}

#[tokio::test]
async fn a_deleted_tenant_is_swept_from_every_table() {
    let db = migrated().await;
    let rows = db
        .query(
            "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'departed'",
            &[],
        )
        .await
        .unwrap();
    let found: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let swept: BTreeSet<String> = TENANT_TABLES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, swept);
}
