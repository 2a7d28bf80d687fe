//! Removed records: set aside, brought back, purged (design ruling 8).

use base::Timestamp;
use rusqlite::params;
use store::code::{Counted, from_json};
use store::{Conflict, Key, Record, ResourceId, TenantId};
use uuid::Uuid;

use super::Writer;
use super::counters::CounterKey;
use super::record::StoredKeys;
use crate::fault::Done;

impl Writer {
    /// A record becomes a tombstone, its memberships are set aside, and the groups it was in change.
    pub(super) fn remove(&mut self, tenant: TenantId, id: ResourceId, at: Timestamp) -> Done<()> {
        let live = self.live(tenant, id)?;
        self.settle_alarms(tenant, id)?;
        let keys = self.stored_keys(live.rid)?;
        self.drop_keys(tenant, live.kind.0, live.rid, &keys)?;
        self.run_sql(
            "INSERT INTO tombstone (tenant, id, kind, removed, version, created, modified, state, source, managed_by,
                managed_since, external_ids, label, body, keys)
             SELECT tenant, id, kind, ?2, version, created, modified, state, source, managed_by, managed_since,
                external_ids, label, body, keys FROM resource WHERE rid = ?1",
            (live.rid, at.as_micros()),
        )?;
        let row = self.db.last_insert_rowid();
        for (name, value, _) in &keys {
            self.run_sql(
                "INSERT OR IGNORE INTO removed_key (tenant, kind, name, value, row) VALUES (?1, ?2, ?3, ?4, ?5)",
                (tenant.0, live.kind.0, name, value, row),
            )?;
        }
        self.run_sql("DELETE FROM resource WHERE rid = ?1", [live.rid])?;
        self.count_record(tenant, &live, -1);

        for group in
            self.groups(tenant, id, "SELECT grp FROM membership WHERE tenant = ?1 AND member = ?2")?
        {
            self.count(tenant, Counted::Members, CounterKey::Group(group), -1);
            if group != id {
                self.touch(tenant, group, at)?;
            }
        }
        let both = params![tenant.0, id.0.as_bytes()];
        self.run_sql(
            "INSERT OR IGNORE INTO removed_membership (tenant, grp, member, kind)
             SELECT tenant, grp, member, kind FROM membership WHERE tenant = ?1 AND (grp = ?2 OR member = ?2)",
            both,
        )?;
        self.run_sql("DELETE FROM membership WHERE tenant = ?1 AND member = ?2", both)?;
        let members = self.run_sql("DELETE FROM membership WHERE tenant = ?1 AND grp = ?2", both)?;
        self.count(
            tenant,
            Counted::Members,
            CounterKey::Group(id),
            -i64::try_from(members).unwrap_or(i64::MAX),
        );
        Ok(())
    }

    /// A tombstone becomes a live record under the next version, which is returned.
    pub(super) fn restore(&mut self, tenant: TenantId, record: &Record, keys: &[Key]) -> Done<i64> {
        let id = record.id;
        let found: Option<(i64, Option<i64>, i16)> = self.first(
            "SELECT row, CASE WHEN body IS NOT NULL THEN version END, kind FROM tombstone
             WHERE tenant = ?1 AND id = ?2",
            params![tenant.0, id.0.as_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let Some((row, Some(version), kind)) = found else { return Err(Conflict::NotRemoved(id).into()) };
        if kind != record.kind.0 {
            return Err(Conflict::NotRemoved(id).into());
        }
        self.check_unique(tenant, record, keys, None)?;
        let version = version + 1;
        self.settle_alarms(tenant, id)?;
        self.drop_removed_keys(tenant, row, kind)?;
        self.run_sql("DELETE FROM tombstone WHERE row = ?1", [row])?;
        self.insert_row(tenant, record, keys, version)?;
        self.bring_members_back(tenant, id, record.modified)?;
        Ok(version)
    }

    fn bring_members_back(&mut self, tenant: TenantId, id: ResourceId, at: Timestamp) -> Done<()> {
        let set_aside = self.all(
            "SELECT grp, member, kind FROM removed_membership WHERE tenant = ?1 AND member = ?2
             UNION SELECT grp, member, kind FROM removed_membership WHERE tenant = ?1 AND grp = ?2",
            params![tenant.0, id.0.as_bytes()],
            |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, [u8; 16]>(1)?, row.get::<_, i16>(2)?)),
        )?;
        for (group, member, kind) in set_aside {
            let (group, member) = (ResourceId(Uuid::from_bytes(group)), ResourceId(Uuid::from_bytes(member)));
            let other = if group == id { member } else { group };
            if self.locate(tenant, other)?.is_none() {
                continue;
            }
            let pair = params![tenant.0, group.0.as_bytes(), member.0.as_bytes(), kind];
            self.run_sql(
                "DELETE FROM removed_membership WHERE tenant = ?1 AND grp = ?2 AND member = ?3 AND kind = ?4",
                pair,
            )?;
            let added = self.run_sql(
                "INSERT OR IGNORE INTO membership (tenant, grp, member, kind) VALUES (?1, ?2, ?3, ?4)",
                pair,
            )?;
            if added > 0 {
                self.count(tenant, Counted::Members, CounterKey::Group(group), 1);
                if group != id {
                    self.touch(tenant, group, at)?;
                }
            }
        }
        Ok(())
    }

    /// A tombstone loses its content, and everything that was said about it its payload. Doing so twice does nothing.
    pub(super) fn purge(&mut self, tenant: TenantId, id: ResourceId) -> Done<()> {
        let key = params![tenant.0, id.0.as_bytes()];
        let (row, kind): (i64, i16) = self
            .first("SELECT row, kind FROM tombstone WHERE tenant = ?1 AND id = ?2", key, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .ok_or(Conflict::NotRemoved(id))?;
        self.settle_alarms(tenant, id)?;
        self.drop_removed_keys(tenant, row, kind)?;
        self.run_sql(
            "UPDATE tombstone SET version = NULL, created = NULL, modified = NULL, state = NULL, source = NULL,
                managed_by = NULL, managed_since = NULL, external_ids = NULL, label = NULL, body = NULL, keys = NULL
             WHERE row = ?1",
            [row],
        )?;
        for sql in [
            "DELETE FROM removed_membership WHERE tenant = ?1 AND grp = ?2",
            "DELETE FROM removed_membership WHERE tenant = ?1 AND member = ?2",
            "UPDATE event SET data = '{}' WHERE tenant = ?1 AND subject = ?2",
            "UPDATE event SET data = '{}' WHERE tenant = ?1 AND object = ?2",
            "UPDATE held_event SET data = '{}' WHERE tenant = ?1 AND subject = ?2",
            "UPDATE held_event SET data = '{}' WHERE tenant = ?1 AND object = ?2",
            "UPDATE log_entry SET label = '', detail = NULL, raw = NULL WHERE tenant = ?1 AND subject = ?2",
        ] {
            self.run_sql(sql, key)?;
        }
        Ok(())
    }

    /// An event, in the feed or held, gets another payload.
    pub(super) fn rewrite_event(
        &mut self,
        tenant: TenantId,
        subject: ResourceId,
        id: Uuid,
        data: &str,
    ) -> Done<()> {
        for sql in [
            "UPDATE event SET data = ?4 WHERE tenant = ?1 AND subject = ?2 AND id = ?3",
            "UPDATE held_event SET data = ?4 WHERE tenant = ?1 AND subject = ?2 AND id = ?3",
        ] {
            self.run_sql(sql, params![tenant.0, subject.0.as_bytes(), id.as_bytes(), data])?;
        }
        Ok(())
    }

    /// A log entry gets another detail and raw text.
    pub(super) fn rewrite_entry(
        &mut self,
        tenant: TenantId,
        sequence: i64,
        detail: Option<&str>,
        raw: Option<&str>,
    ) -> Done<()> {
        self.run_sql(
            "UPDATE log_entry SET detail = ?3, raw = ?4 WHERE tenant = ?1 AND sequence = ?2",
            (tenant.0, sequence, detail, raw),
        )?;
        Ok(())
    }

    fn drop_removed_keys(&self, tenant: TenantId, row: i64, kind: i16) -> Done<()> {
        let text: Option<Option<String>> =
            self.first("SELECT keys FROM tombstone WHERE row = ?1", [row], |row| row.get(0))?;
        let Some(text) = text.flatten() else { return Ok(()) };
        let keys: StoredKeys = from_json(&text, "tombstone", "keys")?;
        for (name, value, _) in keys {
            self.run_sql(
                "DELETE FROM removed_key WHERE tenant = ?1 AND kind = ?2 AND name = ?3 AND value = ?4 AND row = ?5",
                (tenant.0, kind, name, value, row),
            )?;
        }
        Ok(())
    }

    fn groups(&self, tenant: TenantId, id: ResourceId, sql: &str) -> Done<Vec<ResourceId>> {
        self.all(sql, params![tenant.0, id.0.as_bytes()], |row| {
            Ok(ResourceId(Uuid::from_bytes(row.get::<_, [u8; 16]>(0)?)))
        })
    }
}
