//! Records and tombstones.

use base::Timestamp;
use rusqlite::{Connection, params};
use store::{Key, KeyName, Kind, Record, ResourceId, TenantId, Tombstone};

use crate::fault::Done;
use crate::key::KeyCode;
use crate::row::{self, record_columns};
use crate::system::{all, first};

/// The kinds that a tenant has records of, to look an id up without its kind in an index that begins with the kind.
macro_rules! kinds {
    () => {
        "kind IN (SELECT CAST(key AS INTEGER) FROM counter WHERE tenant = ?1 AND what = 1)"
    };
}
pub(super) use kinds;

pub(super) fn by_id(db: &Connection, tenant: TenantId, kind: Kind, id: ResourceId) -> Done<Option<Record>> {
    first(
        db,
        concat!("SELECT ", record_columns!(), " FROM resource WHERE tenant = ?1 AND kind = ?2 AND id = ?3"),
        params![tenant.0, kind.0, id.0.as_bytes()],
        row::record,
    )
}

pub(super) fn any(db: &Connection, tenant: TenantId, id: ResourceId) -> Done<Option<Record>> {
    first(
        db,
        concat!("SELECT ", record_columns!(), " FROM resource WHERE tenant = ?1 AND id = ?2 AND ", kinds!()),
        params![tenant.0, id.0.as_bytes()],
        row::record,
    )
}

pub(super) fn by_row(db: &Connection, rid: i64) -> Done<Option<Record>> {
    first(db, concat!("SELECT ", record_columns!(), " FROM resource WHERE rid = ?1"), [rid], row::record)
}

/// Whoever has this user name, folded.
pub(super) fn by_user_name(
    db: &Connection,
    tenant: TenantId,
    kind: Kind,
    name: &str,
) -> Done<Option<Record>> {
    first(
        db,
        concat!(
            "SELECT ",
            record_columns!(),
            " FROM resource WHERE rid =
               (SELECT rid FROM unique_key WHERE tenant = ?1 AND kind = ?2 AND name = 1 AND value = ?3)"
        ),
        (tenant.0, kind.0, name),
        row::record,
    )
}

pub(super) fn by_key(
    db: &Connection,
    tenant: TenantId,
    kind: Kind,
    key: &Key,
    limit: u32,
) -> Done<Vec<Record>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    if key.name == KeyName::UserName {
        return Ok(by_user_name(db, tenant, kind, &key.value)?.into_iter().collect());
    }
    all(
        db,
        concat!(
            "SELECT ",
            record_columns!(),
            " FROM resource WHERE rid IN
               (SELECT rid FROM lookup_key WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4)
             ORDER BY id LIMIT ?5"
        ),
        (tenant.0, kind.0, KeyCode::from(&key.name), &key.value, limit),
        row::record,
    )
}

pub(super) fn tombstone(db: &Connection, tenant: TenantId, id: ResourceId) -> Done<Option<Tombstone>> {
    first(
        db,
        concat!("SELECT ", record_columns!(), ", removed FROM tombstone WHERE tenant = ?1 AND id = ?2"),
        params![tenant.0, id.0.as_bytes()],
        row::tombstone,
    )
}

pub(super) fn tombstones_by_key(
    db: &Connection,
    tenant: TenantId,
    kind: Kind,
    key: &Key,
    limit: u32,
) -> Done<Vec<Tombstone>> {
    all(
        db,
        concat!(
            "SELECT ",
            record_columns!(),
            ", removed FROM tombstone WHERE row IN
               (SELECT row FROM removed_key WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4)
               AND body IS NOT NULL
             ORDER BY removed DESC, id DESC LIMIT ?5"
        ),
        (tenant.0, kind.0, KeyCode::from(&key.name), &key.value, limit),
        row::tombstone,
    )
}

pub(super) fn tombstones(
    db: &Connection,
    tenant: TenantId,
    kind: Kind,
    before: Option<Timestamp>,
    limit: u32,
) -> Done<Vec<Tombstone>> {
    all(
        db,
        concat!(
            "SELECT ",
            record_columns!(),
            ", removed FROM tombstone
             WHERE tenant = ?1 AND kind = ?2 AND removed < ?3 AND body IS NOT NULL
             ORDER BY removed DESC, id DESC LIMIT ?4"
        ),
        (tenant.0, kind.0, before.map_or(i64::MAX, Timestamp::as_micros), limit),
        row::tombstone,
    )
}
