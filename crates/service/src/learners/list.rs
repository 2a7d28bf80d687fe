//! `provost learner list`.

use base::Timestamp;
use scim::filter::{Checked, Filter, Limits};
use scim::{Dialect, Document};
use serde_json::Value;
use store::{Connection, Kind, Query, Record, ResourceId, Source, State};

use super::write::document_of;
use crate::profile::Profile;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Most rows of one page.
const MOST: u32 = 1000;

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LearnerQuery {
    /// A SCIM filter, as an identity provider would write it.
    pub filter: Option<String>,
    /// The last learner of the page before.
    pub after: Option<ResourceId>,
    /// At most so many; 100 when 0, never more than 1000.
    pub limit: u32,
}

/// A page of learners, by creation.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnerList {
    /// How many there are in all, when that is known without counting.
    pub total: Option<u64>,
    /// This page.
    pub rows: Vec<LearnerRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<ResourceId>,
}

/// A learner in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnerRow {
    /// SCIM id.
    pub id: ResourceId,
    /// User name.
    pub user_name: String,
    /// Name to show.
    pub display_name: Option<String>,
    /// Main address.
    pub email: Option<String>,
    /// Active or not.
    pub state: State,
    /// Origin.
    pub source: Source,
    /// Name of the connection that manages it.
    pub managed_by: Option<String>,
    /// Since when.
    pub managed_since: Option<Timestamp>,
    /// Counts changes.
    pub version: i64,
    /// Since when it exists.
    pub created: Timestamp,
    /// Its latest change.
    pub modified: Timestamp,
}

impl LearnerRow {
    pub(super) fn of(record: &Record, document: &Document, connections: &[Connection]) -> Self {
        let profile = Profile::of(document);
        let managed = record.managed_by.and_then(|id| connections.iter().find(|c| c.id == id));
        Self {
            id: record.id,
            user_name: profile.user_name,
            display_name: profile.display_name,
            email: profile.email,
            state: record.state,
            source: record.source,
            managed_by: managed.map(|c| c.name.clone()),
            managed_since: record.managed_since,
            version: record.version,
            created: record.created,
            modified: record.modified,
        }
    }
}

impl Service {
    /// A page of live learners.
    ///
    /// # Errors
    /// `Invalid` for a filter that does not parse or fit, `TooMany` when it needs too long a scan.
    pub async fn learners(&self, op: &Operator, query: &LearnerQuery) -> ServiceResult<LearnerList> {
        let limit = if query.limit == 0 { 100 } else { query.limit.min(MOST) };
        let filter = query.filter.as_deref().map(|text| op.filter_of(Kind::USER, text)).transpose()?;
        let query = self.learner_query(op, filter, query.after, limit)?;
        let mut read = self.store.read(&op.caller).await?;
        let page = read.query(&query).await?;
        let connections = read.connections().await?;
        let mut rows = Vec::with_capacity(page.records.len());
        for record in &page.records {
            rows.push(LearnerRow::of(record, &document_of(record)?, &connections));
        }
        Ok(LearnerList { total: page.total, rows, next: page.next.map(|k| k.id) })
    }

    /// The query for a page of learners, by id.
    pub(crate) fn learner_query(
        &self,
        op: &Operator,
        filter: Option<Filter<Checked>>,
        after: Option<ResourceId>,
        count: u32,
    ) -> ServiceResult<Query> {
        self.query_of(op, Kind::USER, filter, after, count)
    }
}

/// A filter that is whole by itself, so that it may be put beside others: `a) or (b` would undo what stands next to it.
///
/// # Errors
/// `Invalid` with the place at fault.
pub fn whole_filter(text: &str) -> ServiceResult<&str> {
    scim::filter::parse(text, &Dialect::entra(), &Limits::default())
        .map(|_| text)
        .map_err(|error| ServiceError::new(Code::Invalid, error.detail))
}

/// A SCIM filter for what a person looks for: the beginning of a user name, a name to show or an address; a state; and a
/// filter of their own. `None` when nothing is looked for.
#[must_use]
pub fn learner_filter(search: Option<&str>, state: Option<State>, filter: Option<&str>) -> Option<String> {
    let mut terms = Vec::new();
    if let Some(text) = search.map(str::trim).filter(|text| !text.is_empty()) {
        let text = Value::String(text.to_owned());
        terms.push(format!("(userName sw {text} or displayName sw {text} or emails.value sw {text})"));
    }
    terms.extend(state.map(|state| format!("active eq {}", state == State::Active)));
    terms.extend(filter.map(|filter| format!("({filter})")));
    (!terms.is_empty()).then(|| terms.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_becomes_one_filter() {
        assert_eq!(learner_filter(None, None, None), None);
        assert_eq!(learner_filter(Some(" "), None, Some("title pr")).as_deref(), Some("(title pr)"));
        assert_eq!(
            learner_filter(Some("a\"b"), Some(State::Inactive), Some("x eq 1 or y eq 2")).as_deref(),
            Some(
                "(userName sw \"a\\\"b\" or displayName sw \"a\\\"b\" or emails.value sw \"a\\\"b\") \
                 and active eq false and (x eq 1 or y eq 2)"
            )
        );
    }
}
