//! Forgetting, as far as a restart asks for it.

use rusqlite::TransactionBehavior;

use crate::state::{State, StateFault};

/// What of the state a restart takes away (entra.md §4.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reset {
    /// Everything is looked at again, references are sent again.
    pub watermark: bool,
    /// What waits is forgotten.
    pub escrows: bool,
    /// Links and sent references are forgotten, so that everybody is matched again.
    pub links: bool,
}

impl State {
    /// Takes away what a restart asks for.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reset(&self, reset: Reset) -> Result<(), StateFault> {
        let mut db = self.db();
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if reset.links {
            tx.execute_batch("DELETE FROM link; DELETE FROM reference")?;
        }
        if reset.escrows {
            tx.execute_batch("DELETE FROM escrow")?;
        }
        if reset.watermark || reset.links {
            // Members are never read, so that sending them again is all that can be done about a drift.
            tx.execute_batch(
                "UPDATE object SET due = 1, references_due = 1, staged = 0; UPDATE reference SET sent = 0",
            )?;
        }
        tx.commit()?;
        Ok(())
    }
}
