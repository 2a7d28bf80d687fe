//! What the mass-change guard holds back: looking at it, approving it, reverting it (design §2).
//!
//! The provider's writes were done and acknowledged; only their events wait. *Approve* lets them go. *Revert* undoes
//! the lock-outs themselves and drops their events, so that the app never hears of them.

mod approve;
mod case;
mod revert;

use store::{HeldEvent, StoreResult};

use crate::{Operator, Service, ServiceResult};

pub use revert::HeldReverted;

/// Events read at once.
const PAGE: u32 = 1000;

impl Service {
    /// Held events of the operator's connection, in order, after a sequence (0 begins), at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn held(&self, op: &Operator, after: i64, limit: u32) -> ServiceResult<Vec<HeldEvent>> {
        let mut read = self.store.read(&op.caller).await?;
        Ok(read.held(op.connection.id, after, limit).await?)
    }

    /// How many events are held.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn held_count(&self, op: &Operator) -> ServiceResult<u64> {
        let mut read = self.store.read(&op.caller).await?;
        Ok(read.count_held(op.connection.id).await?)
    }

    /// All held events after a sequence.
    async fn held_after(&self, op: &Operator, mut after: i64) -> StoreResult<Vec<HeldEvent>> {
        let mut read = self.store.read(&op.caller).await?;
        let mut all = Vec::new();
        loop {
            let page = read.held(op.connection.id, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(all) };
            after = last.sequence;
            all.extend(page);
        }
    }
}
