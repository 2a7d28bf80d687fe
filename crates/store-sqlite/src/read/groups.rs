//! Who is in which group.

use rusqlite::{Connection, Row, params};
use store::{GroupRef, Kind, MemberRef, ResourceId, TenantId};

use super::records::kinds;
use crate::fault::Done;
use crate::row;
use crate::system::{all, first};

/// What a resource is called where it stands as a member: a learner's display name, or nothing.
macro_rules! display {
    () => {
        "CASE WHEN kind = 1 THEN coalesce(json_extract(body, '$.displayName'), '') ELSE label END"
    };
}

pub(super) fn groups_of(
    db: &Connection,
    tenant: TenantId,
    member: ResourceId,
    indirect: bool,
) -> Done<Vec<GroupRef>> {
    let key = params![tenant.0, member.0.as_bytes()];
    let direct = all(
        db,
        concat!(
            "SELECT r.id, r.label, 1 FROM membership m CROSS JOIN resource r
             ON r.tenant = ?1 AND r.id = m.grp AND r.",
            kinds!(),
            " WHERE m.tenant = ?1 AND m.member = ?2 ORDER BY m.grp"
        ),
        key,
        group,
    )?;
    if !indirect || direct.is_empty() {
        return Ok(direct);
    }
    // A group that contains itself in a round-about way is not its own group.
    all(
        db,
        concat!(
            "WITH RECURSIVE up (grp, direct) AS (
                SELECT grp, 1 FROM membership WHERE tenant = ?1 AND member = ?2
                UNION
                SELECT m.grp, 0 FROM up CROSS JOIN membership m ON m.tenant = ?1 AND m.member = up.grp
             ), once (grp, direct) AS (
                SELECT grp, max(direct) FROM up GROUP BY grp HAVING max(direct) = 1 OR grp <> ?2
             )
             SELECT r.id, r.label, direct FROM once CROSS JOIN resource r
             ON r.tenant = ?1 AND r.id = once.grp AND r.",
            kinds!(),
            " ORDER BY once.grp"
        ),
        key,
        group,
    )
}

fn group(row: &Row<'_>) -> Done<GroupRef> {
    Ok(GroupRef {
        id: ResourceId(row::uuid(row, 0, "resource", "id")?),
        display: row.get(1)?,
        direct: row.get(2)?,
    })
}

pub(super) fn members(
    db: &Connection,
    tenant: TenantId,
    group: ResourceId,
    after: Option<ResourceId>,
    limit: u32,
) -> Done<Vec<MemberRef>> {
    // Shorter than every id, so smaller.
    let after = after.as_ref().map_or(&[][..], |id| id.0.as_bytes());
    all(
        db,
        concat!(
            "SELECT m.member, m.kind, (SELECT ",
            display!(),
            " FROM resource WHERE tenant = ?1 AND kind = m.kind AND id = m.member)
             FROM membership m WHERE m.tenant = ?1 AND m.grp = ?2 AND m.member > ?3 ORDER BY m.member LIMIT ?4"
        ),
        params![tenant.0, group.0.as_bytes(), after, limit],
        |row| {
            Ok(MemberRef {
                id: ResourceId(row::uuid(row, 0, "membership", "member")?),
                kind: Kind(row.get(1)?),
                display: row.get(2)?,
            })
        },
    )
}

pub(super) fn are_members(
    db: &Connection,
    tenant: TenantId,
    group: ResourceId,
    ids: &[ResourceId],
) -> Done<Vec<bool>> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM membership WHERE tenant = ?1 AND grp = ?2 AND member = ?3")?;
    ids.iter()
        .map(|id| Ok(statement.exists(params![tenant.0, group.0.as_bytes(), id.0.as_bytes()])?))
        .collect()
}

pub(super) fn describe(
    db: &Connection,
    tenant: TenantId,
    ids: &[ResourceId],
) -> Done<Vec<Option<(Kind, String)>>> {
    let sql =
        concat!("SELECT kind, ", display!(), " FROM resource WHERE tenant = ?1 AND id = ?2 AND ", kinds!());
    ids.iter()
        .map(|id| {
            first(db, sql, params![tenant.0, id.0.as_bytes()], |row| Ok((Kind(row.get(0)?), row.get(1)?)))
        })
        .collect()
}
