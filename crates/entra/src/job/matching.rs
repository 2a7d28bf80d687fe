//! Finding an object in the target, or creating it (entra.md §4.3).

use std::borrow::Cow;

use crate::expression::Flowed;
use crate::job::act::{Act, Update, created, of_our_own};
use crate::job::outcome::skipped;
use crate::job::{Effect, JobFault, manager};
use crate::judge::{Answer, ErrorCode, Step, Verdict};
use crate::log::{Action, SkipReason};
use crate::mapping::{AttributeMapping, Flow};
use crate::model::{Kind, TargetPath};
use crate::state::{Link, Write};

/// What the ids of objects begin with that are not in the target yet.
pub(super) const PLANNED: &str = "planned:";

impl<'a> Act<'a> {
    /// Asks by each matching attribute in turn until one finds somebody; creates when none does.
    pub(super) async fn find(&mut self) -> Result<Effect, JobFault> {
        let flows = match self.flows() {
            Ok(flows) => flows,
            Err(fault) => return Ok(self.fail(*fault)),
        };
        let questions = self.questions(&flows);
        if questions.is_empty() {
            let path =
                self.mapping.matching.first().map(|at| self.mapping.attributes[*at].target.to_string());
            return Ok(self.incomplete(path.unwrap_or_default()));
        }
        // Two that ask at the same time would both find nothing, and the second create would be refused by the target.
        for question in &questions {
            let wanted = self.wanted(question);
            if let Some(other) = self.context.claim(self.kind(), &wanted, &self.id())? {
                let (path, value) = question;
                let reason = format!("`{path} eq \"{value}\"` is what {other} is looked for by already.");
                return Ok(self.fail(of_our_own(ErrorCode::DuplicateSourceEntries, reason)));
            }
            self.claims.push((self.kind(), wanted));
        }
        for (path, value) in &questions {
            let result = self.context.send(self.context.wire.match_query(self.kind(), path, value)).await;
            match self.context.judge(self.kind(), Step::Match { path, value }, &result) {
                Verdict::Ok(Answer::Resource { id, json }) => {
                    self.is_target(id);
                    self.entry.matched = true;
                    if let Some(other) = self.context.claim(self.kind(), id, &self.item.known.object.id)? {
                        let reason =
                            format!("`{path} eq \"{value}\"` finds {id}, which stands for {other} already.");
                        return Ok(self.fail(of_our_own(ErrorCode::DuplicateSourceEntries, reason)));
                    }
                    self.claims.push((self.kind(), id.to_owned()));
                    return Ok(self.update(id, json, flows, Update::Matched).await);
                }
                Verdict::Ok(_) => {}
                Verdict::Failed(fault) => return Ok(self.fail(*fault)),
            }
        }
        self.create(&flows, &questions[0]).await
    }

    /// What stands for the object that a question would find, as long as there is none: also for one that a rehearsal
    /// would create.
    fn wanted(&self, (path, value): &(TargetPath, String)) -> String {
        let mut matching = self.mapping.matching.iter().filter_map(|at| self.mapping.attributes.get(*at));
        let exact = matching.any(|m| m.target == *path && m.attribute.case_exact);
        let value = if exact { Cow::Borrowed(value.as_str()) } else { Cow::Owned(value.to_lowercase()) };
        format!("{PLANNED}{path}={value}")
    }

    /// The matching attributes that have a value, by their precedence.
    fn questions(&self, flows: &[Flow<'_>]) -> Vec<(TargetPath, String)> {
        let attributes = self.mapping.matching.iter().filter_map(|at| self.mapping.attributes.get(*at));
        attributes.filter_map(|m| Some((m.target.clone(), value_of(flows, m)?.to_owned()))).collect()
    }

    fn incomplete(&mut self, property: String) -> Effect {
        let text = format!(
            "`{property}` has no value for this object. Fill the attribute in that it is mapped from in the source."
        );
        skipped(&mut self.entry, SkipReason::AttributeValidationFailed, Some(&property), text);
        self.settled(Effect::Skipped(self.kind()))
    }

    async fn create(
        &mut self,
        flows: &[Flow<'a>],
        question: &(TargetPath, String),
    ) -> Result<Effect, JobFault> {
        let (kind, id, context, mapping) = (self.kind(), self.id(), self.context, self.mapping);
        if !mapping.create {
            let text = "`Create` is not among the target object actions of the mapping.";
            skipped(&mut self.entry, SkipReason::ActionNotSelected, None, text);
            return Ok(self.settled(Effect::Skipped(kind)));
        }
        let mut needed = mapping.attributes.iter().filter(|m| m.attribute.required && m.reference.is_none());
        let missing = needed.find(|m| value_of(flows, m).is_none() && !is_many(flows, m));
        if let Some(missing) = missing {
            return Ok(self.incomplete(missing.target.to_string()));
        }
        let manager = self.manager_at_create()?;
        let told = manager.as_ref().map(|(path, _, target)| (path, target.as_str()));
        let request = context.wire.create_with(mapping, flows, told);
        self.entry.action = Action::Create;
        self.entry.modified = created(flows);
        let target_id = match context.export(request).await {
            // A rehearsal goes on as if.
            None => self.wanted(question),
            Some(result) => match context.judge(kind, Step::Create, &result) {
                Verdict::Ok(Answer::Resource { id, .. }) => id.to_owned(),
                Verdict::Ok(_) => {
                    let reason = "The answer to the create holds no resource.".to_owned();
                    return Ok(self.fail(of_our_own(ErrorCode::ServiceIncompatible, reason)));
                }
                Verdict::Failed(fault) => return Ok(self.fail(*fault)),
            },
        };
        if let Some(other) = context.claim(kind, &target_id, &id)? {
            let reason =
                format!("The create was answered with {target_id}, which stands for {other} already.");
            return Ok(self.fail(of_our_own(ErrorCode::DuplicateSourceEntries, reason)));
        }
        self.claims.push((kind, target_id.clone()));
        self.is_target(&target_id);
        let link = Link { target_id, managed: true, active: true };
        self.writes.push(Write::Link(kind, id.clone(), link));
        if let Some((_, manager, target)) = manager {
            self.writes.push(Write::Sent(kind, id.clone(), manager, target));
        }
        self.writes.push(Write::ReferencesDue(kind, id));
        Ok(self.settled(Effect::Created(kind)))
    }

    /// Path, id and id in the target of a manager who is there already, where a create carries it.
    fn manager_at_create(&self) -> Result<Option<(TargetPath, String, String)>, JobFault> {
        let context = self.context;
        if !context.wire.switches.manager_at_create || self.kind() != Kind::User {
            return Ok(None);
        }
        let (Some(mapping), Some(id)) = (manager::mapping(context), &self.item.known.object.manager) else {
            return Ok(None);
        };
        let target = context.state().target_of(Kind::User, id)?;
        // Who is only planned, in a rehearsal, has no id yet.
        let target = target.filter(|target| !target.starts_with(PLANNED));
        Ok(target.map(|target| (mapping.target.clone(), id.clone(), target)))
    }
}

/// The single text that flows, unless it is empty.
fn value_of<'f>(flows: &'f [Flow<'_>], mapping: &AttributeMapping) -> Option<&'f str> {
    let flow = flows.iter().find(|flow| std::ptr::eq(flow.mapping, mapping))?;
    match &flow.outcome {
        Ok(Flowed::Value(value)) => value.as_text().filter(|text| !text.is_empty()),
        _ => None,
    }
}

fn is_many(flows: &[Flow<'_>], mapping: &AttributeMapping) -> bool {
    let flow = flows.iter().find(|flow| std::ptr::eq(flow.mapping, mapping));
    flow.is_some_and(|flow| matches!(&flow.outcome, Ok(Flowed::Value(value)) if value.as_text().is_none()))
}
