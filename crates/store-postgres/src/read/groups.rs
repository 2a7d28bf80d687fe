//! Who is in which group.

use std::collections::{HashMap, HashSet};

use store::{GroupRef, Kind, MemberRef, ResourceId, TenantId};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::fault::Done;
use crate::link::Link;
use crate::row;

/// What a resource `r` is called where it stands as a member: a learner's display name, or nothing.
macro_rules! display {
    () => {
        "CASE WHEN r.kind = 1 THEN coalesce(r.display, '') ELSE r.label END"
    };
}
pub(super) use display;

pub(super) async fn groups_of(
    db: &Link,
    tenant: TenantId,
    member: ResourceId,
    indirect: bool,
) -> Done<Vec<GroupRef>> {
    let direct = db
        .query(
            "SELECT r.id, r.label, true FROM membership m CROSS JOIN LATERAL (
                SELECT id, label FROM resource WHERE tenant = $1 AND id = m.grp OFFSET 0) r
             WHERE m.tenant = $1 AND m.member = $2 ORDER BY m.grp",
            &[&tenant.0, &member.0],
        )
        .await?;
    if !indirect || direct.is_empty() {
        return direct.iter().map(group).collect();
    }
    // A group that contains itself in a round-about way is not its own group.
    let all = db
        .query(
            "WITH RECURSIVE up (grp, direct) AS (
                SELECT grp, true FROM membership WHERE tenant = $1 AND member = $2
                UNION
                SELECT m.grp, false FROM up CROSS JOIN LATERAL (
                    SELECT grp FROM membership WHERE tenant = $1 AND member = up.grp OFFSET 0) m
             ), once (grp, direct) AS (
                SELECT grp, bool_or(direct) FROM up GROUP BY grp HAVING bool_or(direct) OR grp <> $2
             )
             SELECT r.id, r.label, once.direct FROM once CROSS JOIN LATERAL (
                SELECT id, label FROM resource WHERE tenant = $1 AND id = once.grp OFFSET 0) r
             ORDER BY once.grp",
            &[&tenant.0, &member.0],
        )
        .await?;
    all.iter().map(group).collect()
}

fn group(row: &Row) -> Done<GroupRef> {
    Ok(GroupRef { id: ResourceId(row.try_get(0)?), display: row::text(row, 1)?, direct: row.try_get(2)? })
}

pub(super) async fn members(
    db: &Link,
    tenant: TenantId,
    group: ResourceId,
    after: Option<ResourceId>,
    limit: u32,
) -> Done<Vec<MemberRef>> {
    let rows = db
        .query(
            concat!(
                "SELECT m.member, m.kind, ",
                display!(),
                " FROM membership m CROSS JOIN LATERAL (
                    SELECT * FROM resource WHERE tenant = $1 AND id = m.member OFFSET 0) r
                 WHERE m.tenant = $1 AND m.grp = $2 AND m.member > $3 ORDER BY m.member LIMIT $4"
            ),
            &[&tenant.0, &group.0, &after.map_or(Uuid::nil(), |id| id.0), &i64::from(limit)],
        )
        .await?;
    let read = |row: &Row| -> Done<MemberRef> {
        Ok(MemberRef {
            id: ResourceId(row.try_get(0)?),
            kind: Kind(row.try_get(1)?),
            display: row::text(row, 2)?,
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn are_members(
    db: &Link,
    tenant: TenantId,
    group: ResourceId,
    ids: &[ResourceId],
) -> Done<Vec<bool>> {
    let sql = "SELECT m.member FROM unnest($3::uuid[]) AS a (id) CROSS JOIN LATERAL (
            SELECT member FROM membership WHERE tenant = $1 AND grp = $2 AND member = a.id OFFSET 0) m";
    let asked: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = db.query(sql, &[&tenant.0, &group.0, &asked]).await?;
    let found: HashSet<Uuid> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok(ids.iter().map(|id| found.contains(&id.0)).collect())
}

pub(super) async fn describe(
    db: &Link,
    tenant: TenantId,
    ids: &[ResourceId],
) -> Done<Vec<Option<(Kind, String)>>> {
    let asked: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let found = described(db, tenant, &asked).await?;
    Ok(ids.iter().map(|id| found.get(&id.0).cloned()).collect())
}

/// Kind and display of those that live.
pub(crate) async fn described(
    db: &Link,
    tenant: TenantId,
    ids: &[Uuid],
) -> Done<HashMap<Uuid, (Kind, String)>> {
    let sql = concat!(
        "SELECT r.id, r.kind, ",
        display!(),
        " FROM unnest($2::uuid[]) AS a (id) CROSS JOIN LATERAL (
            SELECT * FROM resource WHERE tenant = $1 AND id = a.id OFFSET 0) r"
    );
    let rows = db.query(sql, &[&tenant.0, &ids]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, (Kind(row.try_get(1)?), row::text(row, 2)?)))).collect()
}
