//! Members of groups: rows, so that a change costs the same in a small group and a large one.

use store::code::Counted;
use store::{Change, Conflict, ResourceId, TenantId};

use super::outcome::{Plan, params};

/// Some join groups.
pub(super) fn add<'a>(plan: &mut Plan<'a>, tenant: TenantId, changes: &[&'a Change]) {
    let (mut groups, mut members, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        let Change::AddMember { group, member, kind } = change else { continue };
        groups.push(group.0);
        members.push(member.0);
        kinds.push(kind.0);
    }
    let counted = groups.clone();
    plan.add(
        "WITH asked AS MATERIALIZED (
            SELECT a.*,
                (SELECT true FROM resource r WHERE r.tenant = $1 AND r.id = a.grp) IS TRUE AS group_lives,
                (SELECT true FROM resource r WHERE r.tenant = $1 AND r.id = a.member AND r.kind = a.kind) IS TRUE
                    AS member_lives
            FROM unnest($2::uuid[], $3::uuid[], $4::smallint[]) WITH ORDINALITY AS a (grp, member, kind, nth)
         ), added AS (
            INSERT INTO membership (tenant, grp, member, kind)
            SELECT $1, grp, member, kind FROM asked WHERE group_lives AND member_lives
            ON CONFLICT DO NOTHING RETURNING grp, member
         )
         SELECT a.grp, a.member, a.group_lives, a.member_lives
         FROM asked a LEFT JOIN added USING (grp, member) WHERE added.grp IS NULL ORDER BY a.nth LIMIT 1",
        params![tenant.0, groups, members, kinds],
        move |rows, outcome| {
            if let Some(row) = rows.first() {
                let (group, member) = (ResourceId(row.try_get(0)?), ResourceId(row.try_get(1)?));
                let (group_lives, member_lives): (bool, bool) = (row.try_get(2)?, row.try_get(3)?);
                return Err(match (group_lives, member_lives) {
                    (false, _) => Conflict::Missing(group),
                    (true, false) => Conflict::Missing(member),
                    (true, true) => Conflict::Membership { group, member },
                }
                .into());
            }
            for group in counted {
                outcome.count(Counted::Members, group, 1);
            }
            Ok(())
        },
    );
}

/// Some leave groups.
pub(super) fn remove<'a>(plan: &mut Plan<'a>, tenant: TenantId, changes: &[&'a Change]) {
    let (mut groups, mut members) = (Vec::new(), Vec::new());
    for change in changes {
        let Change::RemoveMember { group, member } = change else { continue };
        groups.push(group.0);
        members.push(member.0);
    }
    let counted = groups.clone();
    plan.add(
        "WITH asked AS MATERIALIZED (
            SELECT * FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS a (grp, member, nth)
         ), gone AS (
            DELETE FROM membership WHERE ctid = ANY(ARRAY(
                SELECT (SELECT m.ctid FROM membership m
                    WHERE m.tenant = $1 AND m.grp = a.grp AND m.member = a.member) FROM asked a))
            RETURNING grp, member
         )
         SELECT a.grp, a.member FROM asked a LEFT JOIN gone USING (grp, member)
         WHERE gone.grp IS NULL ORDER BY a.nth LIMIT 1",
        params![tenant.0, groups, members],
        move |rows, outcome| {
            if let Some(row) = rows.first() {
                let (group, member) = (ResourceId(row.try_get(0)?), ResourceId(row.try_get(1)?));
                return Err(Conflict::Membership { group, member }.into());
            }
            for group in counted {
                outcome.count(Counted::Members, group, -1);
            }
            Ok(())
        },
    );
}
