//! Restarting, pausing, starting (entra.md §4.10).

use std::str::FromStr;

use crate::job::{Job, JobFault, JobState};
use crate::model::Kind;
use crate::state::{Reset, Write};

/// What a restart takes away (Graph's `synchronizationJobRestartCriteria.resetScope`): words with commas between them.
/// The empty text is what the portal's button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResetScope {
    /// Links and sent references: everybody is matched again.
    pub connector_data_store: bool,
    /// What waits to be tried again.
    pub escrows: bool,
    /// What was seen: the next cycle is an initial one.
    pub watermark: bool,
    /// The quarantine.
    pub quarantine_state: bool,
    /// Lets the removals that were held back through, however many they are.
    pub force_deletes: bool,
}

impl ResetScope {
    const NONE: Self = Self {
        connector_data_store: false,
        escrows: false,
        watermark: false,
        quarantine_state: false,
        force_deletes: false,
    };
    /// What the portal's *Restart provisioning* does: links stay.
    pub const PORTAL: Self = Self { escrows: true, watermark: true, quarantine_state: true, ..Self::NONE };
}

impl FromStr for ResetScope {
    type Err = JobFault;

    fn from_str(text: &str) -> Result<Self, JobFault> {
        if text.trim().is_empty() {
            return Ok(Self::PORTAL);
        }
        let mut scope = Self::NONE;
        for word in text.split(',').map(str::trim) {
            match word.to_ascii_lowercase().as_str() {
                "none" => {}
                "connectordatastore" => scope.connector_data_store = true,
                "escrows" => scope.escrows = true,
                "watermark" => scope.watermark = true,
                "quarantinestate" => scope.quarantine_state = true,
                "full" => {
                    let force_deletes = scope.force_deletes;
                    scope = Self { connector_data_store: true, force_deletes, ..Self::PORTAL };
                }
                "forcedeletes" => scope.force_deletes = true,
                _ => return Err(JobFault::ResetScope(word.to_owned())),
            }
        }
        Ok(scope)
    }
}

impl Job {
    /// Begins anew, as far as the scope says. The next cycle is due at once.
    ///
    /// # Errors
    /// When a cycle is under way, or the state fails.
    pub fn restart(&self, scope: ResetScope) -> Result<(), JobFault> {
        let _running = self.running.try_lock().map_err(|_| JobFault::Running)?;
        self.parts.state.reset(Reset {
            watermark: scope.watermark,
            escrows: scope.escrows,
            links: scope.connector_data_store,
        })?;
        let now = self.now().as_micros();
        self.change(|facts| {
            facts.settled &= !(scope.watermark || scope.connector_data_store);
            facts.force_deletes |= scope.force_deletes;
            // Removals that are let through end the quarantine they led to.
            if scope.quarantine_state || scope.force_deletes {
                facts.quarantine = None;
            }
            facts.escrows_pruned &= !scope.escrows;
            if scope.watermark || scope.connector_data_store {
                facts.steady_last = None;
            }
            facts.state = JobState::Active;
            facts.next_due = Some(now);
        })
    }

    /// Drops what is remembered of where one object stands in the target (Graph's `objectConnections`): it is matched anew
    /// in the next cycle. Whether there was something to drop.
    ///
    /// # Errors
    /// When a cycle is under way, or the state fails.
    pub fn disconnect(&self, kind: Kind, id: &str) -> Result<bool, JobFault> {
        let _running = self.running.try_lock().map_err(|_| JobFault::Running)?;
        let there = self.parts.state.target_of(kind, id)?.is_some();
        self.parts.state.write(&[Write::Unlink(kind, id.to_owned()), Write::Due(kind, id.to_owned())])?;
        Ok(there)
    }

    /// Pauses. A cycle under way runs to its end.
    ///
    /// # Errors
    /// When the state fails.
    pub fn pause(&self) -> Result<(), JobFault> {
        self.change(|facts| facts.state = JobState::Paused)
    }

    /// Goes on where it was paused.
    ///
    /// # Errors
    /// When the job is disabled, or the state fails.
    pub fn start(&self) -> Result<(), JobFault> {
        if self.facts().state == JobState::Disabled {
            return Err(JobFault::Disabled);
        }
        self.change(|facts| facts.state = JobState::Active)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_graph_writes_them() {
        assert_eq!("".parse::<ResetScope>().unwrap(), ResetScope::PORTAL);
        let full: ResetScope = "Full".parse().unwrap();
        assert!(full.connector_data_store && full.watermark && !full.force_deletes);
        let some: ResetScope = "Escrows, ForceDeletes".parse().unwrap();
        assert!(some.escrows && some.force_deletes && !some.watermark);
        assert_eq!("None".parse::<ResetScope>().unwrap(), ResetScope::NONE);
        assert!(matches!("Everything".parse::<ResetScope>(), Err(JobFault::ResetScope(_))));
    }
}
