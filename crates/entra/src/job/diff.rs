//! Source against target, person by person. Entra never reads members again, so that what drifted there stays (entra.md
//! §3): this finds it.

use std::collections::BTreeSet;
use std::sync::Arc;

use client::{Query, lenient};
use serde_json::Value as Json;

use crate::expression::Flowed;
use crate::job::context::Context;
use crate::job::outcome::name_of;
use crate::job::standing::{Decision, Standing};
use crate::job::{Job, JobFault, manager};
use crate::log::{Modified, modified_value};
use crate::mapping::{Flow, ObjectMapping, Virtual};
use crate::model::Kind;
use crate::state::{Item, Link, Which, Write};

/// One thing that is not as it would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It should be in the target and is not.
    Missing {
        /// What.
        kind: Kind,
        /// Its id in the source.
        id: String,
        /// What people call it.
        name: String,
    },
    /// It is in the target, and nothing in the source stands for it.
    Extra {
        /// What.
        kind: Kind,
        /// Its id in the target.
        target_id: String,
        /// What the target calls it.
        name: String,
    },
    /// Values differ: `old` is what the target has, `new` what it should have.
    Differs {
        /// What.
        kind: Kind,
        /// Its id in the source.
        id: String,
        /// Its id in the target.
        target_id: String,
        /// What people call it.
        name: String,
        /// Which values.
        values: Vec<Modified>,
    },
    /// A group's members differ; ids of the target.
    Members {
        /// The group's id in the source.
        id: String,
        /// Its id in the target.
        target_id: String,
        /// What people call it.
        name: String,
        /// Members that it should have and has not.
        missing: Vec<String>,
        /// Members that it has and should not have.
        extra: Vec<String>,
    },
}

/// How much of what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiffReport {
    /// Objects of the target that were compared.
    pub compared: u64,
    /// Those in which nothing differs.
    pub same: u64,
    /// Objects that are missing.
    pub missing: u64,
    /// Objects that are too many.
    pub extra: u64,
    /// Objects whose values differ.
    pub differing: u64,
    /// Groups whose members differ.
    pub memberships: u64,
}

impl DiffReport {
    /// Whether source and target agree.
    #[must_use]
    pub const fn agrees(&self) -> bool {
        self.missing + self.extra + self.differing + self.memberships == 0
    }
}

type Tell<'t> = &'t mut (dyn FnMut(Finding) + Send);

impl Job {
    /// Compares the source as it is now with the whole of the target, which is read for it. Writes nothing.
    ///
    /// # Errors
    /// When source or target cannot be read, or the state fails.
    pub async fn diff(&self, tell: &mut (dyn FnMut(Finding) + Send)) -> Result<DiffReport, JobFault> {
        let origin = self.parts.token_origin();
        self.compare(tell).await.map_err(|fault| fault.signed_in_by(origin))
    }

    async fn compare(&self, tell: Tell<'_>) -> Result<DiffReport, JobFault> {
        let _running = self.running.try_lock().map_err(|_| JobFault::Running)?;
        if let Some(sign_in) = &self.parts.sign_in {
            let token = sign_in.renew().await?;
            // A token that no header can carry is found out by the first answer.
            let _ = self.parts.client.set_bearer(&token);
        }
        let mut context = Context::new(&self.parts, self.now());
        context.copy = Some(self.parts.state.copy()?);
        context.rehearsal = true;
        let context = Arc::new(context);
        self.import(&context, &mut |_| ()).await?;
        context.state().compare()?;
        let mut comparison = Comparison { context: &context, report: DiffReport::default(), tell };
        // Managers are people, and members may be groups: first who is who, then the comparison of what refers.
        for kind in [Kind::User, Kind::Group] {
            let Some(mapping) = self.parts.mapping_of(kind) else { continue };
            comparison.want(mapping)?;
            comparison.recognise(mapping).await?;
        }
        for kind in [Kind::User, Kind::Group] {
            let Some(mapping) = self.parts.mapping_of(kind) else { continue };
            comparison.walk(mapping).await?;
            comparison.missing(kind)?;
        }
        Ok(comparison.report)
    }
}

struct Comparison<'c> {
    context: &'c Arc<Context>,
    report: DiffReport,
    tell: Tell<'c>,
}

impl Comparison<'_> {
    /// Notes who should be there.
    fn want(&self, mapping: &ObjectMapping) -> Result<(), JobFault> {
        let state = self.context.state();
        let mut after = String::new();
        loop {
            let items = state.items(Which::All, mapping.kind, &after, 500)?;
            let Some(last) = items.last() else { return Ok(()) };
            after.clone_from(&last.known.object.id);
            let mut wanted = Vec::with_capacity(items.len());
            for item in &items {
                let standing = Standing::of(self.context, mapping, item);
                if item.link.is_some() || standing.decide(self.context, mapping, item) == Decision::Match {
                    let flows = self.flows(mapping, item, &standing);
                    wanted.push((item.known.object.id.clone(), matched_by(mapping, &flows)));
                }
            }
            state.want(mapping.kind, &wanted)?;
        }
    }

    fn flows<'m>(&self, mapping: &'m ObjectMapping, item: &Item, standing: &Standing) -> Vec<Flow<'m>> {
        let computed =
            Virtual { is_soft_deleted: standing.is_soft_deleted, app_role_assignments: &item.roles };
        mapping.flows(&item.known.object, computed, &self.context.parts.env)
    }

    /// Links, in the copy, those whom a cycle would match.
    async fn recognise(&self, mapping: &ObjectMapping) -> Result<(), JobFault> {
        let Some(path) = mapping.matching.first().map(|at| &mapping.attributes[*at].target) else {
            return Ok(());
        };
        let (state, kind) = (self.context.state(), mapping.kind);
        let mut walk = self.context.parts.client.walk(query(kind));
        while let Some(page) = walk.next_page().await? {
            let mut writes = Vec::new();
            for resource in &page {
                let Some(id) = lenient::id(resource) else { continue };
                if state.holder(kind, id)?.is_some() {
                    continue;
                }
                let value = path.read(resource).and_then(Json::as_str).map(str::to_lowercase);
                if let Some(value) = value
                    && let Some(source) = state.wanted_by(kind, &value)?
                    && state.target_of(kind, &source)?.is_none()
                {
                    let link = Link { target_id: id.to_owned(), managed: true, active: true };
                    writes.push(Write::Link(kind, source, link));
                }
            }
            state.write(&writes)?;
        }
        Ok(())
    }

    async fn walk(&mut self, mapping: &ObjectMapping) -> Result<(), JobFault> {
        let (context, kind) = (self.context, mapping.kind);
        let mut walk = context.parts.client.walk(query(kind));
        while let Some(page) = walk.next_page().await? {
            for resource in &page {
                let Some(target_id) = lenient::id(resource) else { continue };
                self.report.compared += 1;
                let holder = context.state().holder(kind, target_id)?;
                let item = match holder {
                    Some((source, _)) => context.state().item(kind, &source)?,
                    None => None,
                };
                let Some(item) = item else {
                    self.extra(kind, target_id, resource);
                    continue;
                };
                context.state().found(kind, &item.known.object.id)?;
                let same = self.values(mapping, &item, target_id, resource)?;
                let same = same & self.members(mapping, &item, target_id).await?;
                self.report.same += u64::from(same);
            }
        }
        Ok(())
    }

    fn extra(&mut self, kind: Kind, target_id: &str, resource: &Json) {
        let name = ["displayName", "userName"].into_iter().find_map(|name| lenient::text(resource, name));
        let name = name.unwrap_or(target_id).to_owned();
        self.report.extra += 1;
        (self.tell)(Finding::Extra { kind, target_id: target_id.to_owned(), name });
    }

    fn values(
        &mut self,
        mapping: &ObjectMapping,
        item: &Item,
        target_id: &str,
        resource: &Json,
    ) -> Result<bool, JobFault> {
        let standing = Standing::of(self.context, mapping, item);
        let mut flows = self.flows(mapping, item, &standing);
        // Of one that left the scope only that it is disabled is still ours.
        let ours = !item.known.object.soft_deleted && standing.scoping.assigned && standing.scoping.passes;
        if !ours {
            let soft = &self.context.parts.soft_delete;
            let at = |flow: &Flow<'_>| mapping.attributes.iter().position(|m| std::ptr::eq(m, flow.mapping));
            flows.retain(|flow| {
                mapping.kind == Kind::User && at(flow).is_some_and(|at| soft.get(at) == Some(&true))
            });
        }
        let changes = self.context.wire.changes(&flows, resource);
        let mut values: Vec<_> = changes
            .iter()
            .map(|change| Modified {
                name: change.path.to_string(),
                old: change.old.as_ref().map(modified_value),
                new: Some(modified_value(&change.new)),
            })
            .collect();
        if ours && mapping.kind == Kind::User {
            values.extend(self.manager(item, resource)?);
        }
        if values.is_empty() {
            return Ok(true);
        }
        self.report.differing += 1;
        (self.tell)(Finding::Differs {
            kind: mapping.kind,
            id: item.known.object.id.clone(),
            target_id: target_id.to_owned(),
            name: name_of(&item.known.object),
            values,
        });
        Ok(false)
    }

    fn manager(&self, item: &Item, resource: &Json) -> Result<Option<Modified>, JobFault> {
        let Some(mapping) = manager::mapping(self.context) else { return Ok(None) };
        let there = mapping.target.read(resource).and_then(|manager| match manager {
            Json::String(id) => Some(id.as_str()),
            manager => lenient::text(manager, "value"),
        });
        let there = there.filter(|id| !id.is_empty()).map(str::to_owned);
        let wanted = match &item.known.object.manager {
            None => None,
            Some(manager) => match self.context.state().target_of(Kind::User, manager)? {
                Some(target) => Some(target),
                // A manager who is not provisioned cannot be set.
                None => return Ok(None),
            },
        };
        let differs = there != wanted;
        Ok(differs.then(|| Modified { name: mapping.target.to_string(), old: there, new: wanted }))
    }

    async fn members(
        &mut self,
        mapping: &ObjectMapping,
        item: &Item,
        target_id: &str,
    ) -> Result<bool, JobFault> {
        let sends = mapping.attributes.iter().any(|m| m.reference.is_some());
        if mapping.kind != Kind::Group || !sends {
            return Ok(true);
        }
        let group = self.context.parts.client.get("/Groups", target_id).await?.into_json();
        let members = lenient::get(&group, "members").cloned();
        let there: BTreeSet<String> = lenient::list(members)
            .iter()
            .filter_map(|m| lenient::text(m, "value"))
            .map(str::to_owned)
            .collect();
        let mut wanted = BTreeSet::new();
        let mut after = Some(String::new());
        while let Some(from) = after.take() {
            let page = self.context.state().members_of(&item.known.object.id, &from, 1000)?;
            wanted.extend(page.members.into_iter().map(|(_, target)| target));
            after = page.after;
        }
        let missing: Vec<_> = wanted.difference(&there).cloned().collect();
        let extra: Vec<_> = there.difference(&wanted).cloned().collect();
        if missing.is_empty() && extra.is_empty() {
            return Ok(true);
        }
        self.report.memberships += 1;
        (self.tell)(Finding::Members {
            id: item.known.object.id.clone(),
            target_id: target_id.to_owned(),
            name: name_of(&item.known.object),
            missing,
            extra,
        });
        Ok(false)
    }

    fn missing(&mut self, kind: Kind) -> Result<(), JobFault> {
        let state = self.context.state();
        let mut after = String::new();
        loop {
            let ids = state.not_found(kind, &after, 500)?;
            let Some(last) = ids.last() else { return Ok(()) };
            after.clone_from(last);
            for id in ids {
                let Some(known) = state.known(kind, &id)? else { continue };
                self.report.missing += 1;
                (self.tell)(Finding::Missing { kind, id, name: name_of(&known.object) });
            }
        }
    }
}

fn query(kind: Kind) -> Query {
    let query = Query::new(kind.endpoint());
    if kind == Kind::Group { query.excluded_attributes(["members"]) } else { query }
}

/// The value of the first matching attribute that has one, in lower case.
fn matched_by(mapping: &ObjectMapping, flows: &[Flow<'_>]) -> Option<String> {
    let first = mapping.attributes.get(*mapping.matching.first()?)?;
    let flow = flows.iter().find(|flow| std::ptr::eq(flow.mapping, first))?;
    match &flow.outcome {
        Ok(Flowed::Value(value)) => value.as_text().map(str::to_lowercase),
        _ => None,
    }
}
