//! Letting held events go.

use store::{Action, Change, WriteTx};

use crate::{Operator, Service, ServiceResult};

impl Service {
    /// Lets the events that are held now enter the feed, in their order. Gives how many; the guard counts afresh.
    /// What is held a moment later was not seen by whoever approves, and stays.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn held_approve(&self, op: &Operator) -> ServiceResult<usize> {
        let held = self.held_after(op, 0).await?;
        let Some(last) = held.last() else { return Ok(0) };
        let mut tx = WriteTx::new(op.caller.clone());
        tx.changes.push(Change::ReleaseHeld { connection: op.connection.id, through: last.sequence });
        let mut entry = op.entry(Action::Administer, self.clock.now(), &op.connection.name, "held_approved");
        entry.detail = Some(format!("{} held events were released.", held.len()));
        tx.log.push(entry);
        self.store.commit(tx).await?;
        Ok(held.len())
    }
}
