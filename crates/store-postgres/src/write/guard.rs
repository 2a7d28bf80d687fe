//! The mass-change guard decides.

use store::WriteTx;

use super::event;
use super::lock::Locks;
use super::outcome::{Outcome, Plan, params};
use crate::fault::Done;
use crate::guard::Counts;
use crate::pool::Lease;

/// Counts a commit's share, when its changes are made and its locks held, and learns whether its events are held.
///
/// While the connection has held events, everything of it is held, and that stays so until this commit: who releases them
/// waits for it. So there is nothing to count then. Whoever is the first to exceed looks again, alone, so that one of those
/// who exceed at once gives notice.
pub(super) async fn decide<'a>(
    db: &Lease,
    counts: &Counts,
    tx: &'a WriteTx,
    locks: Locks,
    outcome: &mut Outcome<'a>,
) -> Done<()> {
    let Some(guard) = &tx.guard else { return Ok(()) };
    if outcome.already {
        return Ok(());
    }
    outcome.exceeded = counts.exceeds(tx.caller.tenant, guard).await?;
    if !outcome.exceeded {
        return Ok(());
    }
    let mut plan = Plan::default();
    plan.run("SELECT pg_advisory_xact_lock($1)", params![locks.first_held(guard.connection.0)]);
    event::look_for_held(&mut plan, tx, guard);
    super::run(db, plan, outcome, None).await
}
