//! A user's manager, in the second pass (entra.md §2.5).

use crate::job::context::Context;
use crate::job::matching::PLANNED;
use crate::job::outcome::{Outcome, skipped};
use crate::job::{Effect, JobFault};
use crate::judge::{Answer, ErrorCode, Fault, Retry, Step, Verdict};
use crate::log::{ErrorInfo, Modified, SkipReason, Status};
use crate::mapping::{AttributeMapping, Reference};
use crate::model::Kind;
use crate::state::{ManagerWork, Part, Write};

/// The users' mapping of the manager, where there is one.
pub(super) fn mapping(context: &Context) -> Option<&AttributeMapping> {
    let users = context.parts.mapping_of(Kind::User).filter(|users| users.update)?;
    users.attributes.iter().find(|m| m.reference == Some(Reference::Manager))
}

/// Works on one user's manager.
pub(super) async fn manager(context: &Context, work: &ManagerWork) -> Result<Outcome, JobFault> {
    let id = work.id.clone();
    let Some(mapping) = mapping(context).filter(|_| work.live) else {
        return Ok(done(work, Effect::Nothing, Vec::new()));
    };
    let mut entry = context.reference_entry(Kind::User, &id, &work.name, &work.target_id);
    let path = &mapping.target;
    let (request, effect, write) = match (&work.manager, &work.manager_target, &work.sent) {
        (None, _, None) => return Ok(done(work, Effect::Nothing, Vec::new())),
        (None, _, Some((old, old_target, _))) => {
            entry.modified =
                vec![Modified { name: path.to_string(), old: Some(old_target.clone()), new: None }];
            let request = context.wire.clear_manager(&work.target_id, path, old_target);
            (request, Effect::ManagerCleared, Write::Unsent(Kind::User, id.clone(), old.clone()))
        }
        (Some(manager), Some(target), sent) => {
            let sent_target = sent.as_ref().map(|(_, target, _)| target);
            if sent.as_ref().is_some_and(|(_, _, sent)| *sent) && sent_target == Some(target) {
                return Ok(done(work, Effect::Nothing, Vec::new()));
            }
            entry.modified = vec![Modified {
                name: path.to_string(),
                old: sent_target.filter(|old| *old != target).cloned(),
                new: Some(target.clone()),
            }];
            let write = Write::Sent(Kind::User, id.clone(), manager.clone(), target.clone());
            match check(context, work, target).await {
                Ok(false) => {}
                Ok(true) => {
                    let text = "The user has this manager already.";
                    skipped(&mut entry, SkipReason::RedundantExport, None, text);
                    entry.modified.clear();
                    return Ok(done(work, Effect::Nothing, vec![write]).told(entry));
                }
                Err(fault) => return Ok(failed(context, work, *fault, entry)),
            }
            (context.wire.set_manager(&work.target_id, path, target), Effect::ManagerSet, write)
        }
        (Some(manager), None, _) => {
            let reason =
                format!("unable to assign {manager} as manager of {}: it is not provisioned", work.name);
            return Ok(unresolved(context, work, reason, entry));
        }
    };
    if let Some(result) = context.export(request).await
        && let Verdict::Failed(fault) = context.judge(Kind::User, Step::Update, &result)
    {
        return Ok(failed(context, work, *fault, entry));
    }
    Ok(done(work, effect, vec![write]).told(entry))
}

/// Whether the target says that this is the manager already.
async fn check(context: &Context, work: &ManagerWork, target: &str) -> Result<bool, Box<Fault>> {
    let Some(request) = context.wire.reference_check(&work.target_id, target) else { return Ok(false) };
    // Who is not there yet, in a rehearsal, has no manager there.
    if context.rehearsal && (work.target_id.starts_with(PLANNED) || target.starts_with(PLANNED)) {
        return Ok(false);
    }
    let result = context.send(request).await;
    match context.judge(Kind::User, Step::ReferenceCheck, &result) {
        Verdict::Ok(answer) => Ok(answer != Answer::Nothing),
        Verdict::Failed(fault) => Err(fault),
    }
}

fn done(work: &ManagerWork, effect: Effect, mut writes: Vec<Write>) -> Outcome {
    writes.push(Write::ReferencesSettled(Kind::User, work.id.clone()));
    if work.escrow.is_some() {
        writes.push(Write::Release(Kind::User, work.id.clone(), Part::References));
    }
    Outcome::new(effect, writes)
}

fn failed(context: &Context, work: &ManagerWork, mut fault: Fault, mut entry: crate::log::Entry) -> Outcome {
    let mut writes = Vec::new();
    // The user is not where we think: the next cycle looks, and comes back to the manager.
    if fault.retry == Retry::Now {
        fault.retry = Retry::NextCycle;
        writes.push(Write::Due(Kind::User, work.id.clone()));
    }
    let escrow = work.escrow.as_ref();
    writes.extend(context.failed(Kind::User, &work.id, Part::References, escrow, &fault, &mut entry));
    let mut outcome = Outcome::new(Effect::ReferenceFailed, writes).told(entry);
    outcome.halt = (fault.retry == Retry::Quarantine).then(|| Box::new(fault));
    outcome
}

fn unresolved(
    context: &Context,
    work: &ManagerWork,
    reason: String,
    mut entry: crate::log::Entry,
) -> Outcome {
    let fault = crate::job::act::of_our_own(ErrorCode::UnableToResolveReferenceAttributeValue, reason);
    let escrow = work.escrow.as_ref();
    let writes = context.failed(Kind::User, &work.id, Part::References, escrow, &fault, &mut entry);
    unresolved_entry(&mut entry, &fault);
    Outcome::new(Effect::Unresolved(1), writes).told(entry)
}

/// What the log says of a reference to what is not provisioned: a warning, since the object itself is well.
pub(super) fn unresolved_entry(entry: &mut crate::log::Entry, fault: &Fault) {
    let error = entry.error.take().unwrap_or_else(|| ErrorInfo::of(fault));
    skipped(entry, SkipReason::UnableToResolveReferenceAttributeValue, None, error.reason.clone());
    entry.status = Status::Warning;
    entry.error = Some(error);
}
