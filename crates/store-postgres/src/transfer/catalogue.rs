//! That nothing stored here is forgotten.

use store::StoreError;
use store::transfer::{TABLES, uncovered};

use crate::fault::Done;
use crate::link::Link;

/// What this backend keeps in a form of its own, and has other means to bring across: see [`super::rows`].
pub(super) const OWN: &[(&str, &[&str])] = &[
    ("migration", &[]),
    ("standing", &[]),
    // Keys are brought across by name.
    ("shared_key", &[]),
    // Positions.
    ("pending", &[]),
    ("feed", &[]),
    ("feed_head", &[]),
    ("event", &["ticket", "ordinal"]),
    // Sums over the slots.
    ("counter", &["slot"]),
    // Made from the document.
    ("resource", &["display"]),
];

/// Tables that are emptied, filled and locked, in the order in which they are locked: all but those that say how the schema
/// itself stands. The guard's count is last: a commit that has its locks waits for it, and would wait for ever for whoever
/// had locked it and waited for that commit.
pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    let listed = TABLES.iter().map(|table| table.name).filter(|name| !["mark", "guard_hour"].contains(name));
    listed.chain(["shared_key", "pending", "feed", "feed_head", "guard_hour"])
}

/// Refuses to copy a database that holds what this program would leave behind.
pub(super) async fn check(db: &Link) -> Done<()> {
    let lost = uncovered(&columns(db).await?, OWN);
    if lost.is_empty() {
        return Ok(());
    }
    let detail = format!("nobody has said how to copy {}", lost.join(", "));
    Err(StoreError::Internal(detail).into())
}

async fn columns(db: &Link) -> Done<Vec<(String, String)>> {
    let sql = "SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND a.attnum > 0 AND NOT a.attisdropped";
    let rows = db.query(sql, &[]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use base::Timestamp;
    use store::StoreError;
    use store::transfer::TABLES;

    use super::{check, columns};
    use crate::link::Link;
    use crate::target::Target;

    async fn migrated() -> Link {
        let limit = Duration::from_secs(10);
        let url = testkit::postgres::schema().await;
        let db = Link::connect(&Target::read(&url, limit).unwrap(), limit, limit).await.unwrap();
        crate::migrate::migrate(&db, Timestamp::from_micros(1)).await.unwrap();
        db
    }

    /// Whoever adds a table or a column adds it to `store::transfer::TABLES` too, or it would not move.
    #[tokio::test]
    async fn every_table_and_column_is_copied() {
        let db = migrated().await;
        check(&db).await.map_err(StoreError::from).unwrap();
        let here = columns(&db).await.unwrap();
        for table in TABLES.iter().filter(|table| table.name != "mark") {
            for column in table.columns.iter().filter(|column| **column != "position") {
                assert!(
                    here.iter().any(|(t, c)| t == table.name && c == column),
                    "{}.{column} is not stored here",
                    table.name
                );
            }
        }
    }

    #[tokio::test]
    async fn what_nobody_knows_how_to_copy_is_not_left_behind() {
        let db = migrated().await;
        db.batch("CREATE TABLE novelty (tenant bigint); ALTER TABLE tenant ADD COLUMN colour text")
            .await
            .unwrap();
        let told = StoreError::from(check(&db).await.unwrap_err()).to_string();
        assert!(told.contains("novelty.tenant") && told.contains("tenant.colour"), "{told}");
    }
}
