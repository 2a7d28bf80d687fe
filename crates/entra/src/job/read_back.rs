//! Reading back what the target acknowledged. Entra does not (entra.md §3): so what a target acknowledges and does not
//! keep is in no log.

use crate::findings::{Findings, is_manager};
use crate::job::{DiffReport, Finding, Job, JobFault};
use crate::judge::ErrorCode;
use crate::log::Modified;
use crate::model::Kind;
use crate::state::{Part, State, StateFault};

impl Job {
    /// Compares the target with what it acknowledged, and adds what is not there to the findings, which have taken the
    /// cycle's entries. What it was never told, what it is known to have refused, and what was there before is no finding.
    /// Writes nothing.
    ///
    /// # Errors
    /// When source or target cannot be read, or the state fails.
    pub async fn read_back(&self, findings: &mut Findings) -> Result<DiffReport, JobFault> {
        let state = &self.parts.state;
        for (kind, id, part, escrow) in state.escrows(usize::MAX)? {
            if escrow.code != ErrorCode::UnableToResolveReferenceAttributeValue.name() {
                findings.knows(kind, &id, part == Part::References);
            }
        }
        let mut failed = None;
        let mut take = |found| match acknowledged(state, findings, found) {
            Ok(Some(found)) => findings.drift(&found),
            Ok(None) => {}
            Err(fault) => failed = Some(fault),
        };
        let report = self.diff(&mut take).await?;
        failed.map_or(Ok(report), |fault| Err(fault.into()))
    }
}

/// What of a difference the target had acknowledged.
fn acknowledged(state: &State, findings: &Findings, found: Finding) -> Result<Option<Finding>, StateFault> {
    Ok(match found {
        Finding::Missing { kind, ref id, .. } => state.target_of(kind, id)?.map(|_| found),
        Finding::Extra { kind, ref target_id, .. } => {
            findings.was_removed(kind, "", target_id).then_some(found)
        }
        Finding::Differs { kind, id, target_id, name, values } => {
            if state.target_of(kind, &id)?.is_none() {
                return Ok(None);
            }
            let mut kept = Vec::new();
            for value in values {
                if !is_manager(kind, &value) || manager_was_told(state, findings, &id, &value)? {
                    kept.push(value);
                }
            }
            (!kept.is_empty()).then_some(Finding::Differs { kind, id, target_id, name, values: kept })
        }
        Finding::Members { id, target_id, name, missing, mut extra } => {
            let mut lost = Vec::new();
            for target in missing {
                if state.was_sent(Kind::Group, &id, &target)? {
                    lost.push(target);
                }
            }
            extra.retain(|target| findings.was_removed(Kind::Group, &id, target));
            let any = !lost.is_empty() || !extra.is_empty();
            any.then_some(Finding::Members { id, target_id, name, missing: lost, extra })
        }
    })
}

fn manager_was_told(
    state: &State,
    findings: &Findings,
    id: &str,
    value: &Modified,
) -> Result<bool, StateFault> {
    match (&value.new, &value.old) {
        (Some(new), _) => state.was_sent(Kind::User, id, new),
        (None, Some(old)) => Ok(findings.was_removed(Kind::User, id, old)),
        (None, None) => Ok(false),
    }
}
