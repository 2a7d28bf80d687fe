//! In which order the operations are done.
//!
//! The order of the request is kept, except that an operation waits for the ones that make what it refers to, and no
//! longer than it must (S-BULK-08). Operations on one resource keep their order among themselves, and so do the
//! deletion of a resource and the operations that mention it. When operations refer to each other in a circle, one
//! of them is done without the references that close the circle, and is given them by a PATCH as soon as they are
//! known (RFC 7644 §3.7.1, S-BULK-07).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{BulkRequest, Id, Method, Reference, Target, reference};

/// An order of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What to do, one after the other. The response lists operations in the order of the request all the same.
    pub steps: Vec<Step>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The operation, by its place in the request.
    pub operation: usize,
    /// References that are left out of this step, or, in a follow-up, put in by it.
    pub deferred: Vec<Reference>,
    /// Whether this is the PATCH that completes an operation done before (see [`super::follow_up`]).
    pub is_follow_up: bool,
}

impl Step {
    fn run(operation: usize, deferred: Vec<Reference>) -> Self {
        Self { operation, deferred, is_follow_up: false }
    }
}

/// Plans a request. Every operation is run exactly once.
#[must_use]
pub fn plan(request: &BulkRequest) -> Plan {
    let needs: Vec<BTreeSet<usize>> = (0..request.operations.len()).map(|i| needs(request, i)).collect();
    if needs.iter().enumerate().all(|(index, needs)| needs.iter().all(|need| *need < index)) {
        return Plan { steps: (0..needs.len()).map(|i| Step::run(i, Vec::new())).collect() };
    }
    Planner::new(request, needs).run()
}

/// The operations that make what this one refers to.
fn needs(request: &BulkRequest, index: usize) -> BTreeSet<usize> {
    let Ok(action) = &request.operations[index].action else { return BTreeSet::new() };
    action.references.iter().filter_map(|r| request.declared.get(&r.bulk_id).copied()).collect()
}

struct Planner<'a> {
    request: &'a BulkRequest,
    /// What must be done before each operation.
    needs: Vec<BTreeSet<usize>>,
    /// What should be done before each operation, circles apart.
    follows: Vec<BTreeSet<usize>>,
    /// Which operations wait for each one, for either reason.
    waiting: Vec<Vec<usize>>,
    deferred: Vec<Vec<Reference>>,
    ready: BTreeSet<usize>,
    undone: BTreeSet<usize>,
    /// Operations that have been done in part, and what they still need.
    partial: Vec<(usize, BTreeSet<usize>)>,
    steps: Vec<Step>,
}

impl<'a> Planner<'a> {
    fn new(request: &'a BulkRequest, needs: Vec<BTreeSet<usize>>) -> Self {
        let count = needs.len();
        let follows = follows(request);
        let mut waiting = vec![Vec::new(); count];
        for index in 0..count {
            for before in needs[index].union(&follows[index]) {
                waiting[*before].push(index);
            }
        }
        Self {
            request,
            needs,
            follows,
            waiting,
            deferred: vec![Vec::new(); count],
            ready: BTreeSet::new(),
            undone: (0..count).collect(),
            partial: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn run(mut self) -> Plan {
        self.ready = self
            .undone
            .iter()
            .copied()
            .filter(|i| self.needs[*i].is_empty() && self.follows[*i].is_empty())
            .collect();
        while let Some(first) = self.undone.first().copied() {
            let next = self
                .ready
                .pop_first()
                .or_else(|| self.undone.iter().copied().find(|i| self.needs[*i].is_empty()));
            match next {
                Some(index) => self.do_one(index),
                None => self.break_circle(first),
            }
        }
        Plan { steps: self.steps }
    }

    fn do_one(&mut self, index: usize) {
        self.undone.remove(&index);
        let deferred = std::mem::take(&mut self.deferred[index]);
        if !deferred.is_empty() {
            let still = deferred
                .iter()
                .filter_map(|r| self.request.declared.get(&r.bulk_id).copied())
                .filter(|i| *i != index)
                .collect();
            self.partial.push((self.steps.len(), still));
        }
        self.steps.push(Step::run(index, deferred));
        for waiting in self.waiting[index].clone() {
            self.needs[waiting].remove(&index);
            self.follows[waiting].remove(&index);
            if self.undone.contains(&waiting)
                && self.needs[waiting].is_empty()
                && self.follows[waiting].is_empty()
            {
                self.ready.insert(waiting);
            }
        }
        self.complete(index);
    }

    /// Adds the follow-ups that waited for this operation only.
    fn complete(&mut self, index: usize) {
        let mut still = Vec::new();
        for (step, mut needs) in std::mem::take(&mut self.partial) {
            needs.remove(&index);
            if needs.is_empty() {
                let Step { operation, deferred, .. } = self.steps[step].clone();
                self.steps.push(Step { operation, deferred, is_follow_up: true });
            } else {
                still.push((step, needs));
            }
        }
        self.partial = still;
    }

    /// Lets the first operation of a circle go ahead without the references that close it.
    fn break_circle(&mut self, start: usize) {
        let mut seen = Vec::new();
        let mut at = start;
        while !seen.contains(&at) {
            seen.push(at);
            at = *self.needs[at].first().expect("every operation left needs another one");
        }
        let circle = seen.iter().position(|s| *s == at).map_or(&seen[..], |from| &seen[from..]);
        let chosen = circle.iter().copied().min().unwrap_or(start);
        let behind = self.behind(chosen);
        let closing: BTreeSet<usize> = self.needs[chosen].intersection(&behind).copied().collect();
        self.needs[chosen].retain(|need| !closing.contains(need));
        let Ok(action) = &self.request.operations[chosen].action else { return };
        self.deferred[chosen].extend(
            action
                .references
                .iter()
                .filter(|r| self.request.declared.get(&r.bulk_id).is_some_and(|i| closing.contains(i)))
                .cloned(),
        );
    }

    /// Every operation that, directly or not, needs this one; itself included.
    fn behind(&self, index: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::from([index]);
        let mut open = vec![index];
        while let Some(at) = open.pop() {
            for next in &self.waiting[at] {
                if self.needs[*next].contains(&at) && found.insert(*next) {
                    open.push(*next);
                }
            }
        }
        found
    }
}

/// For each operation the earlier ones whose order towards it matters: the one before it on the same resource, and
/// deletions of what it mentions (or mentions of what it deletes).
fn follows(request: &BulkRequest) -> Vec<BTreeSet<usize>> {
    let actions =
        || request.operations.iter().enumerate().filter_map(|(i, o)| Some((i, o.action.as_ref().ok()?)));
    let mut out = vec![BTreeSet::new(); request.operations.len()];
    let mut last: HashMap<&Target, usize> = HashMap::new();
    let mut deleted: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, action) in actions() {
        if action.target.id.is_some()
            && let Some(before) = last.insert(&action.target, index)
        {
            out[index].insert(before);
        }
        if let (Method::Delete, Some(Id::Known(id))) = (action.method, &action.target.id) {
            deleted.entry(id).or_default().push(index);
        }
    }
    if deleted.is_empty() {
        return out;
    }
    for (index, action) in actions() {
        let mut mentioned = HashSet::new();
        reference::texts(&action.data, &mut |text| {
            if let Some((id, _)) = deleted.get_key_value(text) {
                mentioned.insert(*id);
            }
        });
        for other in mentioned.iter().flat_map(|id| &deleted[id]).copied().filter(|other| *other != index) {
            out[index.max(other)].insert(index.min(other));
        }
    }
    out
}
