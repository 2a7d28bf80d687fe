//! The mass-change guard counts.

use store::code::Counted;
use store::{Guard, TenantId};

use super::Writer;
use super::counters::CounterKey;
use crate::fault::Done;

/// How many learners the connection managed before the commit changed any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Base(i64);

impl Writer {
    /// To be asked before the changes of the commit are made.
    pub(super) fn guard_base(&self, tenant: TenantId, guard: &Guard) -> Done<Base> {
        self.counter(tenant, Counted::Managed, CounterKey::Connection(guard.connection)).map(Base)
    }

    /// Counts a commit's share, and says whether the day's count exceeds what the policy allows.
    pub(super) fn guard(&self, tenant: TenantId, guard: &Guard, base: Base) -> Done<bool> {
        let window = guard.window();
        self.run_sql(
            "DELETE FROM guard_hour WHERE tenant = ?1 AND connection = ?2 AND hour < ?3",
            (tenant.0, guard.connection.0, window.start()),
        )?;
        self.run_sql(
            "INSERT INTO guard_hour (tenant, connection, hour, weight, base) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET weight = weight + excluded.weight",
            (tenant.0, guard.connection.0, window.end(), guard.weight, base.0),
        )?;
        let hours = self.all(
            "SELECT weight, base FROM guard_hour WHERE tenant = ?1 AND connection = ?2 ORDER BY hour",
            (tenant.0, guard.connection.0),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(guard.is_exceeded(&hours))
    }
}
