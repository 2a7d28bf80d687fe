//! Findings: what a target does not do as Entra expects, grouped by its cause, each with the remedy.
//!
//! There are two kinds. What the target **refused** is in the provisioning log, under Entra's codes; a hundred people who
//! fail for one reason are one finding. What it **acknowledged and did not keep** no log shows, since Entra does not read
//! it again: [`crate::job::Job::read_back`] compares after the cycle, and gives it to [`Findings::drift`].

mod cause;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value as Json, json};

pub use cause::Cause;

use crate::job;
use crate::log::{Action, Entry, Modified, Status};
use crate::model::Kind;

/// People and groups that a finding names; more are counted.
const NAMED: usize = 5;
/// Findings that are kept apart; what comes later under yet other texts is only counted.
const KEPT: usize = 100;

/// One cause, and whom it struck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// Entra's code; none where the log has nothing.
    pub code: Option<String>,
    /// What was done, in the log's word, and to what: `update User`.
    pub operation: String,
    /// What the target said the first time, or what differs.
    pub said: String,
    /// How often.
    pub count: u64,
    /// Whom, some of them.
    pub names: Vec<String>,
    /// What to do about it.
    pub remedy: String,
}

impl Finding {
    /// What is wrong, in a sentence.
    #[must_use]
    pub fn title(&self) -> String {
        self.cause.title().map_or_else(|| self.said.clone(), |title| format!("{title}: {}", self.said))
    }

    /// Whom it struck: `Ann, Ben and 3 more`.
    #[must_use]
    pub fn whom(&self) -> String {
        let mut text = self.names.join(", ");
        let more = self.count.saturating_sub(self.names.len() as u64);
        if more > 0 {
            text.push_str(&format!(" and {more} more"));
        }
        text
    }

    /// For a program.
    #[must_use]
    pub fn to_json(&self) -> Json {
        json!({
            "cause": self.cause.word(), "code": self.code, "operation": self.operation, "said": self.said,
            "count": self.count, "names": self.names, "remedy": self.remedy,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    cause: Cause,
    operation: String,
    what: String,
}

/// Collects findings; memory stays flat.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    found: BTreeMap<Key, Finding>,
    /// Operations that failed.
    pub failed: u64,
    /// Differences read back.
    pub drifted: u64,
    /// Objects, and references (`true`), whose failure is known, so that their drift is no second finding.
    known: HashSet<(Kind, String, bool)>,
    /// References that were taken away, by owner and target id, and objects that were deleted, without an owner.
    removed: HashSet<(Kind, String, String)>,
}

impl Findings {
    /// Takes an entry of the log. Of what went well only removals are noted, to know what must not be there afterwards.
    pub fn take(&mut self, entry: &Entry) {
        if entry.status == Status::Success {
            self.note_removals(entry);
        }
        let Some(error) = entry.error.as_ref().filter(|_| entry.status == Status::Failure) else { return };
        self.failed += 1;
        self.knows(entry.source.kind, &entry.source.id, entry.reference);
        let cause = Cause::of(entry, error);
        let said = plain(&error.reason);
        // One cause may be told in many words: only what has no other name is told apart by them.
        let what =
            if cause == Cause::Other { format!("{} {}", error.code, shape(&said)) } else { String::new() };
        let object = match (entry.reference, entry.source.kind) {
            (false, kind) => kind.name(),
            (true, Kind::User) => "manager",
            (true, Kind::Group) => "members",
        };
        let key = Key { cause, operation: format!("{} {object}", entry.action.word()), what };
        let remedy = cause.remedy().unwrap_or(&error.recommendation).to_owned();
        self.add(key, Some(error.code.clone()), said, remedy, &entry.source.name);
    }

    fn note_removals(&mut self, entry: &Entry) {
        let kind = entry.source.kind;
        if entry.reference {
            let gone = entry.modified.iter().filter(|m| m.new.is_none()).filter_map(|m| m.old.clone());
            self.removed.extend(gone.map(|target| (kind, entry.source.id.clone(), target)));
        } else if let (Action::Delete, Some(target)) = (entry.action, &entry.target) {
            self.removed.insert((kind, String::new(), target.id.clone()));
        }
    }

    /// Whether a reference of an object to a target id was taken away; without an owner, whether that was deleted.
    pub(crate) fn was_removed(&self, kind: Kind, owner: &str, target: &str) -> bool {
        self.removed.contains(&(kind, owner.to_owned(), target.to_owned()))
    }

    /// Notes that something is known to have failed, now or before: that the target differs is no wonder. `reference`:
    /// its manager or its members did, not the object itself.
    pub fn knows(&mut self, kind: Kind, id: &str, reference: bool) {
        self.known.insert((kind, id.to_owned(), reference));
    }

    /// Takes a difference from what the target acknowledged.
    pub fn drift(&mut self, found: &job::Finding) {
        match found {
            job::Finding::Missing { kind, id, name } if !self.is_known(*kind, id, false) => {
                self.drifts(Cause::ObjectsLost, kind.name(), "", name);
            }
            job::Finding::Extra { kind, name, .. } => {
                self.drifts(Cause::ObjectsLeft, kind.name(), "", name);
            }
            job::Finding::Differs { kind, id, name, values, .. } => {
                for value in values {
                    if !self.is_known(*kind, id, is_manager(*kind, value)) {
                        self.drifts(Cause::ValuesNotKept, kind.name(), &value.name, name);
                    }
                }
            }
            job::Finding::Members { id, name, missing, extra, .. }
                if !self.is_known(Kind::Group, id, true) =>
            {
                if !missing.is_empty() {
                    self.drifts(Cause::MembersLost, "members", "", name);
                }
                if !extra.is_empty() {
                    self.drifts(Cause::MembersLeft, "members", "", name);
                }
            }
            _ => {}
        }
    }

    fn is_known(&self, kind: Kind, id: &str, reference: bool) -> bool {
        self.known.contains(&(kind, id.to_owned(), reference))
    }

    fn drifts(&mut self, cause: Cause, object: &str, what: &str, name: &str) {
        self.drifted += 1;
        let said = if what.is_empty() { object.to_owned() } else { what.to_owned() };
        let key = Key { cause, operation: format!("read {object}"), what: what.to_owned() };
        self.add(key, None, said, cause.remedy().unwrap_or_default().to_owned(), name);
    }

    fn add(&mut self, key: Key, code: Option<String>, said: String, remedy: String, name: &str) {
        if !self.found.contains_key(&key) && self.found.len() >= KEPT {
            return;
        }
        let (cause, operation) = (key.cause, key.operation.clone());
        let finding = self.found.entry(key).or_insert_with(|| Finding {
            cause,
            code,
            operation,
            said,
            count: 0,
            names: Vec::new(),
            remedy,
        });
        finding.count += 1;
        if finding.names.len() < NAMED && !finding.names.iter().any(|known| known == name) {
            finding.names.push(name.to_owned());
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.failed + self.drifted == 0
    }

    /// All of them, ordered by cause.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.found.values()
    }
}

/// Whether a value is the reference to a user's manager.
pub(crate) fn is_manager(kind: Kind, value: &Modified) -> bool {
    kind == Kind::User && value.name.ends_with("manager")
}

/// What the target said, without what the engine says of the next attempt.
fn plain(reason: &str) -> String {
    let ends = [" This operation was retried", " It will be retried again", " It was tried for four weeks"];
    let end = ends.iter().filter_map(|end| reason.find(end)).min().unwrap_or(reason.len());
    let text = reason[..end].trim_start_matches("Message: ").trim_end();
    // One line, and no more of it than a person reads.
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A text without what differs from person to person: words with a digit or an at sign, and what stands in quotes.
fn shape(text: &str) -> String {
    let is_own =
        |word: &str| word.contains(['@', '"', '\'', '`', '“']) || word.chars().any(|c| c.is_ascii_digit());
    let is_status = |word: &str| word.len() <= 4 && word.trim_end_matches(['.', ',']).parse::<u16>().is_ok();
    let words = text.split_whitespace().map(|word| if is_own(word) && !is_status(word) { "*" } else { word });
    words.collect::<Vec<_>>().join(" ")
}
