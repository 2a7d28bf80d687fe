//! New and changed records, and their keys.

use base::Timestamp;
use rusqlite::params;
use store::code::{Code, to_json};
use store::{Conflict, Key, KeyName, Record, ResourceId, TenantId};
use uuid::Uuid;

use super::Writer;
use super::access::internal;
use super::record::{Live, StoredKeys};
use crate::fault::Done;
use crate::key::KeyCode;

/// `INSERT INTO resource`, for a new record and for one that comes back.
const INSERT: &str =
    "INSERT INTO resource (tenant, kind, id, version, created, modified, state, source, managed_by,
        managed_since, external_ids, label, body, keys)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

impl Writer {
    /// A new record, version 1.
    pub(super) fn insert(&mut self, tenant: TenantId, record: &Record, keys: &[Key]) -> Done<()> {
        self.check_unique(tenant, record, keys, None)?;
        self.insert_row(tenant, record, keys, 1)?;
        Ok(())
    }

    /// Writes a record that is not there, with its keys; both have been checked.
    pub(super) fn insert_row(
        &mut self,
        tenant: TenantId,
        record: &Record,
        keys: &[Key],
        version: i64,
    ) -> Done<()> {
        self.know_kind(tenant, record.kind)?;
        let stored: StoredKeys = keys.iter().map(stored).collect();
        self.run_sql(
            INSERT,
            params![
                tenant.0,
                record.kind.0,
                record.id.0.as_bytes(),
                version,
                record.created.as_micros(),
                record.modified.as_micros(),
                record.state.code(),
                record.source.code(),
                record.managed_by.map(|c| c.0),
                record.managed_since.map(Timestamp::as_micros),
                external_ids(record),
                record.label,
                record.body,
                stored_text(&stored),
            ],
        )?;
        let rid = self.db.last_insert_rowid();
        self.put_keys(tenant, record.kind.0, rid, &stored)?;
        self.count_record(tenant, &Live::of(record, rid, version), 1);
        Ok(())
    }

    /// New content under the next version, which is returned.
    pub(super) fn update(
        &mut self,
        tenant: TenantId,
        record: &Record,
        drop_keys: &[Key],
        add_keys: &[Key],
    ) -> Done<i64> {
        let old = self.live(tenant, record.id)?;
        if old.kind != record.kind {
            return Err(internal(format!("{} is not of kind {}", record.id, record.kind.0)));
        }
        self.check_unique(tenant, record, add_keys, Some(old.rid))?;
        let version = old.version + 1;
        self.run_sql(
            "UPDATE resource SET version = ?2, modified = ?3, state = ?4, source = ?5, managed_by = ?6,
                managed_since = ?7, external_ids = ?8, label = ?9, body = ?10 WHERE rid = ?1",
            params![
                old.rid,
                version,
                record.modified.as_micros(),
                record.state.code(),
                record.source.code(),
                record.managed_by.map(|c| c.0),
                record.managed_since.map(Timestamp::as_micros),
                external_ids(record),
                record.label,
                record.body,
            ],
        )?;
        self.change_keys(tenant, &old, drop_keys, add_keys)?;
        let new = Live::of(record, old.rid, version);
        if (old.state, old.managed_by) != (new.state, new.managed_by) {
            self.count_learner(tenant, old.kind, old.state, old.managed_by, -1);
            self.count_learner(tenant, new.kind, new.state, new.managed_by, 1);
        }
        Ok(version)
    }

    /// The next version without new content.
    pub(super) fn touch(&mut self, tenant: TenantId, id: ResourceId, at: Timestamp) -> Done<i64> {
        let live = self.live(tenant, id)?;
        self.run_sql(
            "UPDATE resource SET version = version + 1, modified = ?2 WHERE rid = ?1",
            (live.rid, at.as_micros()),
        )?;
        Ok(live.version + 1)
    }

    fn change_keys(&mut self, tenant: TenantId, live: &Live, drop: &[Key], add: &[Key]) -> Done<()> {
        if drop.is_empty() && add.is_empty() {
            return Ok(());
        }
        // A key goes by name and value: whether it was made as a unique one is known here only.
        let goes = |(name, value, _): &(KeyCode, String, bool)| {
            drop.iter().chain(add).any(|key| KeyCode::from(&key.name) == *name && key.value == *value)
        };
        let (gone, mut keys): (StoredKeys, StoredKeys) =
            self.stored_keys(live.rid)?.into_iter().partition(goes);
        let add: StoredKeys = add.iter().map(stored).collect();
        self.drop_keys(tenant, live.kind.0, live.rid, &gone)?;
        self.put_keys(tenant, live.kind.0, live.rid, &add)?;
        keys.extend(add);
        self.run_sql("UPDATE resource SET keys = ?2 WHERE rid = ?1", (live.rid, stored_text(&keys)))?;
        Ok(())
    }

    /// Whether nobody else holds the unique ones among the keys.
    pub(super) fn check_unique(
        &self,
        tenant: TenantId,
        record: &Record,
        keys: &[Key],
        own: Option<i64>,
    ) -> Done<()> {
        for key in keys.iter().filter(|key| is_unique(key)) {
            let holder: Option<i64> = self.first(
                "SELECT rid FROM unique_key WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4",
                (tenant.0, record.kind.0, KeyCode::from(&key.name), &key.value),
                |row| row.get(0),
            )?;
            if let Some(rid) = holder.filter(|rid| Some(*rid) != own) {
                let holder = self
                    .first("SELECT id FROM resource WHERE rid = ?1", [rid], |row| row.get::<_, [u8; 16]>(0))?
                    .ok_or_else(|| internal(format!("the key {:?} is held by no record", key.name)))?;
                let holder = ResourceId(Uuid::from_bytes(holder));
                return Err(Conflict::Unique { name: key.name.clone(), holder }.into());
            }
        }
        Ok(())
    }

    /// Writes keys; those that are there already stay.
    fn put_keys(&self, tenant: TenantId, kind: i16, rid: i64, keys: &StoredKeys) -> Done<()> {
        for (name, value, unique) in keys {
            if *unique {
                self.run_sql(
                    "INSERT OR IGNORE INTO unique_key (tenant, kind, name, value, rid) VALUES (?1, ?2, ?3, ?4, ?5)",
                    (tenant.0, kind, name, value, rid),
                )?;
            }
            if *name != KeyCode::from(&KeyName::UserName) {
                self.run_sql(
                    "INSERT OR IGNORE INTO lookup_key (tenant, kind, name, value, rid) VALUES (?1, ?2, ?3, ?4, ?5)",
                    (tenant.0, kind, name, value, rid),
                )?;
            }
        }
        Ok(())
    }

    /// Deletes keys of a record.
    pub(super) fn drop_keys(&self, tenant: TenantId, kind: i16, rid: i64, keys: &StoredKeys) -> Done<()> {
        for (name, value, unique) in keys {
            if *unique {
                self.run_sql(
                    "DELETE FROM unique_key
                     WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4 AND rid = ?5",
                    (tenant.0, kind, name, value, rid),
                )?;
            }
            if *name != KeyCode::from(&KeyName::UserName) {
                self.run_sql(
                    "DELETE FROM lookup_key
                     WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4 AND rid = ?5",
                    (tenant.0, kind, name, value, rid),
                )?;
            }
        }
        Ok(())
    }
}

/// User names are unique whatever the key says: they stand in one table only.
fn is_unique(key: &Key) -> bool {
    key.unique || key.name == KeyName::UserName
}

fn stored(key: &Key) -> (KeyCode, String, bool) {
    (KeyCode::from(&key.name), key.value.clone(), is_unique(key))
}

fn stored_text(keys: &StoredKeys) -> Option<String> {
    if keys.is_empty() { None } else { Some(to_json(keys)) }
}

fn external_ids(record: &Record) -> Option<String> {
    if record.external_ids.is_empty() { None } else { Some(to_json(&record.external_ids)) }
}
