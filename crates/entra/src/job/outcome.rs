//! What came of a piece of work, and what is remembered of it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use base::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::job::Effect;
use crate::job::context::Context;
use crate::judge::{Fault, Retry};
use crate::log::{Action, Entry, ErrorInfo, Identity, Modified, Scoping, Skip, SkipReason, Status};
use crate::model::{Kind, SourceObject, Value};
use crate::state::{Escrow, Item, Part, Write};

/// What came of a piece of work.
#[derive(Debug)]
pub(super) struct Outcome {
    /// What is remembered.
    pub(super) writes: Vec<Write>,
    /// What the log says.
    pub(super) entry: Option<Box<Entry>>,
    pub(super) effect: Effect,
    /// What was taken for it, and is in the state after these writes or is not wanted any more.
    pub(super) claims: Vec<(Kind, String)>,
    /// What makes the job go into quarantine at once.
    pub(super) halt: Option<Box<Fault>>,
    /// The group whose members these were.
    pub(super) group: Option<String>,
    /// What went wrong with them.
    pub(super) fault: Option<Box<Fault>>,
    /// What was to be changed when it did.
    pub(super) attempted: Vec<Modified>,
}

impl Outcome {
    pub(super) const fn new(effect: Effect, writes: Vec<Write>) -> Self {
        Self {
            writes,
            entry: None,
            effect,
            claims: Vec::new(),
            halt: None,
            group: None,
            fault: None,
            attempted: Vec::new(),
        }
    }

    pub(super) fn told(mut self, entry: Entry) -> Self {
        self.entry = Some(Box::new(entry));
        self
    }
}

/// What source attributes the log shows (entra.md §4.14).
const SHOWN: [&str; 7] = [
    "objectId",
    "accountEnabled",
    "displayName",
    "givenName",
    "surname",
    "mailNickname",
    "userPrincipalName",
];

impl Context {
    /// An entry about an object, to be completed.
    pub(super) fn entry(&self, item: &Item, scoping: Scoping, is_soft_deleted: bool) -> Entry {
        let object = &item.known.object;
        let mut imported: Map<String, Json> = SHOWN
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), object.attributes.get(name)?.to_json())))
            .collect();
        if object.kind == Kind::User {
            imported.insert("IsSoftDeleted".into(), json!(if is_soft_deleted { "True" } else { "False" }));
            if !item.roles.is_empty() {
                let roles: Vec<_> = item.roles.iter().map(|r| r.value.as_deref().unwrap_or(&r.id)).collect();
                imported.insert("appRoleAssignments".into(), json!(roles.join(", ")));
            }
        }
        Entry {
            target: item.link.as_ref().map(|link| identity(&link.target_id, &name_of(object), object.kind)),
            imported,
            scoping: Some(scoping),
            ..self.bare_entry(identity(&object.id, &name_of(object), object.kind))
        }
    }

    /// An entry about a reference of an object.
    pub(super) fn reference_entry(&self, kind: Kind, id: &str, name: &str, target: &str) -> Entry {
        Entry {
            target: Some(identity(target, name, kind)),
            reference: true,
            action: Action::Update,
            ..self.bare_entry(identity(id, name, kind))
        }
    }

    fn bare_entry(&self, source: Identity) -> Entry {
        Entry {
            id: self.parts.ids.uuid_v7().to_string(),
            at: self.parts.env.clock.now().as_micros(),
            cycle: self.cycle.clone(),
            change: self.parts.ids.uuid_v7().to_string(),
            action: Action::Other,
            status: Status::Success,
            millis: 0,
            source,
            target: None,
            matched: false,
            imported: Map::new(),
            scoping: None,
            skip: None,
            modified: Vec::new(),
            error: None,
            on_demand: self.on_demand,
            reference: false,
        }
    }

    /// What is remembered of a failure: when it is tried again (entra.md §4.10), and whether it is given up.
    pub(super) fn failed(
        &self,
        kind: Kind,
        id: &str,
        part: Part,
        before: Option<&Escrow>,
        fault: &Fault,
        entry: &mut Entry,
    ) -> Vec<Write> {
        entry.status = Status::Failure;
        let mut info = ErrorInfo::of(fault);
        let (first_at, attempts) =
            before.map_or((self.now.as_micros(), 1), |e| (e.first_at, e.attempts.saturating_add(1)));
        let settled = match part {
            Part::Object => Write::Settled(kind, id.to_owned()),
            Part::References => Write::ReferencesSettled(kind, id.to_owned()),
        };
        let rules = &self.parts.rules;
        let age = self.now.since(Timestamp::from_micros(first_at));
        let mut writes = Vec::new();
        if fault.retry == Retry::Quarantine {
            // The job is at fault, not the object: it stays due.
            entry.error = Some(info);
            return writes;
        }
        if age >= rules.give_up_after {
            self.pruned.store(true, Ordering::Relaxed);
            info.reason.push_str(" It was tried for four weeks and is given up.");
            writes.push(Write::Release(kind, id.to_owned(), part));
            writes.push(settled);
            entry.error = Some(info);
            return writes;
        }
        let retry_at = match fault.retry {
            Retry::NextCycle => self.now,
            _ => {
                writes.push(settled);
                Timestamp::from_micros(first_at).plus(next_retry(&rules.retries, rules.retry_every, age))
            }
        };
        if (attempts > 1 || retry_at > self.now) && !info.reason.ends_with(['.', '!', '?']) {
            info.reason.push('.');
        }
        if attempts > 1 {
            let times = attempts - 1;
            info.reason.push_str(&format!(" This operation was retried {times} times."));
        }
        if retry_at > self.now {
            info.reason.push_str(&format!(" It will be retried again after this date: {retry_at}."));
        }
        let escrow = Escrow {
            code: info.code.clone(),
            reason: info.reason.clone(),
            attempts,
            first_at,
            retry_at: retry_at.as_micros(),
        };
        writes.push(Write::Escrow(kind, id.to_owned(), part, escrow));
        entry.error = Some(info);
        writes
    }
}

/// How long after the first failure the next attempt is, when the last was `age` after it.
fn next_retry(retries: &[Duration], every: Duration, age: Duration) -> Duration {
    if let Some(next) = retries.iter().find(|at| **at > age) {
        return *next;
    }
    let mut next = retries.last().copied().unwrap_or_default();
    // A gap of nothing would never get there.
    let every = every.max(Duration::from_secs(60));
    while next <= age {
        next += every;
    }
    next
}

/// Says in an entry why nothing was done.
pub(super) fn skipped(
    entry: &mut Entry,
    reason: SkipReason,
    property: Option<&str>,
    text: impl Into<String>,
) {
    entry.status = Status::Skipped;
    entry.skip = Some(Skip { reason, property: property.map(str::to_owned), text: text.into() });
}

pub(super) fn identity(id: &str, name: &str, kind: Kind) -> Identity {
    Identity { id: id.to_owned(), name: name.to_owned(), kind }
}

/// What people call an object.
pub(super) fn name_of(object: &SourceObject) -> String {
    let text = |name: &str| object.attributes.get(name).and_then(Value::as_text).filter(|t| !t.is_empty());
    text("displayName").or_else(|| text("userPrincipalName")).unwrap_or(&object.id).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    // entra §4.10
    #[test]
    fn retries_come_after_6_12_and_24_hours_and_then_daily() {
        let hours = |n: u64| Duration::from_secs(n * 3_600);
        let retries = [hours(6), hours(12), hours(24)];
        let next = |age: u64| next_retry(&retries, hours(24), hours(age)).as_secs() / 3_600;
        assert_eq!([0, 5, 6, 12, 24, 47, 48].map(next), [6, 6, 12, 24, 48, 48, 72]);
        assert_eq!(next_retry(&[], Duration::ZERO, hours(1)), hours(1) + Duration::from_secs(60));
    }
}
