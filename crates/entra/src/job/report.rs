//! What a cycle tells while it runs and in the end.

use std::time::Duration;

use crate::job::Quarantine;
use crate::log::Entry;
use crate::model::Kind;
use crate::state::Imported;

/// Told while a cycle runs.
#[derive(Debug)]
pub enum Progress<'a> {
    /// The source is being read; so many records until now.
    Importing(u64),
    /// A phase begins, with so many things to do.
    Phase(Phase, u64),
    /// One of them is done. The entry is there unless there was nothing to say.
    Done(Effect, Option<&'a Entry>),
}

/// A part of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Users themselves.
    Users,
    /// Groups themselves.
    Groups,
    /// Removals that were held back until they were counted.
    Removals,
    /// Managers.
    Managers,
    /// Members.
    Members,
}

/// What came of one object or reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It was created.
    Created(Kind),
    /// It was there already, was matched, and needed no change.
    Adopted(Kind),
    /// It was there already, was matched, and was changed.
    AdoptedAndUpdated(Kind),
    /// It was changed.
    Updated(Kind),
    /// It was enabled again.
    Restored(Kind),
    /// It was disabled.
    Disabled(Kind),
    /// It was deleted.
    Deleted(Kind),
    /// It was as it should be.
    Untouched(Kind),
    /// It is out of scope, disabled or incomplete, and was passed over.
    Skipped(Kind),
    /// It failed.
    Failed(Kind),
    /// Its removal is held back.
    Staged(Kind),
    /// A manager was set.
    ManagerSet,
    /// A manager was taken away.
    ManagerCleared,
    /// So many members were added.
    MembersAdded(u64),
    /// So many members were taken out.
    MembersRemoved(u64),
    /// References failed.
    ReferenceFailed,
    /// So many references point to what is not provisioned.
    Unresolved(u64),
    /// Nothing had to be done.
    Nothing,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "as the effects of the same names")]
pub struct Tally {
    pub created: u64,
    pub adopted: u64,
    pub updated: u64,
    pub restored: u64,
    pub disabled: u64,
    pub deleted: u64,
    /// Objects that were looked at and needed nothing, and those of which nothing had changed.
    pub untouched: u64,
    pub skipped: u64,
    pub failed: u64,
    pub staged: u64,
    pub managers_set: u64,
    pub managers_cleared: u64,
    pub members_added: u64,
    pub members_removed: u64,
    pub references_failed: u64,
    pub unresolved: u64,
}

impl Tally {
    pub(super) const fn count(&mut self, effect: Effect) {
        match effect {
            Effect::Created(_) => self.created += 1,
            Effect::Adopted(_) => self.adopted += 1,
            Effect::AdoptedAndUpdated(_) => {
                self.adopted += 1;
                self.updated += 1;
            }
            Effect::Updated(_) => self.updated += 1,
            Effect::Restored(_) => self.restored += 1,
            Effect::Disabled(_) => self.disabled += 1,
            Effect::Deleted(_) => self.deleted += 1,
            Effect::Untouched(_) => self.untouched += 1,
            Effect::Skipped(_) => self.skipped += 1,
            Effect::Failed(_) => self.failed += 1,
            Effect::Staged(_) => self.staged += 1,
            Effect::ManagerSet => self.managers_set += 1,
            Effect::ManagerCleared => self.managers_cleared += 1,
            Effect::MembersAdded(n) => self.members_added += n,
            Effect::MembersRemoved(n) => self.members_removed += n,
            Effect::ReferenceFailed => self.references_failed += 1,
            Effect::Unresolved(n) => self.unresolved += n,
            Effect::Nothing => {}
        }
    }

    /// Objects written to the target.
    #[must_use]
    pub const fn exported(&self) -> u64 {
        self.created + self.updated + self.restored + self.disabled + self.deleted
    }

    /// References written to the target.
    #[must_use]
    pub const fn references(&self) -> u64 {
        self.managers_set + self.managers_cleared + self.members_added + self.members_removed
    }
}

/// What a cycle came to.
#[derive(Clone, Debug)]
pub struct CycleReport {
    /// Its id.
    pub id: String,
    /// Whether it went over everything.
    pub initial: bool,
    /// What was read from the source.
    pub imported: Imported,
    /// How many of what.
    pub tally: Tally,
    /// The quarantine it ended in.
    pub quarantine: Option<Quarantine>,
    /// Whether it was ended before it was through ([`crate::job::JobOptions::stop`]); the next one goes on.
    pub stopped: bool,
    /// Requests sent.
    pub requests: u64,
    /// Real time it took.
    pub elapsed: Duration,
}
