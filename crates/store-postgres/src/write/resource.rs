//! New and changed records, and their keys.

use std::borrow::Cow;

use base::Timestamp;
use serde::Deserialize;
use store::code::{Code, to_json};
use store::{Conflict, Key, KeyName, Kind, Record, ResourceId, TenantId};
use tokio_postgres::Row;

use super::outcome::{Owned, Plan, params};
use crate::fault::{Done, internal};
use crate::key::Sorted;
use crate::text::Text;

/// A new record, version 1.
pub(super) fn insert<'a>(plan: &mut Plan<'a>, tenant: TenantId, record: &'a Record, keys: &[Key]) {
    let keys = Sorted::new(keys);
    let mut params = columns(tenant, record);
    params.extend(params![keys.all, keys.unique, keys.lookup]);
    let names = keys.names;
    plan.add(
        "WITH taken AS MATERIALIZED (
            SELECT * FROM (
                SELECT k.nth, (SELECT u.id FROM unique_key u WHERE u.tenant = $1 AND u.kind = $3 AND u.key = k.key) AS id
                FROM unnest($16::bytea[]) WITH ORDINALITY AS k (key, nth)) k
            WHERE id IS NOT NULL
         ), made AS (
            INSERT INTO resource (tenant, id, kind, version, created, modified, state, source, managed_by,
                managed_since, external_ids, label, display, body, keys)
            SELECT $1::bigint, $2::uuid, $3::smallint, 1, $4::bigint, $5::bigint, $6::smallint, $7::smallint,
                $8::bigint, $9::bigint, $10::text, $11::text, $12::text, $13::text, $15::bytea[]
            WHERE $14 AND NOT EXISTS (SELECT FROM taken)
         ), claimed AS (
            INSERT INTO unique_key (tenant, kind, key, id)
            SELECT $1, $3, k.key, $2 FROM unnest($16::bytea[]) AS k (key) WHERE NOT EXISTS (SELECT FROM taken)
         ), listed AS (
            INSERT INTO lookup_key (tenant, kind, key, id)
            SELECT $1, $3, k.key, $2 FROM unnest($17::bytea[]) AS k (key)
            WHERE NOT EXISTS (SELECT FROM taken) ON CONFLICT DO NOTHING
         )
         SELECT nth, id FROM taken ORDER BY nth LIMIT 1",
        params,
        move |rows, outcome| {
            refuse_taken(rows.first(), 0, &names)?;
            outcome.done.versions.push((record.id, 1));
            outcome.count_record(record.kind, record.state, record.managed_by.map(|c| c.0), 1);
            Ok(())
        },
    );
}

/// `$1` to `$14`: tenant, id, kind, created, modified, state, source, managed_by, managed_since, external_ids, label,
/// display, body, and `true`, so that what follows has the same numbers everywhere.
pub(super) fn columns(tenant: TenantId, record: &Record) -> Vec<Owned<'_>> {
    let external_ids =
        if record.external_ids.is_empty() { None } else { Some(Text::from(to_json(&record.external_ids))) };
    params![
        tenant.0,
        record.id.0,
        record.kind.0,
        record.created.as_micros(),
        record.modified.as_micros(),
        record.state.code(),
        record.source.code(),
        record.managed_by.map(|c| c.0),
        record.managed_since.map(Timestamp::as_micros),
        external_ids,
        Text::from(&record.label),
        display(record),
        Text::from(&record.body),
        true,
    ]
}

/// A learner's `displayName`, which stands beside members and managers.
fn display(record: &Record) -> Option<Text<'static>> {
    display_in(record.kind, &record.body)
}

/// The same of a document.
pub(crate) fn display_in(kind: Kind, body: &str) -> Option<Text<'static>> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(rename = "displayName", borrow, default)]
        display_name: Option<Cow<'a, str>>,
    }
    if kind != Kind::USER {
        return None;
    }
    let named: Named<'_> = serde_json::from_str(body).ok()?;
    let name = named.display_name.filter(|name| !name.is_empty())?;
    Some(Text::from(name.into_owned()))
}

/// A row says which unique key somebody else holds, and who.
pub(super) fn refuse_taken(row: Option<&Row>, first: usize, names: &[KeyName]) -> Done<()> {
    let Some(row) = row else { return Ok(()) };
    let Some(nth) = row.try_get::<_, Option<i64>>(first)? else { return Ok(()) };
    let name = usize::try_from(nth - 1).ok().and_then(|nth| names.get(nth));
    let name = name.ok_or_else(|| internal("a key is taken that was not asked for"))?.clone();
    Err(Conflict::Unique { name, holder: ResourceId(row.try_get(first + 1)?) }.into())
}

/// New content under the next version.
pub(super) fn update<'a>(
    plan: &mut Plan<'a>,
    tenant: TenantId,
    record: &'a Record,
    drop_keys: &[Key],
    add_keys: &[Key],
) {
    let mut params = columns(tenant, record);
    if drop_keys.is_empty() && add_keys.is_empty() {
        plan.add(
            "WITH old AS (SELECT kind, state, managed_by FROM resource WHERE tenant = $1 AND id = $2)
             UPDATE resource r SET version = version + 1, modified = $5, state = $6, source = $7, managed_by = $8,
                managed_since = $9, external_ids = $10, label = $11, display = $12, body = $13
             FROM old WHERE r.tenant = $1 AND r.id = $2 AND r.kind = $3 AND $4::bigint IS NOT NULL AND $14
             RETURNING r.version, old.state, old.managed_by",
            params,
            move |rows, outcome| updated(record, rows.first(), outcome),
        );
        return;
    }
    let add = Sorted::new(add_keys);
    let gone: Vec<Vec<u8>> = Sorted::new(drop_keys).all;
    let from_unique: Vec<Vec<u8>> =
        gone.iter().chain(&add.all).filter(|key| !add.unique.contains(key)).cloned().collect();
    let from_lookup: Vec<Vec<u8>> = gone.iter().filter(|key| !add.lookup.contains(key)).cloned().collect();
    let changed: Vec<Vec<u8>> = gone.iter().chain(&add.all).cloned().collect();
    params.extend(params![add.all, add.unique, add.lookup, from_unique, from_lookup, changed]);
    let names = add.names;
    plan.add(
        "WITH old AS MATERIALIZED (
            SELECT kind, state, managed_by, keys FROM resource WHERE tenant = $1 AND id = $2
         ), taken AS MATERIALIZED (
            SELECT * FROM (
                SELECT k.nth, (SELECT u.id FROM unique_key u WHERE u.tenant = $1 AND u.kind = $3 AND u.key = k.key) AS id
                FROM unnest($16::bytea[]) WITH ORDINALITY AS k (key, nth)) k
            WHERE id <> $2
         ), released AS (
            DELETE FROM unique_key WHERE tenant = $1 AND kind = $3 AND key = ANY($18::bytea[]) AND id = $2
         ), unlisted AS (
            DELETE FROM lookup_key WHERE tenant = $1 AND kind = $3 AND key = ANY($19::bytea[]) AND id = $2
         ), claimed AS (
            INSERT INTO unique_key (tenant, kind, key, id)
            SELECT $1, $3, k.key, $2 FROM unnest($16::bytea[]) AS k (key)
            WHERE NOT EXISTS (SELECT FROM taken) AND NOT EXISTS (
                SELECT FROM unique_key u WHERE u.tenant = $1 AND u.kind = $3 AND u.key = k.key AND u.id = $2)
         ), listed AS (
            INSERT INTO lookup_key (tenant, kind, key, id)
            SELECT $1, $3, k.key, $2 FROM unnest($17::bytea[]) AS k (key) ON CONFLICT DO NOTHING
         ), done AS (
            UPDATE resource r SET version = version + 1, modified = $5, state = $6, source = $7, managed_by = $8,
                managed_since = $9, external_ids = $10, label = $11, display = $12, body = $13,
                keys = ARRAY(SELECT k FROM unnest(old.keys) k WHERE k <> ALL ($20::bytea[])) || $15::bytea[]
            FROM old WHERE r.tenant = $1 AND r.id = $2 AND r.kind = $3 AND $4::bigint IS NOT NULL AND $14
            RETURNING r.version
         )
         SELECT done.version, old.state, old.managed_by, t.nth, t.id
         FROM done, old LEFT JOIN (SELECT nth, id FROM taken ORDER BY nth LIMIT 1) t ON true",
        params,
        move |rows, outcome| {
            refuse_taken(rows.first(), 3, &names)?;
            updated(record, rows.first(), outcome)
        },
    );
}

/// Notes an update: its version, and what it changes in the counters.
fn updated(record: &Record, row: Option<&Row>, outcome: &mut super::Outcome<'_>) -> Done<()> {
    let Some(row) = row else {
        // The row is there, or the expected version would not have been.
        return Err(if outcome.live.contains_key(&record.id.0) {
            internal(format!("{} is not of kind {}", record.id, record.kind.0))
        } else {
            Conflict::Missing(record.id).into()
        });
    };
    let (version, state): (i64, i16) = (row.try_get(0)?, row.try_get(1)?);
    let old = (Code::decode(state, "resource", "state")?, row.try_get::<_, Option<i64>>(2)?);
    let new = (record.state, record.managed_by.map(|c| c.0));
    outcome.done.versions.push((record.id, version));
    if old != new {
        outcome.count_learner(record.kind, old.0, old.1, -1);
        outcome.count_learner(record.kind, new.0, new.1, 1);
    }
    Ok(())
}

/// The next version without new content.
pub(super) fn touch(plan: &mut Plan<'_>, tenant: TenantId, id: ResourceId, at: Timestamp) {
    plan.add(
        "UPDATE resource SET version = version + 1, modified = $3 WHERE tenant = $1 AND id = $2 RETURNING version",
        params![tenant.0, id.0, at.as_micros()],
        move |rows, outcome| {
            let row = rows.first().ok_or(Conflict::Missing(id))?;
            outcome.done.versions.push((id, row.try_get(0)?));
            Ok(())
        },
    );
}
