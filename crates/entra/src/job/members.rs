//! Groups' members, in the second pass (entra.md §3). They are never read: what was sent before is remembered.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::job::context::Context;
use crate::job::manager::unresolved_entry;
use crate::job::outcome::Outcome;
use crate::job::pump::{Feed, Next, Work};
use crate::job::{Effect, JobFault, act};
use crate::judge::{Answer, ErrorCode, Fault, Retry, Step, Verdict};
use crate::log::Modified;
use crate::mapping::Reference;
use crate::model::Kind;
use crate::state::{MemberPage, MemberWork, Part, Write};

/// Members looked at together.
const PAGE: usize = 500;
/// Members that one log entry names.
const NAMED: usize = 100;

/// As many members of a group as one request carries.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) group: String,
    pub(super) target_id: String,
    /// `objectId` and target id of each.
    pub(super) members: Vec<(String, String)>,
    pub(super) removes: bool,
}

/// Adds or removes these members.
pub(super) async fn chunk(context: &Context, chunk: &Chunk) -> Result<Outcome, JobFault> {
    let mut targets = Vec::with_capacity(chunk.members.len());
    for (_, target) in &chunk.members {
        if chunk.removes || !is_member(context, chunk, target).await {
            targets.push(target.as_str());
        }
    }
    let none: &[&str] = &[];
    let (adds, removes) = if chunk.removes { (none, &targets[..]) } else { (&targets[..], none) };
    for request in context.wire.members(&chunk.target_id, adds, removes) {
        if let Some(result) = context.export(request).await
            && let Verdict::Failed(fault) = context.judge(Kind::Group, Step::Members, &result)
        {
            let mut outcome = Outcome::new(Effect::Nothing, Vec::new());
            outcome.group = Some(chunk.group.clone());
            outcome.halt = (fault.retry == Retry::Quarantine).then(|| fault.clone());
            outcome.fault = Some(fault);
            outcome.attempted = targets.iter().take(NAMED).map(|id| modified(id, chunk.removes)).collect();
            return Ok(outcome);
        }
    }
    let remember = |(id, target): &(String, String)| match chunk.removes {
        true => Write::Unsent(Kind::Group, chunk.group.clone(), id.clone()),
        false => Write::Sent(Kind::Group, chunk.group.clone(), id.clone(), target.clone()),
    };
    let count = u64::try_from(chunk.members.len()).unwrap_or(0);
    let effect = if chunk.removes { Effect::MembersRemoved(count) } else { Effect::MembersAdded(count) };
    let mut outcome = Outcome::new(effect, chunk.members.iter().map(remember).collect());
    outcome.group = Some(chunk.group.clone());
    Ok(outcome)
}

/// A member that comes or goes, as the log shows it.
fn modified(target: &str, removes: bool) -> Modified {
    let id = Some(target.to_owned());
    let (old, new) = if removes { (id, None) } else { (None, id) };
    Modified { name: "members".into(), old, new }
}

/// Whether the target says so, where it is asked at all (`reference-check-members`). A refusal says no.
async fn is_member(context: &Context, chunk: &Chunk, target: &str) -> bool {
    let Some(request) = context.wire.member_check(&chunk.target_id, target) else { return false };
    if context.rehearsal {
        return false;
    }
    let result = context.send(request).await;
    matches!(context.judge(Kind::Group, Step::ReferenceCheck, &result), Verdict::Ok(answer) if answer != Answer::Nothing)
}

/// A group some of whose members are under way.
#[derive(Debug)]
struct Open {
    work: MemberWork,
    under_way: usize,
    /// Nothing more of it will be begun.
    through: bool,
    unresolved: Vec<String>,
    unresolved_count: u64,
    modified: Vec<Modified>,
    /// What was to be changed when it failed.
    attempted: Vec<Modified>,
    fault: Option<Box<Fault>>,
}

/// Where the reading of the present group is.
#[derive(Clone, Debug)]
enum At {
    Adds(String),
    Removes(String),
    End,
}

/// Gives the members of all groups that are due, group by group.
pub(super) struct MemberFeed {
    context: Arc<Context>,
    waiting: VecDeque<MemberWork>,
    after: Option<String>,
    at: At,
    present: Option<String>,
    queue: VecDeque<Chunk>,
    open: HashMap<String, Open>,
    adds_at_once: usize,
    /// Whether a group may be a member.
    nested: bool,
}

impl MemberFeed {
    /// Of the groups due; `None` when the mapping sends no members.
    pub(super) fn new(context: &Arc<Context>) -> Option<Self> {
        let groups = context.parts.mapping_of(Kind::Group).filter(|groups| groups.update)?;
        let members = groups.attributes.iter().find(|m| m.reference == Some(Reference::Members))?;
        let referenced = &members.attribute.referenced;
        let switches = &context.wire.switches;
        Some(Self {
            nested: referenced.is_empty() || referenced.iter().any(|name| name.contains("Group")),
            adds_at_once: switches.members_per_operation.saturating_mul(switches.operations_per_patch).max(1),
            context: Arc::clone(context),
            waiting: VecDeque::new(),
            after: Some(String::new()),
            at: At::End,
            present: None,
            queue: VecDeque::new(),
            open: HashMap::new(),
        })
    }

    /// Reads on in the present group.
    fn read(&mut self, group: &str) -> Result<(), JobFault> {
        let state = self.context.state();
        let (page, removes) = match &self.at {
            At::Adds(after) => (state.members_to_add(group, after, PAGE, self.nested)?, false),
            At::Removes(after) => (state.members_to_remove(group, after, PAGE)?, true),
            At::End => return Ok(()),
        };
        let MemberPage { members, unresolved, after } = page;
        self.at = match (after, removes) {
            (Some(after), false) => At::Adds(after),
            (None, false) => At::Removes(String::new()),
            (Some(after), true) => At::Removes(after),
            (None, true) => At::End,
        };
        let Some(open) = self.open.get_mut(group) else { return Ok(()) };
        open.unresolved_count += u64::try_from(unresolved.len()).unwrap_or(0);
        let room = NAMED.saturating_sub(open.unresolved.len());
        open.unresolved.extend(unresolved.into_iter().take(room));
        for some in members.chunks(self.adds_at_once) {
            self.queue.push_back(Chunk {
                group: group.to_owned(),
                target_id: open.work.target_id.clone(),
                members: some.to_vec(),
                removes,
            });
        }
        Ok(())
    }

    /// Begins the next group; `None` after the last.
    fn begin(&mut self) -> Result<Option<Next>, JobFault> {
        if self.waiting.is_empty() {
            let Some(after) = self.after.take() else { return Ok(None) };
            self.waiting = self.context.state().groups_due(&after, PAGE)?.into();
            self.after = self.waiting.back().map(|work| work.id.clone());
        }
        let Some(work) = self.waiting.pop_front() else { return Ok(None) };
        if !work.live {
            return Ok(Some(Next::Outcome(settled(&work, Effect::Nothing))));
        }
        self.at = At::Adds(String::new());
        self.present = Some(work.id.clone());
        let open = Open {
            under_way: 0,
            through: false,
            unresolved: Vec::new(),
            unresolved_count: 0,
            modified: Vec::new(),
            attempted: Vec::new(),
            fault: None,
            work,
        };
        self.open.insert(open.work.id.clone(), open);
        Ok(Some(Next::Again))
    }

    /// Nothing more is begun of a group; what came of it if nothing is under way either.
    fn end(&mut self, group: &str) -> Option<Outcome> {
        let open = self.open.get_mut(group)?;
        open.through = true;
        if open.under_way > 0 { None } else { self.open.remove(group).map(|open| self.close(open)) }
    }

    fn close(&self, open: Open) -> Outcome {
        let (context, work) = (&self.context, &open.work);
        if open.fault.is_none() && open.unresolved_count == 0 && open.modified.is_empty() {
            return settled(work, Effect::Nothing);
        }
        let mut entry = context.reference_entry(Kind::Group, &work.id, &work.name, &work.target_id);
        // What failed stands last.
        entry.modified = open.modified;
        entry.modified.extend(open.attempted);
        let escrow = work.escrow.as_ref();
        let mut writes = Vec::new();
        if let Some(mut fault) = open.fault {
            // The group is not where we think: the next cycle looks, and comes back to the members.
            if fault.retry == Retry::Now {
                fault.retry = Retry::NextCycle;
                writes.push(Write::Due(Kind::Group, work.id.clone()));
            }
            writes.extend(context.failed(
                Kind::Group,
                &work.id,
                Part::References,
                escrow,
                &fault,
                &mut entry,
            ));
            return Outcome::new(Effect::ReferenceFailed, writes).told(entry);
        }
        if open.unresolved_count > 0 {
            let mut names = open.unresolved.join(", ");
            if let Some(more) = open.unresolved_count.checked_sub(NAMED as u64).filter(|more| *more > 0) {
                names.push_str(&format!(" and {more} more"));
            }
            let reason = format!("unable to assign {names} as members of {}: not provisioned", work.name);
            let fault = act::of_our_own(ErrorCode::UnableToResolveReferenceAttributeValue, reason);
            writes.extend(context.failed(
                Kind::Group,
                &work.id,
                Part::References,
                escrow,
                &fault,
                &mut entry,
            ));
            unresolved_entry(&mut entry, &fault);
            return Outcome::new(Effect::Unresolved(open.unresolved_count), writes).told(entry);
        }
        settled(work, Effect::Nothing).told(entry)
    }
}

fn settled(work: &MemberWork, effect: Effect) -> Outcome {
    let mut writes = vec![Write::ReferencesSettled(Kind::Group, work.id.clone())];
    if work.escrow.is_some() {
        writes.push(Write::Release(Kind::Group, work.id.clone(), Part::References));
    }
    Outcome::new(effect, writes)
}

impl Feed for MemberFeed {
    fn next(&mut self) -> Result<Next, JobFault> {
        if let Some(chunk) = self.queue.pop_front() {
            if let Some(open) = self.open.get_mut(&chunk.group) {
                open.under_way += 1;
            }
            return Ok(Next::Work(Work::Members(chunk)));
        }
        let Some(group) = self.present.clone() else {
            return Ok(self.begin()?.unwrap_or(Next::End));
        };
        let failed = self.open.get(&group).is_none_or(|open| open.fault.is_some());
        match self.at {
            At::End => {}
            _ if failed => self.at = At::End,
            _ => {
                self.read(&group)?;
                return Ok(Next::Again);
            }
        }
        self.present = None;
        Ok(self.end(&group).map_or(Next::Again, Next::Outcome))
    }

    fn done(&mut self, outcome: &mut Outcome) -> Option<Outcome> {
        let group = outcome.group.as_deref()?;
        let open = self.open.get_mut(group)?;
        open.under_way -= 1;
        for write in &outcome.writes {
            let change = match write {
                Write::Sent(_, _, _, target) => modified(target, false),
                Write::Unsent(_, _, id) => modified(id, true),
                _ => continue,
            };
            if open.modified.len() < NAMED {
                open.modified.push(change);
            }
        }
        if let Some(fault) = outcome.fault.take() {
            if open.fault.is_none() {
                open.attempted = std::mem::take(&mut outcome.attempted);
                open.fault = Some(fault);
            }
            // What failed once for a group is not tried a hundred thousand times.
            self.queue.retain(|chunk| chunk.group != group);
        }
        if open.through { self.end(group) } else { None }
    }
}
