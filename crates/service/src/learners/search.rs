//! Looking for learners as people do: by the beginning of a name, by state, origin, manager, group.
//!
//! What no index answers is found by looking at learners one after the other; one request looks at a bounded number and
//! says where the next one goes on, so that its cost does not depend on how many learners there are.

use store::{Connection, Kind, ReadTx, Record, ResourceId, Source, State};

use super::list::{LearnerRow, learner_filter};
use super::show::find;
use super::write::document_of;
use crate::profile::Profile;
use crate::{Operator, Service, ServiceResult};

/// Most learners that one request looks at.
const LOOKED: u32 = 2000;
/// Learners read at once.
const CHUNK: u32 = 500;

/// What to look for. What is `None` does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LearnerSearch {
    /// Beginning of a user name, name to show, or address.
    pub text: Option<String>,
    /// Active or not.
    pub state: Option<State>,
    /// Origin.
    pub source: Option<Source>,
    /// The manager, by id or user name.
    pub manager: Option<String>,
    /// A group that they are members of.
    pub group: Option<ResourceId>,
    /// The last learner that was looked at before.
    pub after: Option<ResourceId>,
    /// At most so many.
    pub limit: u32,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnersFound {
    /// Learners, in the order of their creation.
    pub rows: Vec<LearnerRow>,
    /// Where to go on: there may be more.
    pub next: Option<ResourceId>,
    /// How many there are in all, when that is known without counting.
    pub total: Option<u64>,
}

/// A stretch of learners that was read.
struct Stretch {
    records: Vec<Record>,
    /// Where the next one begins; `None` at the end.
    next: Option<ResourceId>,
    total: Option<u64>,
}

impl Service {
    /// Looks for learners.
    ///
    /// # Errors
    /// `NotFound` when there is no such manager, `TooMany` when a text matches so many that they cannot be gone through in time.
    pub async fn learner_search(&self, op: &Operator, asked: &LearnerSearch) -> ServiceResult<LearnersFound> {
        let mut read = self.store.read(&op.caller).await?;
        let connections = read.connections().await?;
        let manager = match &asked.manager {
            Some(which) => Some(find(&mut *read, which).await?.id.to_string()),
            None => None,
        };
        let limit = asked.limit.clamp(1, CHUNK);
        let mut found = LearnersFound { rows: Vec::new(), next: None, total: None };
        let mut after = asked.after;
        let mut looked = 0;
        let is_plain = asked.source.is_none()
            && asked.manager.is_none()
            && asked.group.is_none()
            && !is_letter(asked.text.as_deref());
        loop {
            let size = if is_plain { limit } else { CHUNK };
            let stretch = self.stretch(op, &mut *read, asked, after, size).await?;
            looked += size;
            found.total = stretch.total.filter(|_| is_plain);
            for record in &stretch.records {
                let Some(row) = matching(asked, manager.as_deref(), record, &connections)? else { continue };
                if found.rows.len() as u32 == limit {
                    found.next = found.rows.last().map(|row| row.id);
                    return Ok(found);
                }
                found.rows.push(row);
            }
            found.next = stretch.next;
            if found.next.is_none() || is_plain || looked >= LOOKED {
                return Ok(found);
            }
            after = found.next;
        }
    }

    async fn stretch(
        &self,
        op: &Operator,
        read: &mut dyn ReadTx,
        asked: &LearnerSearch,
        after: Option<ResourceId>,
        size: u32,
    ) -> ServiceResult<Stretch> {
        if let Some(group) = asked.group {
            let mut members = read.members(group, after, size + 1).await?;
            let more = members.len() > size as usize;
            members.truncate(size as usize);
            let next = members.last().filter(|_| more).map(|member| member.id);
            let mut records = Vec::new();
            for member in members.iter().filter(|member| member.kind == Kind::USER) {
                records.extend(read.record(Kind::USER, member.id).await?);
            }
            return Ok(Stretch { records, next, total: None });
        }
        let text = asked.text.as_deref().filter(|text| !is_letter(Some(text)));
        let filter = learner_filter(text, asked.state, None);
        let filter = filter.map(|text| op.filter_of(Kind::USER, &text)).transpose()?;
        let page = read.query(&self.learner_query(op, filter, after, size)?).await?;
        Ok(Stretch { records: page.records, next: page.next.map(|at| at.id), total: page.total })
    }
}

/// The learner as a row, when it is one that was asked for.
fn matching(
    asked: &LearnerSearch,
    manager: Option<&str>,
    record: &Record,
    connections: &[Connection],
) -> ServiceResult<Option<LearnerRow>> {
    let is_other = asked.state.is_some_and(|state| state != record.state)
        || asked.source.is_some_and(|source| source != record.source);
    if is_other {
        return Ok(None);
    }
    let document = document_of(record)?;
    if manager.is_some_and(|wanted| Profile::of(&document).manager.is_none_or(|own| own.id != wanted)) {
        return Ok(None);
    }
    let row = LearnerRow::of(record, &document, connections);
    // With a group, or a letter alone, no index has compared the text.
    let is_to_compare = asked.group.is_some() || is_letter(asked.text.as_deref());
    let text = asked.text.as_deref().map(str::trim).filter(|text| !text.is_empty() && is_to_compare);
    Ok(Some(row).filter(|row| text.is_none_or(|text| begins(row, text))))
}

/// Whether the text is one character: with so many names that begin with it, looking at one learner after the other finds a
/// page of them sooner than the index puts all of them in order.
fn is_letter(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.trim().chars().count() == 1)
}

fn begins(row: &LearnerRow, text: &str) -> bool {
    let wanted = scim::text::fold(text);
    let names = [Some(row.user_name.as_str()), row.display_name.as_deref(), row.email.as_deref()];
    names.into_iter().flatten().any(|name| scim::text::fold(name).starts_with(&*wanted))
}
