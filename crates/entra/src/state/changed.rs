//! What follows from an import for others than the record itself.

use rusqlite::{Connection, params};

use crate::state::facts;
use crate::state::fault::Done;

/// The fact that the source says who is assigned.
pub(super) const ASSIGNMENTS: &str = "assignments";

/// Of what records were unreadable without saying whose they are: then absence there says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    pub(super) users_unknown: bool,
    pub(super) groups_unknown: bool,
    pub(super) assignments_unknown: bool,
}

/// Makes the tables of one import, which are nobody else's and need not survive.
pub(super) fn prepare(db: &Connection) -> Done<()> {
    db.execute_batch(
        "DROP TABLE IF EXISTS temp.seen_object;
         DROP TABLE IF EXISTS temp.seen_member;
         DROP TABLE IF EXISTS temp.seen_assignment;
         DROP TABLE IF EXISTS temp.kept;
         DROP TABLE IF EXISTS temp.changed_member;
         DROP TABLE IF EXISTS temp.changed_principal;
         CREATE TABLE temp.seen_object (kind INTEGER, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
         CREATE TABLE temp.seen_member (grp TEXT, id TEXT, PRIMARY KEY (grp, id)) WITHOUT ROWID;
         CREATE TABLE temp.seen_assignment (principal TEXT, role TEXT, PRIMARY KEY (principal, role)) WITHOUT ROWID;
         CREATE TABLE temp.kept (kind INTEGER, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
         CREATE TABLE temp.changed_member (grp TEXT, id TEXT, PRIMARY KEY (grp, id)) WITHOUT ROWID;
         CREATE TABLE temp.changed_principal (id TEXT PRIMARY KEY) WITHOUT ROWID;",
    )?;
    Ok(())
}

/// A member came to a group.
pub(super) fn member(db: &Connection, group: &str, id: &str) -> Done<()> {
    db.prepare_cached("INSERT OR IGNORE INTO temp.changed_member VALUES (?1, ?2)")?.execute([group, id])?;
    Ok(())
}

/// Somebody's assignment changed, or that of a group.
pub(super) fn principal(db: &Connection, id: &str) -> Done<()> {
    db.prepare_cached("INSERT OR IGNORE INTO temp.changed_principal VALUES (?1)")?.execute([id])?;
    Ok(())
}

/// Somebody came out of the recycle bin: groups that the person left meanwhile are looked at again.
pub(super) fn returned(db: &Connection, id: &str) -> Done<()> {
    db.prepare_cached(
        "UPDATE object SET references_due = 1 WHERE kind = 1
             AND id IN (SELECT owner FROM reference WHERE kind = 1 AND referenced = ?1)",
    )?
    .execute([id])?;
    Ok(())
}

/// Notes whom and what the source has no more; how many users and groups.
pub(super) fn missing(db: &Connection, now: i64, marks: Marks) -> Done<u64> {
    let mut missing = 0;
    for (kind, unknown) in [(0, marks.users_unknown), (1, marks.groups_unknown)] {
        if unknown {
            continue;
        }
        if kind == 1 {
            db.execute(
                "INSERT OR IGNORE INTO temp.changed_principal
                 SELECT id FROM object o WHERE kind = 1 AND deleted_at IS NULL
                     AND NOT EXISTS (SELECT 1 FROM temp.seen_object s WHERE s.kind = 1 AND s.id = o.id)
                     AND NOT EXISTS (SELECT 1 FROM temp.kept k WHERE k.kind = 1 AND k.id = o.id)",
                [],
            )?;
        }
        missing += db.execute(
            "UPDATE object SET deleted_at = ?1, due = 1 WHERE kind = ?2 AND deleted_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM temp.seen_object s WHERE s.kind = object.kind AND s.id = object.id)
                 AND NOT EXISTS (SELECT 1 FROM temp.kept k WHERE k.kind = object.kind AND k.id = object.id)",
            params![now, kind],
        )?;
    }
    // A group that is gone keeps its members until it is purged, so that it may return.
    const GONE: &str = "NOT EXISTS (SELECT 1 FROM temp.seen_member s WHERE s.grp = m.grp AND s.id = m.id)
         AND EXISTS (SELECT 1 FROM temp.seen_object s WHERE s.kind = 1 AND s.id = m.grp)
         AND NOT EXISTS (SELECT 1 FROM temp.kept k WHERE k.kind = 1 AND k.id = m.grp)";
    db.execute(
        &format!("INSERT OR IGNORE INTO temp.changed_member SELECT grp, id FROM member m WHERE {GONE}"),
        [],
    )?;
    db.execute(&format!("DELETE FROM member AS m WHERE {GONE}"), [])?;
    if !marks.assignments_unknown {
        const GONE: &str = "NOT EXISTS (SELECT 1 FROM temp.seen_assignment s
             WHERE s.principal = a.principal AND s.role = a.role)";
        db.execute(
            &format!(
                "INSERT OR IGNORE INTO temp.changed_principal SELECT principal FROM assignment a WHERE {GONE}"
            ),
            [],
        )?;
        db.execute(&format!("DELETE FROM assignment AS a WHERE {GONE}"), [])?;
    }
    Ok(u64::try_from(missing).unwrap_or(0))
}

/// Marks those that have to be looked at because of others.
pub(super) fn mark(db: &Connection, has_assignments: bool) -> Done<()> {
    db.execute(
        "UPDATE object SET references_due = 1 WHERE kind = 1
             AND id IN (SELECT grp FROM temp.changed_member)",
        [],
    )?;
    // Members of assigned groups are assigned through them.
    db.execute(
        "UPDATE object SET due = 1 WHERE kind = 0 AND id IN (
             SELECT c.id FROM temp.changed_member c WHERE EXISTS (
                 SELECT 1 FROM assignment a WHERE a.principal = c.grp))",
        [],
    )?;
    db.execute(
        "UPDATE object SET due = 1 WHERE kind IN (0, 1) AND id IN (SELECT id FROM temp.changed_principal)",
        [],
    )?;
    db.execute(
        "UPDATE object SET due = 1 WHERE kind = 0
             AND id IN (SELECT m.id FROM temp.changed_principal c JOIN member m ON m.grp = c.id)",
        [],
    )?;
    if facts::fact::<bool>(db, ASSIGNMENTS)?.unwrap_or(false) != has_assignments {
        db.execute("UPDATE object SET due = 1", [])?;
        facts::set_fact(db, ASSIGNMENTS, &has_assignments)?;
    }
    Ok(())
}
