//! Events: their place in the feed, or among the held ones.

use rusqlite::params;
use store::code::{Code, Counted, to_json};
use store::{Committed, ConnectionId, NewEvent, TenantId, WriteTx};

use super::Writer;
use super::counters::CounterKey;
use super::guard::Base;
use crate::fault::Done;

impl Writer {
    /// Writes the events of a commit, and says in `done` where they went.
    pub(super) fn events(&mut self, tx: &WriteTx, base: Option<Base>, done: &mut Committed) -> Done<()> {
        let tenant = tx.caller.tenant;
        let mut holder = None;
        if let (Some(guard), Some(base)) = (&tx.guard, base) {
            let already = self.held_count(tenant, guard.connection)? > 0;
            let exceeded = self.guard(tenant, guard, base)?;
            if (already || exceeded) && !tx.events.is_empty() {
                holder = Some(guard.connection);
                if !already {
                    done.position = Some(self.publish(tenant, &guard.notice)?);
                }
            }
        }
        for event in &tx.events {
            // Who holds the subject already goes on holding it: two holders could release in the wrong order.
            match self.holder_of(tenant, event)?.or(holder) {
                Some(connection) => {
                    self.hold(tenant, connection, event)?;
                    done.held = true;
                }
                None => done.position = Some(self.publish(tenant, event)?),
            }
        }
        Ok(())
    }

    /// Appends an event to the feed; its position.
    pub(super) fn publish(&mut self, tenant: TenantId, event: &NewEvent) -> Done<i64> {
        self.memory.position += 1;
        let position = self.memory.position;
        self.run_sql(
            "INSERT INTO event (position, tenant, id, kind, subject_kind, subject, object_kind, object, cause, batch,
                connection, request, actor, at, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            params![
                position,
                tenant.0,
                event.id.as_bytes(),
                event.kind.code(),
                event.subject.map(|(kind, _)| kind.0),
                event.subject.as_ref().map(|(_, id)| id.0.as_bytes()),
                event.object.map(|(kind, _)| kind.0),
                event.object.as_ref().map(|(_, id)| id.0.as_bytes()),
                event.cause.code(),
                event.batch.as_ref().map(|id| id.as_bytes()),
                event.connection.map(|c| c.0),
                event.request,
                to_json(&event.actor),
                event.at.as_micros(),
                event.data,
            ],
        )?;
        Ok(position)
    }

    fn hold(&mut self, tenant: TenantId, holder: ConnectionId, event: &NewEvent) -> Done<()> {
        self.run_sql(
            "INSERT INTO held_event (tenant, holder, id, kind, subject_kind, subject, object_kind, object, cause, batch,
                connection, request, actor, at, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            params![
                tenant.0,
                holder.0,
                event.id.as_bytes(),
                event.kind.code(),
                event.subject.map(|(kind, _)| kind.0),
                event.subject.as_ref().map(|(_, id)| id.0.as_bytes()),
                event.object.map(|(kind, _)| kind.0),
                event.object.as_ref().map(|(_, id)| id.0.as_bytes()),
                event.cause.code(),
                event.batch.as_ref().map(|id| id.as_bytes()),
                event.connection.map(|c| c.0),
                event.request,
                to_json(&event.actor),
                event.at.as_micros(),
                event.data,
            ],
        )?;
        self.count(tenant, Counted::Held, CounterKey::Connection(holder), 1);
        Ok(())
    }

    /// Which connection holds events of this event's subject.
    fn holder_of(&self, tenant: TenantId, event: &NewEvent) -> Done<Option<ConnectionId>> {
        let Some((_, subject)) = &event.subject else { return Ok(None) };
        self.first(
            "SELECT holder FROM held_event WHERE tenant = ?1 AND subject = ?2 LIMIT 1",
            params![tenant.0, subject.0.as_bytes()],
            |row| row.get(0).map(ConnectionId),
        )
    }

    pub(super) fn held_count(&self, tenant: TenantId, connection: ConnectionId) -> Done<i64> {
        self.counter(tenant, Counted::Held, CounterKey::Connection(connection))
    }
}
