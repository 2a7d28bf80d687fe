//! Removed records: set aside, brought back, purged (design ruling 8).

use base::Timestamp;
use store::code::{Code, Counted};
use store::{Conflict, Key, Record, ResourceId, TenantId};
use uuid::Uuid;

use super::alarm;
use super::outcome::{Plan, params};
use super::resource::{columns, refuse_taken};
use crate::key::Sorted;
use crate::text::Text;

/// A record becomes a tombstone, its memberships are set aside, and the groups it was in change.
pub(super) fn remove(plan: &mut Plan<'_>, tenant: TenantId, id: ResourceId, at: Timestamp) {
    let both = || params![tenant.0, id.0];
    plan.run(
        "INSERT INTO removed_membership (tenant, grp, member, kind)
         SELECT tenant, grp, member, kind FROM membership WHERE tenant = $1 AND grp = $2
         UNION SELECT tenant, grp, member, kind FROM membership WHERE tenant = $1 AND member = $2
         ON CONFLICT DO NOTHING",
        both(),
    );
    plan.add(
        "WITH gone AS (
            DELETE FROM membership WHERE tenant = $1 AND member = $2 RETURNING grp
         ), touched AS (
            UPDATE resource SET version = version + 1, modified = $3
            WHERE ctid = ANY(ARRAY(
                SELECT (SELECT r.ctid FROM resource r WHERE r.tenant = $1 AND r.id = gone.grp) FROM gone WHERE grp <> $2))
         )
         SELECT grp FROM gone WHERE grp <> $2",
        params![tenant.0, id.0, at.as_micros()],
        |rows, outcome| {
            for row in rows {
                outcome.count(Counted::Members, row.try_get(0)?, -1);
            }
            Ok(())
        },
    );
    plan.run("DELETE FROM membership WHERE tenant = $1 AND grp = $2", both());
    plan.add("DELETE FROM counter WHERE tenant = $1 AND what = 4 AND key = $2", both(), move |_, outcome| {
        outcome.forget_members(id);
        Ok(())
    });
    plan.add(
        "WITH gone AS (
            DELETE FROM resource WHERE tenant = $1 AND id = $2 RETURNING *
         ), released AS (
            DELETE FROM unique_key u USING gone
            WHERE u.tenant = $1 AND u.kind = gone.kind AND u.key = ANY(gone.keys) AND u.id = $2
         ), unlisted AS (
            DELETE FROM lookup_key l USING gone
            WHERE l.tenant = $1 AND l.kind = gone.kind AND l.key = ANY(gone.keys) AND l.id = $2
         ), remembered AS (
            INSERT INTO removed_key (tenant, kind, key, id)
            SELECT $1, gone.kind, k, $2 FROM gone, unnest(gone.keys) k ON CONFLICT DO NOTHING
         ), kept AS (
            INSERT INTO tombstone (tenant, id, kind, removed, version, created, modified, state, source, managed_by,
                managed_since, external_ids, label, body, keys)
            SELECT tenant, id, kind, $3, version, created, modified, state, source, managed_by, managed_since,
                external_ids, label, body, keys FROM gone
         )
         SELECT kind, state, managed_by FROM gone",
        params![tenant.0, id.0, at.as_micros()],
        move |rows, outcome| {
            let row = rows.first().ok_or(Conflict::Missing(id))?;
            let state = Code::decode(row.try_get(1)?, "resource", "state")?;
            outcome.count_record(store::Kind(row.try_get(0)?), state, row.try_get(2)?, -1);
            Ok(())
        },
    );
    alarm::settle(plan, tenant, id);
}

/// A tombstone becomes a live record under the next version.
pub(super) fn restore<'a>(plan: &mut Plan<'a>, tenant: TenantId, record: &'a Record, keys: &[Key]) {
    let keys = Sorted::new(keys);
    let mut all = columns(tenant, record);
    all.extend(params![keys.all, keys.unique, keys.lookup]);
    let names = keys.names;
    let id = record.id;
    plan.add(
        "WITH gone AS (
            DELETE FROM tombstone WHERE tenant = $1 AND id = $2 AND kind = $3 AND body IS NOT NULL AND $14
            RETURNING version, keys
         ), taken AS MATERIALIZED (
            SELECT * FROM (
                SELECT k.nth, (SELECT u.id FROM unique_key u WHERE u.tenant = $1 AND u.kind = $3 AND u.key = k.key) AS id
                FROM unnest($16::bytea[]) WITH ORDINALITY AS k (key, nth)) k
            WHERE id IS NOT NULL
         ), forgotten AS (
            DELETE FROM removed_key r USING gone
            WHERE r.tenant = $1 AND r.kind = $3 AND r.key = ANY(gone.keys) AND r.id = $2
         ), made AS (
            INSERT INTO resource (tenant, id, kind, version, created, modified, state, source, managed_by,
                managed_since, external_ids, label, display, body, keys)
            SELECT $1, $2, $3, gone.version + 1, $4::bigint, $5::bigint, $6::smallint, $7::smallint, $8::bigint,
                $9::bigint, $10::text, $11::text, $12::text, $13::text, $15::bytea[]
            FROM gone WHERE NOT EXISTS (SELECT FROM taken)
         ), claimed AS (
            INSERT INTO unique_key (tenant, kind, key, id)
            SELECT $1, $3, k.key, $2 FROM gone, unnest($16::bytea[]) AS k (key) WHERE NOT EXISTS (SELECT FROM taken)
         ), listed AS (
            INSERT INTO lookup_key (tenant, kind, key, id)
            SELECT $1, $3, k.key, $2 FROM gone, unnest($17::bytea[]) AS k (key)
            WHERE NOT EXISTS (SELECT FROM taken) ON CONFLICT DO NOTHING
         )
         SELECT gone.version + 1, t.nth, t.id
         FROM gone LEFT JOIN (SELECT nth, id FROM taken ORDER BY nth LIMIT 1) t ON true",
        all,
        move |rows, outcome| {
            let row = rows.first().ok_or(Conflict::NotRemoved(id))?;
            refuse_taken(Some(row), 1, &names)?;
            outcome.done.versions.push((id, row.try_get(0)?));
            outcome.count_record(record.kind, record.state, record.managed_by.map(|c| c.0), 1);
            Ok(())
        },
    );
    alarm::settle(plan, tenant, id);
    // The other side of each membership must stay while it comes back: a group changes with it.
    plan.run(
        "SELECT r.id FROM (
            SELECT grp FROM removed_membership WHERE tenant = $1 AND member = $2 ORDER BY grp) a
         CROSS JOIN LATERAL (
            SELECT id FROM resource WHERE tenant = $1 AND id = a.grp FOR NO KEY UPDATE) r",
        params![tenant.0, id.0],
    );
    plan.run(
        "SELECT r.id FROM (
            SELECT member FROM removed_membership WHERE tenant = $1 AND grp = $2 ORDER BY member) a
         CROSS JOIN LATERAL (
            SELECT id FROM resource WHERE tenant = $1 AND id = a.member FOR KEY SHARE) r",
        params![tenant.0, id.0],
    );
    plan.add(
        "WITH back AS (
            DELETE FROM removed_membership m
            WHERE m.tenant = $1 AND (m.grp = $2 OR m.member = $2)
              AND (SELECT true FROM resource r
                WHERE r.tenant = $1 AND r.id = CASE WHEN m.grp = $2 THEN m.member ELSE m.grp END)
            RETURNING m.grp, m.member, m.kind
         ), added AS (
            INSERT INTO membership (tenant, grp, member, kind) SELECT $1, grp, member, kind FROM back
            ON CONFLICT DO NOTHING RETURNING grp
         ), touched AS (
            UPDATE resource SET version = version + 1, modified = $3
            WHERE ctid = ANY(ARRAY(
                SELECT (SELECT r.ctid FROM resource r WHERE r.tenant = $1 AND r.id = added.grp) FROM added WHERE grp <> $2))
         )
         SELECT grp, count(*) FROM added GROUP BY grp",
        params![tenant.0, id.0, record.modified.as_micros()],
        |rows, outcome| {
            for row in rows {
                outcome.count(Counted::Members, row.try_get::<_, Uuid>(0)?, row.try_get(1)?);
            }
            Ok(())
        },
    );
}

/// A tombstone loses its content, and everything that was said about it its payload. Doing so twice does nothing.
pub(super) fn purge(plan: &mut Plan<'_>, tenant: TenantId, id: ResourceId) {
    plan.add(
        "SELECT kind FROM tombstone WHERE tenant = $1 AND id = $2 FOR UPDATE",
        params![tenant.0, id.0],
        move |rows, _| rows.first().map(|_| ()).ok_or(Conflict::NotRemoved(id).into()),
    );
    for sql in [
        "DELETE FROM removed_key r USING tombstone t
         WHERE t.tenant = $1 AND t.id = $2
           AND r.tenant = $1 AND r.kind = t.kind AND r.key = ANY(t.keys) AND r.id = $2",
        "UPDATE tombstone SET version = NULL, created = NULL, modified = NULL, state = NULL, source = NULL,
            managed_by = NULL, managed_since = NULL, external_ids = NULL, label = NULL, body = NULL, keys = NULL
         WHERE tenant = $1 AND id = $2",
        "DELETE FROM removed_membership WHERE tenant = $1 AND grp = $2",
        "DELETE FROM removed_membership WHERE tenant = $1 AND member = $2",
        "UPDATE event SET data = '{}' WHERE tenant = $1 AND subject = $2",
        "UPDATE event SET data = '{}' WHERE tenant = $1 AND object = $2",
        "UPDATE held_event SET data = '{}' WHERE tenant = $1 AND subject = $2",
        "UPDATE held_event SET data = '{}' WHERE tenant = $1 AND object = $2",
        "UPDATE log_entry SET label = '', detail = NULL, raw = NULL WHERE tenant = $1 AND subject = $2",
    ] {
        plan.run(sql, params![tenant.0, id.0]);
    }
    alarm::settle(plan, tenant, id);
}

/// An event, in the feed or held, gets another payload.
pub(super) fn rewrite_event<'a>(
    plan: &mut Plan<'a>,
    tenant: TenantId,
    subject: ResourceId,
    id: Uuid,
    data: &'a str,
) {
    for sql in [
        "UPDATE event SET data = $4 WHERE tenant = $1 AND subject = $2 AND id = $3",
        "UPDATE held_event SET data = $4 WHERE tenant = $1 AND subject = $2 AND id = $3",
    ] {
        plan.run(sql, params![tenant.0, subject.0, id, Text::from(data)]);
    }
}

/// A log entry gets another detail and raw text.
pub(super) fn rewrite_entry<'a>(
    plan: &mut Plan<'a>,
    tenant: TenantId,
    sequence: i64,
    detail: Option<&'a str>,
    raw: Option<&'a str>,
) {
    plan.run(
        "UPDATE log_entry SET detail = $3, raw = $4 WHERE tenant = $1 AND sequence = $2",
        params![tenant.0, sequence, detail.map(Text::from), raw.map(Text::from)],
    );
}
