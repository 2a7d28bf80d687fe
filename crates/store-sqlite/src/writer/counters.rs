//! Kept counters. Many commits of a group change the same few, so each is written once, at the end.

use std::collections::HashMap;

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use store::code::{Code, Counted};
use store::{ConnectionId, Kind, ResourceId, TenantId};

use super::Writer;
use crate::fault::Done;

/// Changes not written yet.
pub(super) type Counters = HashMap<(TenantId, Counted, CounterKey), i64>;

/// What of its sort is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum CounterKey {
    /// There is only one.
    Only,
    /// A kind.
    Kind(Kind),
    /// A connection.
    Connection(ConnectionId),
    /// A group.
    Group(ResourceId),
}

impl ToSql for CounterKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Only => ToSqlOutput::Owned(0i64.into()),
            Self::Kind(kind) => ToSqlOutput::Owned(i64::from(kind.0).into()),
            Self::Connection(id) => ToSqlOutput::Owned(id.0.into()),
            Self::Group(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.0.as_bytes())),
        })
    }
}

impl Writer {
    /// Adds to a counter.
    pub(super) fn count(&mut self, tenant: TenantId, what: Counted, key: CounterKey, by: i64) {
        *self.memory.counters.entry((tenant, what, key)).or_insert(0) += by;
    }

    /// A counter as it stands within this transaction.
    pub(super) fn counter(&self, tenant: TenantId, what: Counted, key: CounterKey) -> Done<i64> {
        let sql = "SELECT n FROM counter WHERE tenant = ?1 AND what = ?2 AND key = ?3";
        let written = self.first(sql, (tenant.0, what.code(), &key), |row| row.get(0))?.unwrap_or(0);
        Ok(written + self.memory.counters.get(&(tenant, what, key)).copied().unwrap_or(0))
    }

    /// Writes what has been added.
    pub(super) fn flush_counters(&mut self) -> Done<()> {
        for ((tenant, what, key), by) in std::mem::take(&mut self.memory.counters) {
            if by == 0 {
                continue;
            }
            self.run_sql(
                "INSERT INTO counter (tenant, what, key, n) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET n = n + excluded.n",
                (tenant.0, what.code(), &key, by),
            )?;
            if by < 0 && matches!(key, CounterKey::Group(_)) {
                self.run_sql(
                    "DELETE FROM counter WHERE tenant = ?1 AND what = ?2 AND key = ?3 AND n = 0",
                    (tenant.0, what.code(), &key),
                )?;
            }
        }
        Ok(())
    }

    /// Makes sure that the kind has a row: looking an id up without its kind goes over these rows.
    pub(super) fn know_kind(&mut self, tenant: TenantId, kind: Kind) -> Done<()> {
        if self.memory.kinds.insert((tenant, kind.0)) {
            self.run_sql(
                "INSERT OR IGNORE INTO counter (tenant, what, key, n) VALUES (?1, ?2, ?3, 0)",
                (tenant.0, Counted::Live.code(), CounterKey::Kind(kind)),
            )?;
        }
        Ok(())
    }
}
