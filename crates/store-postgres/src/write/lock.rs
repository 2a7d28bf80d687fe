//! Locks first, then what must hold.

use std::collections::BTreeSet;

use store::{Change, Conflict, Expect, StoreError, WriteTx};
use tokio_postgres::Row;
use uuid::Uuid;

use super::outcome::{Outcome, Plan, params};
use crate::fault::Done;

/// Numbers of advisory locks. They are shared by all schemas of a database, so each schema has a range of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Locks(i64);

impl Locks {
    /// The locks of a schema, by a number of it.
    pub(crate) fn new(schema: i32) -> Self {
        Self((i64::from(schema) & 0xF_FFFF) << 40)
    }

    /// The lock that commits share, and who deletes the tenant or releases held events takes alone.
    pub(crate) fn tenant(self, tenant: i64) -> i64 {
        1 << 60 | self.0 | tenant & 0xFF_FFFF_FFFF
    }

    /// The channel on which nodes hear of changed settings: as schemas share locks, they share channels.
    pub(crate) fn channel(self) -> String {
        format!("provost_{:x}", self.0 >> 40)
    }

    /// The lock of a connection's guard while it counts: it must not miss what another node counts.
    pub(crate) fn guard(self, connection: i64) -> i64 {
        2 << 60 | self.0 | connection & 0xFF_FFFF_FFFF
    }

    /// The lock of whoever may be the first of a connection to have events held, until they are.
    pub(crate) fn first_held(self, connection: i64) -> i64 {
        4 << 60 | self.0 | connection & 0xFF_FFFF_FFFF
    }
}

/// Whether the write changes something that nodes keep in memory.
pub(super) fn changes_settings(tx: &WriteTx) -> bool {
    tx.changes.iter().any(|change| {
        matches!(
            change,
            Change::PutConnection(_)
                | Change::PutToken(_)
                | Change::PutSchema(_)
                | Change::DropSchema(_)
                | Change::PutTenant { .. }
        )
    })
}

/// The locks of a write, in an order that all writes keep.
pub(super) fn take<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx, locks: Locks) {
    let tenant = tx.caller.tenant.0;
    let alone = tx.changes.iter().any(|c| matches!(c, Change::ReleaseHeld { .. } | Change::DropHeld { .. }));
    let sql =
        if alone { "SELECT pg_advisory_xact_lock($1)" } else { "SELECT pg_advisory_xact_lock_shared($1)" };
    plan.run(sql, params![locks.tenant(tenant)]);
    let revised = tx.expect.iter().any(|e| matches!(e, Expect::Revision(_)))
        || tx.changes.iter().any(|change| {
            matches!(
                change,
                Change::PutConnection(_)
                    | Change::PutSchema(_)
                    | Change::DropSchema(_)
                    | Change::PutTenant { .. }
            )
        });
    let sql = if revised {
        "SELECT revision FROM tenant WHERE id = $1 FOR NO KEY UPDATE"
    } else {
        "SELECT revision FROM tenant WHERE id = $1"
    };
    plan.add(sql, params![tenant], |rows, outcome| {
        outcome.revision = rows.first().map(|row| row.try_get(0)).transpose()?;
        Ok(())
    });
    rows(plan, tx);
}

/// The rows that change, then those that must only stay. The ids come sorted, and each row is looked up by itself: a plan
/// that reads more than these rows cannot be chosen.
fn rows<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx) {
    let (mut changed, mut kept, mut removed) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for expect in &tx.expect {
        match expect {
            Expect::Version(id, _) => changed.insert(id.0),
            Expect::Exists(id) => kept.insert(id.0),
            Expect::Revision(_) => false,
        };
    }
    for change in &tx.changes {
        match change {
            Change::Update { record, .. } => {
                changed.insert(record.id.0);
            }
            Change::Touch { id, .. } => {
                changed.insert(id.0);
            }
            Change::Remove { id, .. } => {
                changed.insert(id.0);
                removed.push(id.0);
            }
            Change::AddMember { group, member, .. } => kept.extend([group.0, member.0]),
            _ => {}
        }
    }
    let kept: Vec<Uuid> = kept.difference(&changed).copied().collect();
    let changed: Vec<Uuid> = changed.into_iter().collect();
    let tenant = tx.caller.tenant.0;
    if !removed.is_empty() {
        // Somebody who is just joining a group shares a lock on both: a removal has to wait for that. The groups that lose
        // a member change with it.
        plan.add(
            "SELECT r.id, r.version FROM (
                SELECT unnest($2::uuid[]) UNION
                SELECT m.grp FROM unnest($3::uuid[]) AS a (id) CROSS JOIN LATERAL (
                    SELECT grp FROM membership WHERE tenant = $1 AND member = a.id OFFSET 0) m
                ORDER BY 1) AS a (id)
             CROSS JOIN LATERAL (
                SELECT id, version FROM resource WHERE tenant = $1 AND id = a.id FOR UPDATE) r",
            params![tenant, changed, removed.clone()],
            found,
        );
        // Whoever was joining has joined by now, and nobody else can: so a group that the first look could not see is
        // locked here.
        plan.run(
            "SELECT r.id FROM (
                SELECT m.grp FROM unnest($2::uuid[]) AS a (id) CROSS JOIN LATERAL (
                    SELECT grp FROM membership WHERE tenant = $1 AND member = a.id OFFSET 0) m
                ORDER BY 1) AS a (id)
             CROSS JOIN LATERAL (
                SELECT id FROM resource WHERE tenant = $1 AND id = a.id FOR UPDATE) r",
            params![tenant, removed],
        );
    } else if !changed.is_empty() {
        plan.add(
            "SELECT r.id, r.version FROM unnest($2::uuid[]) AS a (id) CROSS JOIN LATERAL (
                SELECT id, version FROM resource WHERE tenant = $1 AND id = a.id FOR NO KEY UPDATE) r",
            params![tenant, changed],
            found,
        );
    }
    if !kept.is_empty() {
        plan.add(
            "SELECT r.id, r.version FROM unnest($2::uuid[]) AS a (id) CROSS JOIN LATERAL (
                SELECT id, version FROM resource WHERE tenant = $1 AND id = a.id FOR KEY SHARE) r",
            params![tenant, kept],
            found,
        );
    }
}

fn found(rows: &[Row], outcome: &mut Outcome<'_>) -> Done<()> {
    for row in rows {
        outcome.live.insert(row.try_get(0)?, row.try_get(1)?);
    }
    Ok(())
}

/// Whether everything expected holds.
pub(super) fn check(outcome: &Outcome<'_>) -> Done<()> {
    let tx = outcome.tx;
    let Some(revision) = outcome.revision else {
        return Err(Conflict::Gone(format!("tenant {}", tx.caller.tenant.0)).into());
    };
    for expect in &tx.expect {
        match expect {
            Expect::Version(id, version) => {
                if outcome.live.get(&id.0) != Some(version) {
                    return Err(Conflict::Version(*id).into());
                }
            }
            Expect::Exists(id) => {
                outcome.live.get(&id.0).ok_or(Conflict::Missing(*id))?;
            }
            Expect::Revision(expected) if *expected != revision => return Err(Conflict::Revision.into()),
            Expect::Revision(_) => {}
        }
    }
    for change in &tx.changes {
        let Change::Update { record, .. } = change else { continue };
        if !tx.expect.iter().any(|e| matches!(e, Expect::Version(id, _) if *id == record.id)) {
            let id = record.id;
            return Err(StoreError::Internal(format!("an update of {id} expects no version of it")).into());
        }
    }
    Ok(())
}
