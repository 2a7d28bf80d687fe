//! Held events are let into the feed, or dropped.

use store::code::Counted;
use store::{ConnectionId, TenantId};

use super::Writer;
use super::counters::CounterKey;
use crate::fault::Done;

impl Writer {
    /// Held events up to a sequence enter the feed in their order; the position of the last.
    pub(super) fn release_held(
        &mut self,
        tenant: TenantId,
        connection: ConnectionId,
        through: i64,
    ) -> Done<Option<i64>> {
        let released = self.run_sql(
            "INSERT INTO event (position, tenant, id, kind, subject_kind, subject, object_kind, object, cause, batch,
                connection, request, actor, at, data)
             SELECT ?4 + row_number() OVER (ORDER BY sequence), tenant, id, kind, subject_kind, subject, object_kind,
                object, cause, batch, connection, request, actor, at, data
             FROM held_event WHERE tenant = ?1 AND holder = ?2 AND sequence <= ?3 ORDER BY sequence",
            (tenant.0, connection.0, through, self.memory.position),
        )?;
        if released == 0 {
            return Ok(None);
        }
        self.memory.position += i64::try_from(released).unwrap_or(i64::MAX);
        self.drop_held(tenant, connection, through)?;
        Ok(Some(self.memory.position))
    }

    /// Held events up to a sequence go.
    pub(super) fn drop_held(&mut self, tenant: TenantId, connection: ConnectionId, through: i64) -> Done<()> {
        let dropped = self.run_sql(
            "DELETE FROM held_event WHERE tenant = ?1 AND holder = ?2 AND sequence <= ?3",
            (tenant.0, connection.0, through),
        )?;
        let dropped = i64::try_from(dropped).unwrap_or(i64::MAX);
        self.count(tenant, Counted::Held, CounterKey::Connection(connection), -dropped);
        if self.held_count(tenant, connection)? == 0 {
            self.run_sql(
                "DELETE FROM guard_hour WHERE tenant = ?1 AND connection = ?2",
                (tenant.0, connection.0),
            )?;
        }
        Ok(())
    }
}
