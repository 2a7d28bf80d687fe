//! Commits.
//!
//! A `WriteTx` is one transaction. Its statements go out together: locks, preconditions and changes in one packet, then
//! events, log, counters and COMMIT in another; what the mass-change guard has to count, it counts between them. Each statement answers for its own change, so a conflict is found where
//! it stands in the order of the write, and the transaction is rolled back before anything of it is seen.
//!
//! **Isolation**: READ COMMITTED, with the rows that a write changes locked first, in the order of their ids, so that what
//! is checked stays true until the commit. SERIALIZABLE would need no thought about locks, but fails commits that do not
//! harm each other (two creations touch the same index pages), and fails them after their work is done. What locks cannot
//! cover are rows that are not there yet: unique keys are kept by the index, and the loser of a race tries again and then
//! finds who holds the key. Every commit shares a lock on its tenant, which a deletion of the tenant and a release of held
//! events take alone.

mod alarm;
mod change;
pub(crate) mod counters;
mod event;
mod guard;
mod held;
mod lock;
mod log;
mod membership;
mod outcome;
mod removal;
mod resource;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use store::{Committed, WriteTx};

use crate::fault::Done;
use crate::guard::Counts;
use crate::listener;
use crate::pool::{Lease, Pool};
use crate::sequencer::Places;
pub(crate) use lock::Locks;
pub(crate) use outcome::params;
use outcome::{Outcome, Plan};
pub(crate) use resource::display_in;
pub(crate) use settings::MAKE_CONNECTION;

/// How often a commit is tried that others are in the way of.
const TRIES: u32 = 12;

/// What commits need beside a connection of their own.
#[derive(Debug, Clone)]
pub(crate) struct Aides {
    /// Gives events their places.
    pub(crate) places: Places,
    /// Counts for the mass-change guard.
    pub(crate) counts: Counts,
}

/// Does the write, again where others were in its way.
pub(crate) async fn commit(pool: &Arc<Pool>, aides: &Aides, locks: Locks, tx: &WriteTx) -> Done<Committed> {
    let mut tries = 0;
    let mut outcome = loop {
        tries += 1;
        let mut db = pool.writer().await?;
        match Box::pin(attempt(&mut db, aides, locks, tx)).await {
            Ok(outcome) => {
                if lock::changes_settings(tx) {
                    listener::tell(pool, &db, locks).await;
                }
                break outcome;
            }
            Err(fault) if tries < TRIES && fault.is_transient() => {
                drop(db);
                // The first tries at once: the other has committed by now. Later ones leave room.
                tokio::time::sleep(Duration::from_millis(u64::from(tries - 1) * 3)).await;
            }
            // A connection may have been lost while it lay idle; nothing was committed through it.
            Err(fault) if tries == 1 && fault.is_loss() && !db.was_committing() => {}
            Err(fault) => return Err(fault),
        }
    };
    if let Some(ticket) = outcome.ticket {
        // It is durable already. Should the feed be out of reach now, the next node to look will place it.
        outcome.done.position = aides.places.place(tx.caller.tenant, ticket).await;
    }
    Ok(outcome.done)
}

async fn attempt<'a>(db: &mut Lease, aides: &Aides, locks: Locks, tx: &'a WriteTx) -> Done<Outcome<'a>> {
    let mut outcome = Outcome::new(tx, db.slot());
    let mut plan = Plan::default();
    lock::take(&mut plan, tx, locks);
    let checked = plan.len();
    for change in change::runs(&tx.changes) {
        change::plan(&mut plan, tx.caller.tenant, change);
    }
    event::look(&mut plan, tx);
    db.begin("BEGIN ISOLATION LEVEL READ COMMITTED");
    run(db, plan, &mut outcome, Some(checked)).await?;
    guard::decide(db, &aides.counts, tx, locks, &mut outcome).await?;

    let mut plan = Plan::default();
    event::write(&mut plan, tx, &mut outcome);
    log::write(&mut plan, tx);
    counters::write(&mut plan, tx, &outcome);
    plan.add("COMMIT", params![], |_, _| Ok(()));
    db.committing();
    run(db, plan, &mut outcome, None).await?;
    db.ended();
    Ok(outcome)
}

/// Sends all statements, then reads their answers in order. The preconditions are looked at when the answers of so many
/// have been read.
async fn run<'a>(db: &Lease, plan: Plan<'a>, outcome: &mut Outcome<'a>, checked: Option<usize>) -> Done<()> {
    let (answers, failure) = {
        let steps: Vec<_> = plan.steps.iter().map(|step| (step.sql, step.params())).collect();
        db.pipeline(&steps).await
    };
    let mut read = 0;
    for (step, rows) in plan.steps.into_iter().zip(&answers) {
        if checked == Some(read) {
            lock::check(outcome)?;
        }
        (step.read)(rows, outcome)?;
        read += 1;
    }
    // Also when the first change failed: what no longer holds is the reason to be told.
    if checked == Some(read) {
        lock::check(outcome)?;
    }
    failure.map_or(Ok(()), Err)
}
