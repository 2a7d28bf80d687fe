//! One object: what is decided is done.

use std::sync::atomic::Ordering;

use serde_json::Value as Json;
use tokio::time::Instant;

use crate::expression::Flowed;
use crate::job::context::Context;
use crate::job::outcome::{Outcome, identity, name_of, skipped};
use crate::job::standing::{Decision, Standing};
use crate::job::{Effect, JobFault};
use crate::judge::{Answer, ErrorCode, Fault, Retry, Step, Verdict};
use crate::log::{Action, Entry, Modified, SkipReason, Status, modified_value};
use crate::mapping::{Flow, ObjectMapping, Virtual};
use crate::model::Kind;
use crate::state::{Item, Link, Part, Write};
use crate::wire::Change;

/// An object being worked on.
pub(super) struct Act<'a> {
    pub(super) context: &'a Context,
    pub(super) mapping: &'a ObjectMapping,
    pub(super) item: &'a Item,
    pub(super) standing: Standing,
    pub(super) entry: Entry,
    pub(super) writes: Vec<Write>,
    pub(super) claims: Vec<(Kind, String)>,
    pub(super) halt: Option<Box<Fault>>,
}

/// How an update is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Update {
    /// Everything that differs, of one that was linked before.
    Known,
    /// Everything that differs, of one that the matching query found.
    Matched,
    /// Only what follows `IsSoftDeleted`. `managed`: whether it stays ours.
    SoftDelete {
        /// Whether it stays ours.
        managed: bool,
    },
}

/// Works on one object.
pub(super) async fn object(context: &Context, item: &Item) -> Result<Outcome, JobFault> {
    let began = Instant::now();
    let object = &item.known.object;
    let Some(mapping) = context.parts.mapping_of(object.kind) else {
        return Ok(Outcome::new(Effect::Nothing, Vec::new()));
    };
    let standing = Standing::of(context, mapping, item);
    let decision = standing.decide(context, mapping, item);
    let entry = context.entry(item, standing.scoping.clone(), standing.is_soft_deleted);
    let mut act =
        Act { context, mapping, item, standing, entry, writes: Vec::new(), claims: Vec::new(), halt: None };
    if context.stages.load(Ordering::Relaxed) && act.removes(decision) {
        return Ok(Outcome::new(
            Effect::Staged(object.kind),
            vec![Write::Staged(object.kind, object.id.clone())],
        ));
    }
    let effect = match act.not_on_demand(decision) {
        Some(effect) => effect,
        None => act.decided(decision).await?,
    };
    let silent = matches!(effect, Effect::Nothing);
    act.entry.millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut outcome = Outcome::new(effect, act.writes);
    outcome.claims = act.claims;
    outcome.halt = act.halt;
    Ok(if silent { outcome } else { outcome.told(act.entry) })
}

impl<'a> Act<'a> {
    pub(super) fn kind(&self) -> Kind {
        self.item.known.object.kind
    }

    pub(super) fn id(&self) -> String {
        self.item.known.object.id.clone()
    }

    /// Whether it would take something out of the target, or disable it.
    fn removes(&self, decision: Decision) -> bool {
        match decision {
            Decision::Remove { .. } | Decision::Purge { delete: true } => true,
            Decision::Update => {
                self.standing.is_soft_deleted && self.item.link.as_ref().is_some_and(|link| link.active)
            }
            _ => false,
        }
    }

    /// Provision on demand neither disables, deletes nor restores (entra.md §4.9): that is left for the next cycle.
    fn not_on_demand(&mut self, decision: Decision) -> Option<Effect> {
        if !self.context.on_demand {
            return None;
        }
        let restores =
            self.item.link.as_ref().is_some_and(|link| !link.active) && !self.standing.is_soft_deleted;
        let text = match decision {
            _ if restores => "Provision on demand does not restore; the next cycle does.",
            Decision::Remove { .. } | Decision::Purge { .. } | Decision::LetGo | Decision::Nothing => {
                "It is not in scope. Provision on demand neither disables nor deletes; the next cycle does."
            }
            Decision::Update if self.standing.is_soft_deleted => {
                "It is disabled in the source. Provision on demand does not disable; the next cycle does."
            }
            _ => return None,
        };
        skipped(&mut self.entry, SkipReason::NotEffectivelyEntitled, None, text);
        Some(Effect::Skipped(self.kind()))
    }

    async fn decided(&mut self, decision: Decision) -> Result<Effect, JobFault> {
        Ok(match decision {
            Decision::Nothing => self.settled(Effect::Nothing),
            Decision::PassOver => {
                let text = "Nothing was done, because it is not effectively entitled to be provisioned.";
                skipped(&mut self.entry, SkipReason::NotEffectivelyEntitled, None, text);
                self.settled(Effect::Skipped(self.kind()))
            }
            Decision::LetGo => {
                self.let_go();
                self.settled(Effect::Nothing)
            }
            Decision::Match => self.find().await?,
            Decision::Update => match self.soft_deletes() || !self.standing.is_soft_deleted {
                true => self.read_and_update(Update::Known).await?,
                false => self.delete(false, true).await,
            },
            Decision::Remove { managed } if self.soft_deletes() => {
                self.read_and_update(Update::SoftDelete { managed }).await?
            }
            Decision::Remove { managed } => self.delete(false, managed).await,
            Decision::Purge { delete: true } => self.delete(true, true).await,
            Decision::Purge { delete: false } => {
                self.writes.push(Write::Purge(self.kind(), self.id()));
                Effect::Nothing
            }
        })
    }

    /// Whether the mapping can disable: groups have no `active`, and a mapping may do without.
    fn soft_deletes(&self) -> bool {
        self.kind() == Kind::User && self.context.parts.soft_delete.contains(&true)
    }

    pub(super) fn settled(&mut self, effect: Effect) -> Effect {
        self.writes.push(Write::Settled(self.kind(), self.id()));
        if self.item.escrow.is_some() {
            self.writes.push(Write::Release(self.kind(), self.id(), Part::Object));
        }
        effect
    }

    fn let_go(&mut self) {
        if let Some(link) = &self.item.link {
            self.writes.push(Write::Link(self.kind(), self.id(), Link { managed: false, ..link.clone() }));
        }
    }

    /// Remembers a failure.
    pub(super) fn fail(&mut self, fault: Fault) -> Effect {
        let (kind, id) = (self.kind(), self.id());
        let escrow = self.item.escrow.as_ref();
        let writes = self.context.failed(kind, &id, Part::Object, escrow, &fault, &mut self.entry);
        self.writes.extend(writes);
        if fault.retry == Retry::Quarantine {
            self.halt = Some(Box::new(fault));
        }
        Effect::Failed(kind)
    }

    /// What flows, unless an expression fails for this object.
    pub(super) fn flows(&self) -> Result<Vec<Flow<'a>>, Box<Fault>> {
        let mapping = self.mapping;
        let roles = if self.context.on_demand { &[] } else { self.item.roles.as_slice() };
        let computed =
            Virtual { is_soft_deleted: self.standing.is_soft_deleted, app_role_assignments: roles };
        let flows = mapping.flows(&self.item.known.object, computed, &self.context.parts.env);
        for flow in &flows {
            if let Err(fault) = &flow.outcome {
                let reason =
                    format!("The mapping of `{}` cannot be worked out: {fault}.", flow.mapping.target);
                return Err(Box::new(of_our_own(ErrorCode::InternalError, reason)));
            }
        }
        Ok(flows)
    }

    async fn read_and_update(&mut self, update: Update) -> Result<Effect, JobFault> {
        let Some(link) = self.item.link.clone() else { return self.find().await };
        let request = self.context.wire.read(self.kind(), &link.target_id);
        let result = self.context.send(request).await;
        match self.context.judge(self.kind(), Step::Read { id: &link.target_id }, &result) {
            Verdict::Ok(Answer::Resource { json, .. }) => Ok(match self.flows() {
                Ok(flows) => self.update(&link.target_id, json, flows, update).await,
                Err(fault) => self.fail(*fault),
            }),
            Verdict::Ok(_) => {
                Ok(self
                    .fail(of_our_own(ErrorCode::ServiceIncompatible, "The answer holds no resource.".into())))
            }
            Verdict::Failed(fault) if fault.retry == Retry::Now => {
                self.writes.push(Write::Unlink(self.kind(), self.id()));
                self.entry.target = None;
                // One that should be disabled and is not there is as it should be.
                if self.standing.is_soft_deleted {
                    let text = "The object of the target is gone, so that there is nothing to disable.";
                    skipped(&mut self.entry, SkipReason::RedundantExport, None, text);
                    return Ok(self.settled(Effect::Skipped(self.kind())));
                }
                Box::pin(self.find()).await
            }
            Verdict::Failed(fault) => Ok(self.fail(*fault)),
        }
    }

    /// Sends what differs from what the target has.
    pub(super) async fn update(
        &mut self,
        target_id: &str,
        target: &Json,
        mut flows: Vec<Flow<'a>>,
        update: Update,
    ) -> Effect {
        let (kind, id, context, mapping) = (self.kind(), self.id(), self.context, self.mapping);
        if let Update::SoftDelete { .. } = update {
            let follows = |flow: &Flow<'_>| {
                let at = mapping.attributes.iter().position(|m| std::ptr::eq(m, flow.mapping));
                at.is_some_and(|at| context.parts.soft_delete.get(at) == Some(&true))
            };
            flows.retain(follows);
        }
        let changes = context.wire.changes(&flows, target);
        // One that vanished is unlinked before it is matched again, and may be found under the id it had.
        let before = if update == Update::Matched { None } else { self.item.link.clone() };
        let link = Link {
            target_id: target_id.to_owned(),
            managed: !matches!(update, Update::SoftDelete { managed: false }),
            active: !self.standing.is_soft_deleted,
        };
        drop(flows);
        let matched = update == Update::Matched;
        let effect = if changes.is_empty() {
            let text = "The object of the target has these values already.";
            skipped(&mut self.entry, SkipReason::RedundantExport, None, text);
            if matched { Effect::Adopted(kind) } else { Effect::Untouched(kind) }
        } else if !mapping.update {
            let text = "`Update` is not among the target object actions of the mapping.";
            skipped(&mut self.entry, SkipReason::ActionNotSelected, None, text);
            if matched { Effect::Adopted(kind) } else { Effect::Skipped(kind) }
        } else {
            let was_active = before.as_ref().is_none_or(|link| link.active);
            let disables = self.standing.is_soft_deleted && was_active;
            self.entry.action = if disables { Action::Disable } else { Action::Update };
            self.entry.modified = changes.iter().map(|change| modified(mapping, change)).collect();
            if let Some(result) = context.export(context.wire.update(kind, target_id, &changes)).await
                && let Verdict::Failed(mut fault) = context.judge(kind, Step::Update, &result)
            {
                // It was there a moment ago.
                if fault.retry == Retry::Now {
                    self.writes.push(Write::Unlink(kind, id));
                    fault.retry = Retry::NextCycle;
                }
                return self.fail(*fault);
            }
            match (disables, was_active) {
                (true, _) => Effect::Disabled(kind),
                _ if matched => Effect::AdoptedAndUpdated(kind),
                (false, false) if link.active => Effect::Restored(kind),
                _ => Effect::Updated(kind),
            }
        };
        if before.as_ref().is_none_or(|before| !before.managed || before.target_id != link.target_id) {
            self.writes.push(Write::ReferencesDue(kind, id.clone()));
        }
        if before.as_ref() != Some(&link) {
            self.writes.push(Write::Link(kind, id, link));
        }
        self.settled(effect)
    }

    /// Deletes it in the target. `purge`: it is gone from the source, too. `managed`: whether it stays ours when it
    /// may not be deleted.
    async fn delete(&mut self, purge: bool, managed: bool) -> Effect {
        let (kind, id) = (self.kind(), self.id());
        let Some(link) = self.item.link.clone() else { return self.settled(Effect::Nothing) };
        let switches = &self.context.wire.switches;
        let may = self.mapping.delete && (purge || kind == Kind::User || switches.delete_groups_out_of_scope);
        if !may {
            let text = "`Delete` is not among the target object actions of the mapping.";
            skipped(&mut self.entry, SkipReason::ActionNotSelected, None, text);
            if !managed {
                self.let_go();
            }
            return self.settled(Effect::Skipped(kind));
        }
        self.entry.action = Action::Delete;
        let request = self.context.wire.delete(kind, &link.target_id);
        if let Some(result) = self.context.export(request).await {
            match self.context.judge(kind, Step::Delete, &result) {
                Verdict::Ok(Answer::Gone) if !switches.gone_is_deleted => {
                    // It cannot become more gone, so that trying again leads nowhere.
                    let reason = format!("There is no `{}` in the target to delete.", link.target_id);
                    let fault = of_our_own(ErrorCode::InvalidAnchor, reason);
                    self.entry.status = Status::Failure;
                    self.entry.error = Some(crate::log::ErrorInfo::of(&fault));
                }
                Verdict::Ok(_) => {}
                Verdict::Failed(fault) => return self.fail(*fault),
            }
        }
        if purge {
            self.writes.push(Write::Purge(kind, id));
            return Effect::Deleted(kind);
        }
        self.writes.push(Write::Unlink(kind, id));
        self.settled(Effect::Deleted(kind))
    }

    /// Notes in the entry which object of the target it is.
    pub(super) fn is_target(&mut self, target_id: &str) {
        let object = &self.item.known.object;
        self.entry.target = Some(identity(target_id, &name_of(object), object.kind));
    }
}

/// A fault that no answer told; it is tried again later.
pub(super) fn of_our_own(code: ErrorCode, reason: String) -> Fault {
    Fault {
        code,
        reason,
        details: String::new(),
        recommendation: code.recommendation(),
        retry: Retry::Escrow,
        retry_after: None,
        status: None,
    }
}

fn modified(mapping: &ObjectMapping, change: &Change) -> Modified {
    let redacted = mapping.attributes.iter().any(|m| m.target == change.path && m.redacted);
    let shown = |json: &Json| if redacted { "[Redact]".to_owned() } else { modified_value(json) };
    Modified {
        name: change.path.to_string(),
        old: change.old.as_ref().map(shown),
        new: Some(shown(&change.new)),
    }
}

/// The values of a create, as the log shows them.
pub(super) fn created(flows: &[Flow<'_>]) -> Vec<Modified> {
    let shown = |flow: &Flow<'_>| match &flow.outcome {
        Ok(Flowed::Value(_)) if flow.mapping.redacted => Some("[Redact]".to_owned()),
        Ok(Flowed::Value(value)) => Some(modified_value(&value.to_json())),
        _ => None,
    };
    flows
        .iter()
        .filter_map(|flow| {
            Some(Modified { name: flow.mapping.target.to_string(), old: None, new: Some(shown(flow)?) })
        })
        .collect()
}
