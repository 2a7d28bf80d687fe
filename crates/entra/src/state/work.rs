//! Reading what has to be worked on, page by page.

use base::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::mapping::AppRole;
use crate::model::Kind;
use crate::state::fault::Done;
use crate::state::snapshot::{self, Known};
use crate::state::{Escrow, State, StateFault, changed, code, escrow, facts};

/// Which objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that have to be worked on.
    Due,
    /// Those whose removal is held back.
    Staged,
    /// All.
    All,
}

/// An object with everything that decides what is done with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The object.
    pub known: Known,
    /// Whether it is assigned, itself or (a user) through a group. True also when the source does not say who is.
    pub assigned: bool,
    /// Its roles in the application, its groups' too.
    pub roles: Vec<AppRole>,
    /// What stands for it in the target.
    pub link: Option<Link>,
    /// What failed before.
    pub escrow: Option<Escrow>,
}

/// What stands for an object in the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The id there.
    pub target_id: String,
    /// Whether it is ours to remove.
    pub managed: bool,
    /// Whether it was last left enabled.
    pub active: bool,
}

const COLUMNS: &str = "o.id, o.attributes, o.manager, o.enabled, o.deleted_at,
    l.target_id, l.managed, l.active, e.code, e.reason, e.attempts, e.first_at, e.retry_at";
const JOINS: &str = "LEFT JOIN link l ON l.kind = o.kind AND l.source_id = o.id
    LEFT JOIN escrow e ON e.kind = o.kind AND e.id = o.id AND e.part = 0";

impl State {
    /// The next objects after an id, in the ids' order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn items(
        &self,
        which: Which,
        kind: Kind,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Item>, StateFault> {
        let db = self.db();
        let term = match which {
            Which::Due => "AND o.due = 1",
            Which::Staged => "AND o.staged = 1",
            Which::All => "",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM object o {JOINS} WHERE o.kind = ?1 AND o.id > ?2 {term} ORDER BY o.id LIMIT ?3"
        );
        let has_assignments = facts::fact::<bool>(&db, changed::ASSIGNMENTS)?.unwrap_or(false);
        let mut statement = db.prepare_cached(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![code(kind), after, limit])?;
        let mut items = Vec::new();
        while let Some(row) = rows.next()? {
            items.push(item(&db, kind, row, has_assignments)?);
        }
        Ok(items)
    }

    /// One object.
    ///
    /// # Errors
    /// When the database fails.
    pub fn item(&self, kind: Kind, id: &str) -> Result<Option<Item>, StateFault> {
        let db = self.db();
        let sql = format!("SELECT {COLUMNS} FROM object o {JOINS} WHERE o.kind = ?1 AND o.id = ?2");
        let has_assignments = facts::fact::<bool>(&db, changed::ASSIGNMENTS)?.unwrap_or(false);
        let mut statement = db.prepare_cached(&sql)?;
        let found = statement
            .query_row(params![code(kind), id], |row| Ok(item(&db, kind, row, has_assignments)))
            .optional()?;
        found.transpose()
    }

    /// Marks what the time has come for: retries, and removals for good of what was deleted until `deleted_until`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn wake(&self, now: Timestamp, deleted_until: Timestamp) -> Result<(), StateFault> {
        let db = self.db();
        db.execute("UPDATE object SET due = 1 WHERE deleted_at <= ?1", [deleted_until.as_micros()])?;
        for (column, part) in [("due", 0), ("references_due", 1)] {
            db.execute(
                &format!(
                    "UPDATE object SET {column} = 1 WHERE (kind, id) IN (
                         SELECT kind, id FROM escrow WHERE part = ?1 AND retry_at <= ?2)"
                ),
                params![part, now.as_micros()],
            )?;
        }
        Ok(())
    }

    /// The source object that a target object stands for, and whether it is still ours and there in the source.
    ///
    /// # Errors
    /// When the database fails.
    pub fn holder(&self, kind: Kind, target_id: &str) -> Result<Option<(String, bool)>, StateFault> {
        let db = self.db();
        let found = db
            .prepare_cached(
                "SELECT l.source_id, l.managed AND o.id IS NOT NULL AND o.deleted_at IS NULL
                 FROM link l LEFT JOIN object o ON o.kind = l.kind AND o.id = l.source_id
                 WHERE l.kind = ?1 AND l.target_id = ?2",
            )?
            .query_row(params![code(kind), target_id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found)
    }
}

fn item(db: &Connection, kind: Kind, row: &Row<'_>, has_assignments: bool) -> Done<Item> {
    let known = snapshot::read(kind, row)?;
    let id = &known.object.id;
    let (assigned, roles) = match has_assignments {
        false => (true, Vec::new()),
        true => {
            let roles = roles(db, kind, id)?;
            (!roles.is_empty(), roles)
        }
    };
    let link = match row.get::<_, Option<String>>(5)? {
        Some(target_id) => Some(Link { target_id, managed: row.get(6)?, active: row.get(7)? }),
        None => None,
    };
    Ok(Item { assigned, roles, link, escrow: escrow::read(row, 8)?, known })
}

/// All roles: one's own, and of a user those of the live groups of which it is a direct member.
fn roles(db: &Connection, kind: Kind, id: &str) -> Done<Vec<AppRole>> {
    let mut statement = db.prepare_cached(
        "SELECT role, value, display_name FROM assignment WHERE principal = ?1
         UNION
         SELECT a.role, a.value, a.display_name FROM member m
             JOIN assignment a ON a.principal = m.grp
             JOIN object g ON g.kind = 1 AND g.id = m.grp AND g.deleted_at IS NULL
         WHERE ?2 = 0 AND m.id = ?1
         ORDER BY role",
    )?;
    let rows = statement.query_map(params![id, code(kind)], |row| {
        Ok(AppRole { id: row.get(0)?, value: row.get(1)?, display_name: row.get(2)? })
    })?;
    rows.map(|role| role.map_err(StateFault::from)).collect()
}
