//! Letting held events go.

use store::{Action, Change, WriteTx};

use super::{TRIES, is_overtaken, overtaken};
use crate::{Operator, Service, ServiceResult};

impl Service {
    /// Lets the events that are held now enter the feed, in their order. Gives how many; the guard counts afresh.
    /// What is held a moment later was not seen by whoever approves, and stays.
    ///
    /// # Errors
    /// When the database does not answer, or others keep deciding about the same events.
    pub async fn held_approve(&self, op: &Operator) -> ServiceResult<usize> {
        for _ in 0..TRIES {
            let standing = self.standing(op).await?;
            let held = self.held_after(op, 0).await?;
            let Some(last) = held.last() else { return Ok(0) };
            let mut tx = WriteTx::new(op.caller.clone());
            standing.decide(&mut tx);
            tx.changes.push(Change::ReleaseHeld { connection: op.connection.id, through: last.sequence });
            let mut entry =
                op.entry(Action::Administer, self.clock.now(), &op.connection.name, "held_approved");
            entry.detail = Some(format!("{} held events were released.", held.len()));
            tx.log.push(entry);
            match self.store.commit(tx).await {
                Ok(_) => return Ok(held.len()),
                Err(error) if is_overtaken(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(overtaken())
    }
}
