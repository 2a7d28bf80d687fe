//! Kept counters.

use store::code::Counted;
use store::{ConnectionId, Kind, State, WriteTx};
use uuid::Uuid;

use super::outcome::{Outcome, Plan, params};

/// What of its sort is counted, as `counter.key`: a group's id, or a number.
pub(crate) fn number(n: i64) -> Uuid {
    Uuid::from_u128(u128::from(n.unsigned_abs()))
}

/// The same for a kind.
pub(crate) fn kind(kind: Kind) -> Uuid {
    number(i64::from(kind.0))
}

/// The same for a connection.
pub(crate) fn connection(connection: ConnectionId) -> Uuid {
    number(connection.0)
}

impl Outcome<'_> {
    /// Counts a record in (`by` 1) or out (`by` -1).
    pub(super) fn count_record(&mut self, of: Kind, state: State, managed_by: Option<i64>, by: i64) {
        self.count(Counted::Live, kind(of), by);
        self.count_learner(of, state, managed_by, by);
    }

    /// Counts what only learners have.
    pub(super) fn count_learner(&mut self, kind: Kind, state: State, managed_by: Option<i64>, by: i64) {
        if kind != Kind::USER {
            return;
        }
        if state == State::Inactive {
            self.count(Counted::Inactive, number(0), by);
        }
        if let Some(connection) = managed_by {
            self.count(Counted::Managed, number(connection), by);
        }
    }
}

/// Writes what has been counted, row by row in the order of the key: two writers that share a slot wait for each other,
/// never both for the other.
pub(super) fn write<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx, outcome: &Outcome<'a>) {
    let changed: Vec<_> = outcome.counters.iter().filter(|(_, by)| **by != 0).collect();
    if changed.is_empty() {
        return;
    }
    let (mut whats, mut keys, mut slots, mut by) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((what, key, slot), n) in changed {
        whats.push(*what);
        keys.push(*key);
        slots.push(*slot);
        by.push(*n);
    }
    plan.run(
        "INSERT INTO counter (tenant, what, key, slot, n)
         SELECT $1, c.what, c.key, c.slot, c.n
         FROM unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::bigint[]) AS c (what, key, slot, n)
         ON CONFLICT (tenant, what, key, slot) DO UPDATE SET n = counter.n + excluded.n",
        params![tx.caller.tenant.0, whats, keys, slots, by],
    );
}
