//! References that have to be exported: managers, and the members of one group.

use rusqlite::{OptionalExtension, Row, params};

use crate::model::Kind;
use crate::state::{Escrow, State, StateFault, code, escrow};

/// A user whose manager has to be looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagerWork {
    /// The user.
    pub id: String,
    /// What people call the user.
    pub name: String,
    /// What stands for the user in the target.
    pub target_id: String,
    /// Whether the user is managed and not deleted: else nothing is sent.
    pub live: bool,
    /// The manager the source says.
    pub manager: Option<String>,
    /// What stands for that manager in the target.
    pub manager_target: Option<String>,
    /// The manager as last sent: its id in the source and in the target, and whether that still counts as sent.
    pub sent: Option<(String, String, bool)>,
    /// What failed before.
    pub escrow: Option<Escrow>,
}

/// A group whose members have to be looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberWork {
    /// The group.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What stands for it in the target.
    pub target_id: String,
    /// Whether it is managed and not deleted: else nothing is sent.
    pub live: bool,
    /// What failed before.
    pub escrow: Option<Escrow>,
}

/// Members of a group after an id: those to add or to remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberPage {
    /// `objectId` and target id of each.
    pub members: Vec<(String, String)>,
    /// Those among the looked at that nothing stands for in the target.
    pub unresolved: Vec<String>,
    /// The id to go on after; `None` at the end.
    pub after: Option<String>,
}

const NAME: &str = "coalesce(o.attributes ->> '$.displayName', o.id)";

impl State {
    /// The next users after an id whose manager has to be looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub fn managers_due(&self, after: &str, limit: usize) -> Result<Vec<ManagerWork>, StateFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!(
            "SELECT o.id, {NAME}, l.target_id, l.managed AND o.deleted_at IS NULL,
                 o.manager, m.target_id, r.referenced, r.target_id, r.sent,
                 e.code, e.reason, e.attempts, e.first_at, e.retry_at
             FROM object o
             LEFT JOIN link l ON l.kind = 0 AND l.source_id = o.id
             LEFT JOIN link m ON m.kind = 0 AND m.source_id = o.manager
             LEFT JOIN reference r ON r.kind = 0 AND r.owner = o.id
             LEFT JOIN escrow e ON e.kind = 0 AND e.id = o.id AND e.part = 1
             WHERE o.kind = 0 AND o.references_due = 1 AND o.id > ?1 ORDER BY o.id LIMIT ?2"
        ))?;
        let mut rows = statement.query(params![after, limit_of(limit)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let sent = match row.get::<_, Option<String>>(6)? {
                Some(referenced) => Some((referenced, row.get(7)?, row.get(8)?)),
                None => None,
            };
            let target_id: Option<String> = row.get(2)?;
            found.push(ManagerWork {
                id: row.get(0)?,
                name: row.get(1)?,
                live: target_id.is_some() && row.get::<_, Option<bool>>(3)?.unwrap_or(false),
                target_id: target_id.unwrap_or_default(),
                manager: row.get(4)?,
                manager_target: row.get(5)?,
                sent,
                escrow: escrow::read(row, 9)?,
            });
        }
        Ok(found)
    }

    /// The next groups after an id whose members have to be looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub fn groups_due(&self, after: &str, limit: usize) -> Result<Vec<MemberWork>, StateFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!(
            "SELECT o.id, {NAME}, l.target_id, l.managed AND o.deleted_at IS NULL,
                 e.code, e.reason, e.attempts, e.first_at, e.retry_at
             FROM object o
             LEFT JOIN link l ON l.kind = 1 AND l.source_id = o.id
             LEFT JOIN escrow e ON e.kind = 1 AND e.id = o.id AND e.part = 1
             WHERE o.kind = 1 AND o.references_due = 1 AND o.id > ?1 ORDER BY o.id LIMIT ?2"
        ))?;
        let mut rows = statement.query(params![after, limit_of(limit)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let target_id: Option<String> = row.get(2)?;
            found.push(MemberWork {
                id: row.get(0)?,
                name: row.get(1)?,
                live: target_id.is_some() && row.get::<_, Option<bool>>(3)?.unwrap_or(false),
                target_id: target_id.unwrap_or_default(),
                escrow: escrow::read(row, 4)?,
            });
        }
        Ok(found)
    }

    /// Members of a group that were not sent yet, after an id. `groups` says whether a group can be a member.
    ///
    /// # Errors
    /// When the database fails.
    pub fn members_to_add(
        &self,
        group: &str,
        after: &str,
        limit: usize,
        groups: bool,
    ) -> Result<MemberPage, StateFault> {
        // Who was sent under another id in the target than the present one is sent again.
        self.members(
            "SELECT m.id, coalesce(u.target_id, g.target_id) FROM member m
             LEFT JOIN link u ON u.kind = 0 AND u.source_id = m.id
             LEFT JOIN link g ON g.kind = 1 AND g.source_id = m.id AND ?4
             LEFT JOIN reference r ON r.kind = 1 AND r.owner = m.grp AND r.referenced = m.id
             WHERE m.grp = ?1 AND m.id > ?2
                 AND (r.sent IS NULL OR r.sent = 0 OR r.target_id IS NOT coalesce(u.target_id, g.target_id))
             ORDER BY m.id LIMIT ?3",
            params![group, after, limit_of(limit), groups],
            limit,
        )
    }

    /// Members that were sent and are none any more, after an id. Who is in the recycle bin keeps the membership, since
    /// it is not sent again on a restore (entra.md §2.7).
    ///
    /// # Errors
    /// When the database fails.
    pub fn members_to_remove(
        &self,
        group: &str,
        after: &str,
        limit: usize,
    ) -> Result<MemberPage, StateFault> {
        self.members(
            "SELECT r.referenced, r.target_id FROM reference r
             WHERE r.kind = 1 AND r.owner = ?1 AND r.referenced > ?2
                 AND NOT EXISTS (SELECT 1 FROM member m WHERE m.grp = ?1 AND m.id = r.referenced)
                 AND NOT EXISTS (SELECT 1 FROM object o WHERE o.kind IN (0, 1) AND o.id = r.referenced
                     AND o.deleted_at IS NOT NULL)
             ORDER BY r.referenced LIMIT ?3",
            params![group, after, limit_of(limit)],
            limit,
        )
    }

    fn members(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        limit: usize,
    ) -> Result<MemberPage, StateFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(sql)?;
        let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
        let mut page = MemberPage::default();
        let mut looked_at = 0;
        for row in statement.query_map(params, read)? {
            let (id, target) = row?;
            looked_at += 1;
            page.after = Some(id.clone());
            match target {
                Some(target) => page.members.push((id, target)),
                None => page.unresolved.push(id),
            }
        }
        if looked_at < limit {
            page.after = None;
        }
        Ok(page)
    }

    /// The direct members of a group that are in the target, as the source has them, after an id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn members_of(&self, group: &str, after: &str, limit: usize) -> Result<MemberPage, StateFault> {
        self.members(
            "SELECT m.id, coalesce(u.target_id, g.target_id) FROM member m
             LEFT JOIN link u ON u.kind = 0 AND u.source_id = m.id
             LEFT JOIN link g ON g.kind = 1 AND g.source_id = m.id
             WHERE m.grp = ?1 AND m.id > ?2 ORDER BY m.id LIMIT ?3",
            params![group, after, limit_of(limit)],
            limit,
        )
    }

    /// Whether somebody is a direct member of a group in the source, and what stands for the member in the target.
    ///
    /// # Errors
    /// When the database fails.
    pub fn member(&self, group: &str, id: &str) -> Result<Option<Option<String>>, StateFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT coalesce(u.target_id, g.target_id) FROM member m
             LEFT JOIN link u ON u.kind = 0 AND u.source_id = m.id
             LEFT JOIN link g ON g.kind = 1 AND g.source_id = m.id
             WHERE m.grp = ?1 AND m.id = ?2",
        )?;
        Ok(statement.query_row([group, id], |row| row.get(0)).optional()?)
    }

    /// Whether a reference of an object to something of the target was sent and acknowledged.
    ///
    /// # Errors
    /// When the database fails.
    pub fn was_sent(&self, kind: Kind, owner: &str, target_id: &str) -> Result<bool, StateFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT 1 FROM reference WHERE kind = ?1 AND owner = ?2 AND target_id = ?3 AND sent = 1",
        )?;
        Ok(statement.exists(params![code(kind), owner, target_id])?)
    }

    /// The id in the target of an object of the source.
    ///
    /// # Errors
    /// When the database fails.
    pub fn target_of(&self, kind: Kind, id: &str) -> Result<Option<String>, StateFault> {
        let db = self.db();
        let mut statement =
            db.prepare_cached("SELECT target_id FROM link WHERE kind = ?1 AND source_id = ?2")?;
        Ok(statement.query_row(params![code(kind), id], |row| row.get(0)).optional()?)
    }
}

fn limit_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
