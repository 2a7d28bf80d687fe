//! `provost learner list`.

use base::Timestamp;
use scim::filter::{Checked, Filter};
use scim::{Dialect, Document};
use store::{Connection, Keyset, Kind, Paging, Query, Record, ResourceId, Source, State, Total, TypedFilter};

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
        let filter = query.filter.as_deref().map(|text| self.learner_filter(op, text)).transpose()?;
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
        let resource_type = op.tenant.type_of(Kind::USER).cloned().ok_or_else(|| {
            ServiceError::new(Code::Internal, "the tenant's registry has no resource type User")
        })?;
        let from = after.map(|id| Keyset { sort: None, id });
        Ok(Query {
            types: vec![TypedFilter { kind: Kind::USER, resource_type, filter }],
            sort: None,
            paging: Paging::Keyset { from, backwards: false, count },
            total: Total::IfCheap,
            connection: op.connection.id,
            deadline: self.config.limits.scan,
        })
    }

    fn learner_filter(&self, op: &Operator, text: &str) -> ServiceResult<Filter<Checked>> {
        let invalid = |error: scim::ScimError| ServiceError::new(Code::Invalid, error.detail);
        let rt = op.tenant.type_of(Kind::USER).ok_or_else(|| {
            ServiceError::new(Code::Internal, "the tenant's registry has no resource type User")
        })?;
        let dialect = Dialect::entra();
        let parsed =
            scim::filter::parse(text, &dialect, &scim::filter::Limits::default()).map_err(invalid)?;
        parsed.check(rt, &dialect).map_err(invalid)
    }
}
