//! Computed attributes of many resources at once, for filters and orders that ask for them.

use std::collections::HashMap;

use store::{Kind, TenantId};
use uuid::Uuid;

use super::groups::display;
use crate::fault::Done;
use crate::link::Link;
use crate::row;

pub(crate) use super::groups::described;

/// A group that somebody is in.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) display: String,
    pub(crate) direct: bool,
}

/// A member of a group.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) id: Uuid,
    pub(crate) kind: Kind,
    /// The name of its resource type; `None` for a type that the tenant no longer has.
    pub(crate) ty: Option<String>,
    pub(crate) display: String,
}

/// The groups of each of these, direct and indirect, by id.
pub(crate) async fn groups(db: &Link, tenant: TenantId, ids: &[Uuid]) -> Done<HashMap<Uuid, Vec<Group>>> {
    let rows = db
        .query(
            "WITH RECURSIVE up (origin, grp, direct) AS (
                SELECT member, grp, true FROM membership WHERE tenant = $1 AND member = ANY($2)
                UNION
                SELECT up.origin, m.grp, false FROM up CROSS JOIN LATERAL (
                    SELECT grp FROM membership WHERE tenant = $1 AND member = up.grp OFFSET 0) m
             ), once (origin, grp, direct) AS (
                SELECT origin, grp, bool_or(direct) FROM up GROUP BY origin, grp
             )
             SELECT once.origin, r.id, r.label, once.direct
             FROM once CROSS JOIN LATERAL (
                SELECT id, label FROM resource WHERE tenant = $1 AND id = once.grp OFFSET 0) r ORDER BY once.origin, once.grp",
            &[&tenant.0, &ids],
        )
        .await?;
    let mut all: HashMap<Uuid, Vec<Group>> = HashMap::new();
    for row in &rows {
        let group = Group { id: row.try_get(1)?, display: row::text(row, 2)?, direct: row.try_get(3)? };
        all.entry(row.try_get(0)?).or_default().push(group);
    }
    Ok(all)
}

/// The members of each of these, by id; `None` when there are more than `most`.
pub(crate) async fn members(
    db: &Link,
    tenant: TenantId,
    ids: &[Uuid],
    most: usize,
) -> Done<Option<HashMap<Uuid, Vec<Member>>>> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let rows = db
        .query(
            concat!(
                "SELECT m.grp, m.member, m.kind, CASE m.kind WHEN 1 THEN 'User' WHEN 2 THEN 'Group' ELSE (
                    SELECT d.name FROM schema_doc d WHERE d.tenant = $1 AND d.kind = m.kind) END, ",
                display!(),
                " FROM membership m CROSS JOIN LATERAL (
                    SELECT * FROM resource WHERE tenant = $1 AND id = m.member OFFSET 0) r
                 WHERE m.tenant = $1 AND m.grp = ANY($2) ORDER BY m.grp, m.member LIMIT $3"
            ),
            &[&tenant.0, &ids, &limit],
        )
        .await?;
    if rows.len() > most {
        return Ok(None);
    }
    let mut all: HashMap<Uuid, Vec<Member>> = HashMap::new();
    for row in &rows {
        let member = Member {
            id: row.try_get(1)?,
            kind: Kind(row.try_get(2)?),
            ty: row.try_get::<_, Option<&str>>(3)?.map(crate::text::unpack),
            display: row::text(row, 4)?,
        };
        all.entry(row.try_get(0)?).or_default().push(member);
    }
    Ok(Some(all))
}
