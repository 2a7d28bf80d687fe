//! That nothing stored here is forgotten.

use rusqlite::Connection;
use store::StoreError;
use store::transfer::uncovered;

use crate::fault::Done;

/// What this backend keeps in a form of its own, and has other means to bring across: see [`super::rows`].
const OWN: &[(&str, &[&str])] = &[
    ("migration", &[]),
    ("standing", &[]),
    // Among the marks.
    ("feed", &[]),
    ("job", &["row"]),
    ("resource", &["rid"]),
    ("tombstone", &["row"]),
    ("unique_key", &["name", "value", "rid"]),
    ("lookup_key", &["name", "value", "rid"]),
    ("removed_key", &["name", "value", "row"]),
];

/// Refuses to copy a database that holds what this program would leave behind.
pub(super) fn check(db: &Connection) -> Done<()> {
    let lost = uncovered(&columns(db)?, OWN);
    if lost.is_empty() {
        return Ok(());
    }
    let detail = format!("nobody has said how to copy {}", lost.join(", "));
    Err(StoreError::Internal(detail).into())
}

fn columns(db: &Connection) -> Done<Vec<(String, String)>> {
    let mut statement = db.prepare(
        "SELECT t.name, c.name FROM sqlite_schema t CROSS JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use base::Timestamp;
    use rusqlite::Connection;
    use store::transfer::TABLES;

    use super::{check, columns};

    fn migrated() -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut db, Timestamp::from_micros(1)).unwrap();
        db
    }

    /// Whoever adds a table or a column adds it to `store::transfer::TABLES` too, or it would not move.
    #[test]
    fn every_table_and_column_is_copied() {
        let db = migrated();
        check(&db).map_err(store::StoreError::from).unwrap();
        let here = columns(&db).unwrap();
        for table in TABLES.iter().filter(|table| table.name != "mark") {
            for column in table.columns {
                let is_made = *column == "key" || (*column == "id" && table.name.ends_with("_key"));
                let is_here = here.iter().any(|(t, c)| t == table.name && c == column);
                assert!(is_here || is_made, "{}.{column} is not stored here", table.name);
            }
        }
    }

    #[test]
    fn what_nobody_knows_how_to_copy_is_not_left_behind() {
        let db = migrated();
        db.execute_batch("CREATE TABLE novelty (tenant INTEGER); ALTER TABLE tenant ADD COLUMN colour TEXT")
            .unwrap();
        let told = store::StoreError::from(check(&db).unwrap_err()).to_string();
        assert!(told.contains("novelty.tenant") && told.contains("tenant.colour"), "{told}");
    }
}
