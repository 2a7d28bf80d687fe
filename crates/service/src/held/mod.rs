//! What the mass-change guard holds back: looking at it, approving it, reverting it (design §2).
//!
//! The provider's writes were done and acknowledged; only their events wait. *Approve* lets them go. *Revert* undoes
//! the lock-outs themselves and drops their events, so that the app never hears of them.

mod approve;
mod case;
mod revert;

use store::{Change, Conflict, Expect, HeldEvent, StoreError, StoreResult, Tenant, WriteTx};

use crate::operator::still_there;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

pub use revert::HeldReverted;

/// Events read at once.
const PAGE: u32 = 1000;
/// How often a decision is tried again on what another has left.
const TRIES: u32 = 8;

/// The tenant as it was when somebody began to decide about held events. Each decision raises its revision, so that of two
/// who decide at once the later one does not go by events that are told or dropped by now.
struct Standing(Tenant);

impl Standing {
    /// The write holds only while nobody else has decided.
    fn guard(&self, tx: &mut WriteTx) {
        tx.expect.push(Expect::Revision(self.0.revision));
    }

    /// The write is the decision.
    fn decide(&self, tx: &mut WriteTx) {
        self.guard(tx);
        let (display_name, settings) = (self.0.display_name.clone(), self.0.settings.clone());
        tx.changes.push(Change::PutTenant { display_name, settings });
    }
}

/// Whether somebody else has decided, or changed the tenant's settings, meanwhile.
fn is_overtaken(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict(Conflict::Revision))
}

fn overtaken() -> ServiceError {
    ServiceError::new(
        Code::Conflict,
        "others keep deciding about held events or changing the tenant's settings",
    )
    .hint("look at what is held, and do it again")
}

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

    async fn standing(&self, op: &Operator) -> ServiceResult<Standing> {
        let mut read = self.store.read(&op.caller).await?;
        still_there(op, &mut *read).await?;
        Ok(Standing(read.tenant().await?.unwrap_or_else(|| op.tenant.tenant.clone())))
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
