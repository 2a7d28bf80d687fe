//! Finding live records, and what follows from their state.

use rusqlite::params;
use store::code::{Code, Counted, from_json};
use store::{Conflict, Kind, Record, ResourceId, State, TenantId};

use super::Writer;
use super::counters::CounterKey;
use crate::fault::Done;
use crate::key::KeyCode;

/// A live record, as far as the writer needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Live {
    pub(super) rid: i64,
    pub(super) kind: Kind,
    pub(super) version: i64,
    pub(super) state: State,
    pub(super) managed_by: Option<i64>,
}

/// Stored keys: name, value, whether unique.
pub(super) type StoredKeys = Vec<(KeyCode, String, bool)>;

impl Writer {
    /// A live record of whatever kind.
    pub(super) fn locate(&self, tenant: TenantId, id: ResourceId) -> Done<Option<Live>> {
        let found = self.first(
            "SELECT rid, kind, version, state, managed_by FROM resource
             WHERE tenant = ?1 AND id = ?2
               AND kind IN (SELECT CAST(key AS INTEGER) FROM counter WHERE tenant = ?1 AND what = 1)",
            params![tenant.0, id.0.as_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
        )?;
        let Some((rid, kind, version, state, managed_by)) = found else { return Ok(None) };
        let state = State::decode(state, "resource", "state")?;
        Ok(Some(Live { rid, kind: Kind(kind), version, state, managed_by }))
    }

    /// A live record that must be there.
    pub(super) fn live(&self, tenant: TenantId, id: ResourceId) -> Done<Live> {
        Ok(self.locate(tenant, id)?.ok_or(Conflict::Missing(id))?)
    }

    /// The keys of a live record.
    pub(super) fn stored_keys(&self, rid: i64) -> Done<StoredKeys> {
        let text: Option<Option<String>> =
            self.first("SELECT keys FROM resource WHERE rid = ?1", [rid], |row| row.get(0))?;
        match text.flatten() {
            None => Ok(Vec::new()),
            Some(text) => Ok(from_json(&text, "resource", "keys")?),
        }
    }

    /// Counts a record in (`by` 1) or out (`by` -1).
    pub(super) fn count_record(&mut self, tenant: TenantId, record: &Live, by: i64) {
        self.count(tenant, Counted::Live, CounterKey::Kind(record.kind), by);
        self.count_learner(tenant, record.kind, record.state, record.managed_by, by);
    }

    /// Counts what only learners have.
    pub(super) fn count_learner(
        &mut self,
        tenant: TenantId,
        kind: Kind,
        state: State,
        managed_by: Option<i64>,
        by: i64,
    ) {
        if kind != Kind::USER {
            return;
        }
        if state == State::Inactive {
            self.count(tenant, Counted::Inactive, CounterKey::Only, by);
        }
        if let Some(connection) = managed_by {
            let key = CounterKey::Connection(store::ConnectionId(connection));
            self.count(tenant, Counted::Managed, key, by);
        }
    }
}

impl Live {
    /// What a record to be written will be.
    pub(super) fn of(record: &Record, rid: i64, version: i64) -> Self {
        Self {
            rid,
            kind: record.kind,
            version,
            state: record.state,
            managed_by: record.managed_by.map(|c| c.0),
        }
    }
}
