//! Writing the pulse down: traffic, and batches that have gone quiet.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use base::Timestamp;
use serde_json::json;
use store::{
    Cause, Change, Conflict, Connection, ConnectionId, EventKind, Expect, NewEvent, Purpose, ReadTx,
    StoreError, StoreResult, TrafficMinute, WriteTx,
};

use super::Swept;
use super::note::{KIND, Note, Saved};
use crate::faults::Sign;
use crate::operator::system_caller;
use crate::pulse::{Batch, Link};
use crate::{Service, ServiceResult};

/// What is written down of one connection.
#[derive(Clone, Copy)]
struct Beat<'a> {
    traffic: &'a [TrafficMinute],
    over: &'a [Batch],
    open: Option<&'a Batch>,
    signs: &'a BTreeMap<&'static str, Sign>,
}

impl Service {
    pub(super) async fn beat(&self, now: Timestamp, swept: &mut Swept) -> ServiceResult<()> {
        self.resume_batches().await?;
        let mut result = Ok(());
        for link in self.pulse.links() {
            // One tenant's trouble is no reason to leave the others out.
            match self.beat_of(&link, now).await {
                Ok(synced) => {
                    swept.synced += synced;
                    if synced > 0
                        && let Err(error) = self.look_for_leftovers(&link).await
                    {
                        result = Err(error);
                    }
                }
                Err(error) => result = Err(error.into()),
            }
        }
        result
    }

    /// A cycle is done: perhaps the first one, after which the tenant's policy may want something of who is left over.
    async fn look_for_leftovers(&self, link: &Link) -> ServiceResult<()> {
        let caller = system_caller(link.tenant, link.connection);
        let mut read = self.store.read(&caller).await?;
        let tenant = read.tenant().await?;
        drop(read);
        let Some(tenant) = tenant else { return Ok(()) };
        match self.system_at(&tenant, link.connection).await? {
            Some(op) => self.first_cycle_done(&op).await,
            None => Ok(()),
        }
    }

    /// Takes over the batches that a process which is gone has left open.
    async fn resume_batches(&self) -> StoreResult<()> {
        let mut system = self.store.system(Purpose::Sweep).await?;
        let jobs = system.running_jobs().await?;
        drop(system);
        for (tenant, job) in jobs.iter().filter(|(_, job)| job.kind == KIND) {
            let Some(note) = Note::of(job) else { continue };
            if let Some(saved) = note.batch {
                self.pulse.link(*tenant, ConnectionId(note.connection)).resume(saved.into());
            }
        }
        Ok(())
    }

    /// Writes one connection's counts down and closes its batches; gives how many.
    async fn beat_of(&self, link: &Arc<Link>, now: Timestamp) -> StoreResult<u32> {
        let traffic = link.take_traffic();
        let over = link.over(now, self.config.quiet);
        let open = link.open();
        let signs = link.signs.take();
        let beat = Beat { traffic: &traffic, over: &over, open: open.as_ref(), signs: &signs };
        match self.write_beat(link, &beat, now).await {
            Ok(synced) => Ok(synced),
            Err(error) => {
                link.signs.put_back(signs);
                link.put_back_traffic(traffic);
                link.put_back(over);
                match error {
                    // Somebody changed the tenant's settings just now: the next round does it.
                    StoreError::Conflict(Conflict::Revision) => Ok(0),
                    // The tenant is gone, and the connection with it.
                    StoreError::Conflict(Conflict::Gone(_)) => {
                        self.pulse.forget(link.connection);
                        Ok(0)
                    }
                    other => Err(other),
                }
            }
        }
    }

    /// The connection's latest request of any kind, and the latest that was answered well, of this process or another.
    pub(crate) async fn last_contact(
        &self,
        read: &mut dyn ReadTx,
        connection: &Connection,
    ) -> StoreResult<(Option<Timestamp>, Option<Timestamp>)> {
        let here = self.pulse.link(connection.tenant, connection.id).contact();
        let note = Note::read(read, connection.id).await?;
        let noted = |at: Option<i64>| at.map(Timestamp::from_micros);
        Ok((noted(note.heard).max(here.heard), noted(note.well).max(here.well)))
    }

    async fn write_beat(&self, link: &Link, beat: &Beat<'_>, now: Timestamp) -> StoreResult<u32> {
        let Beat { traffic, over, open, signs } = *beat;
        if traffic.is_empty() && over.is_empty() && signs.is_empty() {
            return Ok(0);
        }
        let caller = system_caller(link.tenant, link.connection);
        let mut read = self.store.read(&caller).await?;
        let tenant = read.tenant().await?;
        let connection = read.connections().await?.into_iter().find(|c| c.id == link.connection);
        let (Some(tenant), Some(mut connection)) = (tenant, connection) else {
            self.pulse.forget(link.connection);
            return Ok(0);
        };
        let mut note = Note::read(&mut *read, link.connection).await?;
        let held = read.count_held(link.connection).await?;
        drop(read);

        let mut tx = WriteTx::new(caller);
        if !traffic.is_empty() {
            tx.changes.push(Change::CountTraffic(merge(traffic)));
        }
        for batch in over.iter().filter(|b| b.changes > 0) {
            let first = connection.first_synced.is_none();
            tx.events.push(self.synced(&connection, batch, held, first, now));
            if first {
                connection.first_synced = Some(batch.last.as_micros());
                tx.expect.push(Expect::Revision(tenant.revision));
                tx.changes.push(Change::PutConnection(Box::new(connection.clone())));
            }
        }
        let synced = u32::try_from(tx.events.len()).unwrap_or(u32::MAX);
        note.batch = open.map(Saved::from);
        let contact = link.contact();
        let micros = |at: Option<Timestamp>| at.map(Timestamp::as_micros);
        note.heard = note.heard.max(micros(contact.heard));
        note.well = note.well.max(micros(contact.well));
        note.first_well = note.first_well.or(micros(contact.first_well));
        note.groups_asked = note.groups_asked.or(micros(contact.groups_asked));
        for (id, sign) in signs {
            let entry = note.signs.entry((*id).to_owned()).or_default();
            *entry = entry.and(*sign);
        }
        tx.changes.push(Change::PutJob(Box::new(note.job(now))));
        self.store.commit(tx).await?;
        Ok(synced)
    }

    fn synced(
        &self,
        connection: &Connection,
        batch: &Batch,
        held: u64,
        first: bool,
        now: Timestamp,
    ) -> NewEvent {
        let data = json!({
            "connection": connection.name,
            "first": first,
            "changes": batch.changes,
            "started": batch.started.to_string(),
            "ended": batch.last.to_string(),
            "held": held,
        });
        let mut event = self.own_event(EventKind::ConnectionSynced, connection, Some(batch.id), now, &data);
        if first {
            event.cause = Cause::InitialSync;
        }
        event
    }
}

/// One row a minute, in order.
fn merge(traffic: &[TrafficMinute]) -> Vec<TrafficMinute> {
    let minutes: HashSet<_> = traffic.iter().map(|m| m.minute).collect();
    let mut out: Vec<_> = minutes
        .into_iter()
        .filter_map(|minute| {
            traffic.iter().filter(|m| m.minute == minute).copied().reduce(|a, b| TrafficMinute {
                reads: a.reads.saturating_add(b.reads),
                writes: a.writes.saturating_add(b.writes),
                failures: a.failures.saturating_add(b.failures),
                ..a
            })
        })
        .collect();
    out.sort_by_key(|m| m.minute);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_one_minute_become_one_row() {
        let minute = |minute, reads| TrafficMinute {
            connection: ConnectionId(1),
            minute,
            reads,
            writes: 1,
            failures: 0,
        };
        let merged = merge(&[minute(2, 1), minute(1, 5), minute(2, 3)]);
        let rows: Vec<_> = merged.iter().map(|m| (m.minute, m.reads, m.writes)).collect();
        assert_eq!(rows, [(1, 5, 1), (2, 4, 2)]);
    }
}
