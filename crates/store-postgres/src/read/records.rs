//! Records and tombstones.

use base::Timestamp;
use store::{GroupRef, Key, KeyName, Kind, Record, ResourceId, TenantId, Tombstone};
use uuid::Uuid;

use crate::fault::Done;
use crate::key;
use crate::link::Link;
use crate::row::{self, record_columns};
use crate::text::unpack;

pub(super) async fn any(db: &Link, tenant: TenantId, id: ResourceId) -> Done<Option<Record>> {
    let sql = concat!("SELECT ", record_columns!(), " FROM resource WHERE tenant = $1 AND id = $2");
    db.first(sql, &[&tenant.0, &id.0]).await?.map(|row| row::record(&row)).transpose()
}

/// Where a record is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum At<'a> {
    Id(ResourceId),
    /// Folded.
    UserName(Kind, &'a str),
}

/// The groups of a record `r` as arrays, and whether any of them is in a group itself.
macro_rules! groups_of_r {
    () => {
        ", g.ids, g.labels, g.nested"
    };
    (from) => {
        " CROSS JOIN LATERAL (
            SELECT array_agg(g.id ORDER BY g.id) AS ids, array_agg(g.label ORDER BY g.id) AS labels,
                bool_or(EXISTS (SELECT FROM membership n WHERE n.tenant = $1 AND n.member = g.id)) AS nested
            FROM membership m CROSS JOIN LATERAL (
                SELECT id, label FROM resource WHERE tenant = $1 AND id = m.grp OFFSET 0) g
            WHERE m.tenant = $1 AND m.member = r.id) g"
    };
}

/// A record with its groups, unless those are in groups themselves: then all of them are to be found another way.
pub(super) async fn with_groups(
    db: &Link,
    tenant: TenantId,
    at: At<'_>,
) -> Done<Option<(Record, Option<Vec<GroupRef>>)>> {
    let row = match at {
        At::Id(id) => {
            let sql = concat!(
                "SELECT ",
                record_columns!("r."),
                groups_of_r!(),
                " FROM resource r",
                groups_of_r!(from),
                " WHERE r.tenant = $1 AND r.id = $2"
            );
            db.first(sql, &[&tenant.0, &id.0]).await?
        }
        At::UserName(kind, name) => {
            let sql = concat!(
                "SELECT ",
                record_columns!("r."),
                groups_of_r!(),
                " FROM unique_key k CROSS JOIN LATERAL (
                    SELECT * FROM resource WHERE tenant = $1 AND id = k.id OFFSET 0) r",
                groups_of_r!(from),
                " WHERE k.tenant = $1 AND k.kind = $2 AND k.key = $3"
            );
            db.first(sql, &[&tenant.0, &kind.0, &key::bytes(&KeyName::UserName, name)]).await?
        }
    };
    let Some(row) = row else { return Ok(None) };
    let first = row::RECORD_COLUMNS;
    let ids: Vec<Uuid> = row.try_get::<_, Option<_>>(first)?.unwrap_or_default();
    let labels: Vec<&str> = row.try_get::<_, Option<_>>(first + 1)?.unwrap_or_default();
    let nested = row.try_get::<_, Option<bool>>(first + 2)?.unwrap_or(false);
    let groups = ids.into_iter().zip(labels).map(|(id, label)| GroupRef {
        id: ResourceId(id),
        display: unpack(label),
        direct: true,
    });
    Ok(Some((row::record(&row)?, (!nested).then(|| groups.collect()))))
}

/// The records with these ids, in their order.
pub(super) async fn all(db: &Link, tenant: TenantId, ids: &[Uuid]) -> Done<Vec<Record>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = concat!(
        "SELECT ",
        record_columns!("r."),
        " FROM unnest($2::uuid[]) AS a (id) CROSS JOIN LATERAL (
            SELECT * FROM resource WHERE tenant = $1 AND id = a.id OFFSET 0) r"
    );
    row::records(&db.query(sql, &[&tenant.0, &ids]).await?)
}

/// Whoever has this user name, folded.
pub(super) async fn by_user_name(
    db: &Link,
    tenant: TenantId,
    kind: Kind,
    name: &str,
) -> Done<Option<Record>> {
    let sql = concat!(
        "SELECT ",
        record_columns!("r."),
        " FROM unique_key k CROSS JOIN LATERAL (
            SELECT * FROM resource WHERE tenant = $1 AND id = k.id OFFSET 0) r
         WHERE k.tenant = $1 AND k.kind = $2 AND k.key = $3"
    );
    let key = key::bytes(&KeyName::UserName, name);
    db.first(sql, &[&tenant.0, &kind.0, &key]).await?.map(|row| row::record(&row)).transpose()
}

pub(super) async fn by_key(
    db: &Link,
    tenant: TenantId,
    kind: Kind,
    key: &Key,
    limit: u32,
) -> Done<Vec<Record>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    if key.name == KeyName::UserName {
        return Ok(by_user_name(db, tenant, kind, &key.value).await?.into_iter().collect());
    }
    let sql = concat!(
        "SELECT ",
        record_columns!("r."),
        " FROM lookup_key k CROSS JOIN LATERAL (
            SELECT * FROM resource WHERE tenant = $1 AND id = k.id OFFSET 0) r
         WHERE k.tenant = $1 AND k.kind = $2 AND k.key = $3 ORDER BY k.id LIMIT $4"
    );
    let bytes = key::bytes(&key.name, &key.value);
    row::records(&db.query(sql, &[&tenant.0, &kind.0, &bytes, &i64::from(limit)]).await?)
}

pub(super) async fn tombstone(db: &Link, tenant: TenantId, id: ResourceId) -> Done<Option<Tombstone>> {
    let sql = concat!("SELECT ", record_columns!(), ", removed FROM tombstone WHERE tenant = $1 AND id = $2");
    db.first(sql, &[&tenant.0, &id.0]).await?.map(|row| row::tombstone(&row)).transpose()
}

pub(super) async fn tombstones_by_key(
    db: &Link,
    tenant: TenantId,
    kind: Kind,
    key: &Key,
    limit: u32,
) -> Done<Vec<Tombstone>> {
    let sql = concat!(
        "SELECT ",
        record_columns!("t."),
        ", t.removed FROM removed_key k JOIN tombstone t ON t.tenant = $1 AND t.id = k.id AND t.body IS NOT NULL
         WHERE k.tenant = $1 AND k.kind = $2 AND k.key = $3 ORDER BY t.removed DESC, t.id DESC LIMIT $4"
    );
    let bytes = key::bytes(&key.name, &key.value);
    let rows = db.query(sql, &[&tenant.0, &kind.0, &bytes, &i64::from(limit)]).await?;
    rows.iter().map(row::tombstone).collect()
}

pub(super) async fn tombstones(
    db: &Link,
    tenant: TenantId,
    kind: Kind,
    before: Option<Timestamp>,
    limit: u32,
) -> Done<Vec<Tombstone>> {
    let sql = concat!(
        "SELECT ",
        record_columns!(),
        ", removed FROM tombstone WHERE tenant = $1 AND kind = $2 AND removed < $3 AND body IS NOT NULL
         ORDER BY removed DESC, id DESC LIMIT $4"
    );
    let before = before.map_or(i64::MAX, Timestamp::as_micros);
    let rows = db.query(sql, &[&tenant.0, &kind.0, &before, &i64::from(limit)]).await?;
    rows.iter().map(row::tombstone).collect()
}
