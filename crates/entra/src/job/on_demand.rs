//! Provision on demand (entra.md §4.9): one user, or one group with five of its members, in five steps.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::job::context::Context;
use crate::job::members::{self, Chunk};
use crate::job::outcome::{Outcome, name_of};
use crate::job::{Effect, Job, JobFault, act};
use crate::log::{Entry, ErrorInfo, Modified, Status};
use crate::model::Kind;
use crate::state::{Item, Write};
use crate::wire::{Dialect, Switches, Wire};

/// Requests in a span.
const MOST: usize = 5;
const SPAN: Duration = Duration::from_secs(10);

/// What came of a request.
#[derive(Clone, Debug)]
pub struct OnDemand {
    /// The five steps, as far as they were taken.
    pub steps: Vec<OnDemandStep>,
    /// The log entries: of the object, and of a group's members.
    pub entries: Vec<Entry>,
    /// What was done.
    pub effect: Effect,
    /// Members of a group that were added.
    pub members_added: u64,
}

/// One of the five steps.
#[derive(Clone, Debug, PartialEq)]
pub struct OnDemandStep {
    /// `Test connection`, `Import`, `Determine scope`, `Match`, `Perform action`.
    pub name: &'static str,
    /// How it went.
    pub status: Status,
    /// What happened.
    pub description: String,
    /// The particulars.
    pub details: Json,
}

impl OnDemandStep {
    fn new(name: &'static str, status: Status, description: impl Into<String>, details: Json) -> Self {
        Self { name, status, description: description.into(), details }
    }
}

impl Job {
    /// Provisions one object now. Neither disables nor deletes nor restores, sends no roles, and speaks the default
    /// dialect also where the flag of 2020 is on: so does Entra.
    ///
    /// # Errors
    /// When it is asked too often or for too many members, the source has no such object or cannot be read, or the
    /// state fails. What the target does wrong is in the steps.
    pub async fn on_demand(&self, kind: Kind, id: &str, members: &[String]) -> Result<OnDemand, JobFault> {
        let _running = self.running.try_lock().map_err(|_| JobFault::Running)?;
        if members.len() > MOST {
            return Err(JobFault::TooManyMembers(members.len()));
        }
        if self.parts.mapping_of(kind).is_none() {
            return Err(JobFault::GroupsOff);
        }
        self.not_too_often()?;
        let mut context = Context::new(&self.parts, self.now());
        context.on_demand = true;
        if self.parts.wire.dialect == Dialect::Entra2020 {
            let default = Dialect::EntraDefault;
            if let Ok(wire) = Wire::with(default, Switches::of(default)) {
                context.wire = wire.at(&self.parts.client.base_url().to_string());
            }
        }
        let context = Arc::new(context);
        let mut steps = Vec::with_capacity(5);
        if let Some(cause) = self.sign_in_and_probe(&context).await {
            let details = json!({"errorCode": cause.code, "recommendedAction": cause.recommendation});
            steps.push(OnDemandStep::new("Test connection", Status::Failure, cause.message, details));
            return Ok(OnDemand {
                steps,
                entries: Vec::new(),
                effect: Effect::Failed(kind),
                members_added: 0,
            });
        }
        let said = "The supplied credentials are authorized to enable provisioning.";
        steps.push(OnDemandStep::new("Test connection", Status::Success, said, json!({})));
        self.import(&context, &mut |_| ()).await?;
        let item = self.parts.state.item(kind, id)?;
        let item = item.ok_or_else(|| JobFault::Unknown { kind: kind.name(), id: id.to_owned() })?;
        let outcome = act::object(&context, &item).await?;
        let (effect, entries) = (outcome.effect, Vec::from_iter(outcome.entry.as_deref().cloned()));
        self.remember(&context, outcome)?;
        steps.extend(entries.iter().flat_map(|entry| told(entry, &context)));
        let mut result = OnDemand { steps, entries, effect, members_added: 0 };
        if kind == Kind::Group && !members.is_empty() && !matches!(effect, Effect::Failed(_)) {
            self.some_members(&context, &item, members, &mut result).await?;
        }
        Ok(result)
    }

    fn not_too_often(&self) -> Result<(), JobFault> {
        let now = self.now();
        let mut asked = self.on_demand.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|at| now.since(*at) < SPAN);
        match asked.first() {
            Some(first) if asked.len() >= MOST => Err(JobFault::TooOften(first.plus(SPAN))),
            _ => {
                asked.push(now);
                Ok(())
            }
        }
    }

    fn remember(&self, context: &Context, mut outcome: Outcome) -> Result<(), JobFault> {
        outcome.writes.extend(outcome.entry.take().map(Write::Log));
        self.parts.state.write(&outcome.writes)?;
        context.release_claims(&mut outcome.claims);
        Ok(())
    }

    /// Those of the members asked for that are members in the source and stand in the target.
    async fn some_members(
        &self,
        context: &Arc<Context>,
        group: &Item,
        asked: &[String],
        result: &mut OnDemand,
    ) -> Result<(), JobFault> {
        let (state, object) = (&self.parts.state, &group.known.object);
        let Some(target_id) = state.target_of(Kind::Group, &object.id)? else { return Ok(()) };
        let mut entry = context.reference_entry(Kind::Group, &object.id, &name_of(object), &target_id);
        for id in asked {
            let step = |status, text: String| {
                OnDemandStep::new("Perform action", status, text, json!({"member": id}))
            };
            let Some(target) = state.member(&object.id, id)?.flatten() else {
                let text = format!("{id} is not provisioned, or is no direct member of the group.");
                result.steps.push(step(Status::Skipped, text));
                continue;
            };
            let chunk = Chunk {
                group: object.id.clone(),
                target_id: target_id.clone(),
                members: vec![(id.clone(), target.clone())],
                removes: false,
            };
            let outcome = members::chunk(context, &chunk).await?;
            match &outcome.fault {
                None => {
                    result.members_added += 1;
                    result.steps.push(step(Status::Success, format!("{id} was added to the group.")));
                    entry.modified.push(Modified { name: "members".into(), old: None, new: Some(target) });
                }
                Some(fault) => {
                    result.steps.push(step(Status::Failure, fault.reason.clone()));
                    entry.status = Status::Failure;
                    entry.error = Some(ErrorInfo::of(fault));
                }
            }
            self.remember(context, outcome)?;
        }
        if !entry.modified.is_empty() || entry.error.is_some() {
            state.write(&[Write::Log(Box::new(entry.clone()))])?;
            result.entries.push(entry);
        }
        Ok(())
    }
}

/// The other four steps, from the log entry.
fn told(entry: &Entry, context: &Context) -> Vec<OnDemandStep> {
    let summary = entry.summary(&context.parts.names);
    let taken = summary["provisioningSteps"].as_array().cloned().unwrap_or_default();
    let find = |kind: &str| taken.iter().find(|step| step["provisioningStepType"] == kind);
    let mut steps = Vec::with_capacity(4);
    for (name, kind) in [("Import", "import"), ("Determine scope", "scoping"), ("Match", "matching")] {
        if let Some(step) = find(kind) {
            let text = step["description"].as_str().unwrap_or_default();
            steps.push(OnDemandStep::new(name, Status::Success, text, step["details"].clone()));
        }
    }
    let action = find("export").or_else(|| find("processing"));
    let text = action.and_then(|step| step["description"].as_str()).unwrap_or_default().to_owned();
    let mut details = action.map_or_else(|| json!({}), |step| step["details"].clone());
    details["modifiedProperties"] = summary["modifiedProperties"].clone();
    let text =
        entry.error.as_ref().map_or(text, |error: &ErrorInfo| format!("{}: {}", error.code, error.reason));
    steps.push(OnDemandStep::new("Perform action", entry.status, text, details));
    steps
}
