//! Groups as operators and apps see them. They are written by identity providers.

mod restore;

pub use restore::RemovedGroup;

use base::Timestamp;
use scim::Dialect;
use scim::filter::{Checked, Filter};
use store::{
    Connection, Keyset, Kind, MemberRef, Paging, Query, ReadTx, Record, ResourceId, Total, TypedFilter,
};

use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Most rows of one page.
const MOST: u32 = 1000;

/// A group in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// SCIM id.
    pub id: ResourceId,
    /// Its name.
    pub display: String,
    /// How many members it has.
    pub members: u64,
    /// `externalId` by the connection's name.
    pub external_ids: Vec<(String, String)>,
    /// Counts changes.
    pub version: i64,
    /// Since when it exists.
    pub created: Timestamp,
    /// Its latest change.
    pub modified: Timestamp,
}

/// A page of something that is walked by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows<T> {
    /// How many there are in all, when that is known without counting.
    pub total: Option<u64>,
    /// This page.
    pub rows: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<ResourceId>,
}

impl Service {
    /// A page of groups, by creation.
    ///
    /// # Errors
    /// `Invalid` for a filter that does not parse or fit, `TooMany` when it needs too long a scan.
    pub async fn group_list(
        &self,
        op: &Operator,
        filter: Option<&str>,
        after: Option<ResourceId>,
        limit: u32,
    ) -> ServiceResult<Rows<GroupRow>> {
        let filter = filter.map(|text| op.filter_of(Kind::GROUP, text)).transpose()?;
        let query = self.query_of(op, Kind::GROUP, filter, after, limit.clamp(1, MOST))?;
        let mut read = self.store.read(&op.caller).await?;
        let page = read.query(&query).await?;
        let connections = read.connections().await?;
        let mut rows = Vec::with_capacity(page.records.len());
        for record in &page.records {
            rows.push(row(&mut *read, record, &connections).await?);
        }
        Ok(Rows { total: page.total, rows, next: page.next.map(|k| k.id) })
    }

    /// A group by id.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn group(&self, op: &Operator, id: &str) -> ServiceResult<GroupRow> {
        let mut read = self.store.read(&op.caller).await?;
        let record = find(&mut *read, id).await?;
        let connections = read.connections().await?;
        row(&mut *read, &record, &connections).await
    }

    /// A group by id or by its whole name; the oldest, when several have it.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn group_named(&self, op: &Operator, which: &str) -> ServiceResult<GroupRow> {
        if which.parse::<ResourceId>().is_ok() {
            return self.group(op, which).await;
        }
        let name = serde_json::Value::String(which.to_owned());
        let found = self.group_list(op, Some(&format!("displayName eq {name}")), None, 1).await?;
        found.rows.into_iter().next().ok_or_else(|| {
            let shown: String = which.chars().take(80).collect();
            ServiceError::new(Code::NotFound, format!("there is no group \"{shown}\""))
                .hint("write its whole name, as the list of groups shows it")
        })
    }

    /// A page of a group's members, by id.
    ///
    /// # Errors
    /// `NotFound` when there is no such group.
    pub async fn group_members(
        &self,
        op: &Operator,
        id: &str,
        after: Option<ResourceId>,
        limit: u32,
    ) -> ServiceResult<Rows<MemberRef>> {
        let limit = limit.clamp(1, MOST);
        let mut read = self.store.read(&op.caller).await?;
        let record = find(&mut *read, id).await?;
        // One more than wanted tells whether there is more.
        let mut rows = read.members(record.id, after, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = if more { rows.last().map(|m| m.id) } else { None };
        Ok(Rows { total: Some(read.count_members(record.id).await?), rows, next })
    }

    /// The query for a page of one kind, by id.
    pub(crate) fn query_of(
        &self,
        op: &Operator,
        kind: Kind,
        filter: Option<Filter<Checked>>,
        after: Option<ResourceId>,
        count: u32,
    ) -> ServiceResult<Query> {
        let resource_type = op.tenant.type_of(kind).cloned().ok_or_else(|| {
            ServiceError::new(
                Code::Internal,
                format!("the tenant's registry has no resource type {}", kind.0),
            )
        })?;
        let from = after.map(|id| Keyset { sort: None, id });
        Ok(Query {
            types: vec![TypedFilter { kind, resource_type, filter }],
            sort: None,
            paging: Paging::Keyset { from, backwards: false, count },
            total: Total::IfCheap,
            connection: op.connection.id,
            deadline: self.config.limits.scan,
        })
    }
}

/// A SCIM filter for what a person looks for: the beginning of a name, and a filter of their own. `None` when nothing is
/// looked for.
#[must_use]
pub fn group_filter(search: Option<&str>, filter: Option<&str>) -> Option<String> {
    let mut terms = Vec::new();
    if let Some(text) = search.map(str::trim).filter(|text| !text.is_empty()) {
        terms.push(format!("displayName sw {}", serde_json::Value::String(text.to_owned())));
    }
    terms.extend(filter.map(|filter| format!("({filter})")));
    (!terms.is_empty()).then(|| terms.join(" and "))
}

impl Operator {
    /// A SCIM filter, as an identity provider would write it, on resources of a kind.
    pub(crate) fn filter_of(&self, kind: Kind, text: &str) -> ServiceResult<Filter<Checked>> {
        let invalid = |error: scim::ScimError| ServiceError::new(Code::Invalid, error.detail);
        let rt = self.tenant.type_of(kind).ok_or_else(|| {
            ServiceError::new(
                Code::Internal,
                format!("the tenant's registry has no resource type {}", kind.0),
            )
        })?;
        let dialect = Dialect::entra();
        let parsed =
            scim::filter::parse(text, &dialect, &scim::filter::Limits::default()).map_err(invalid)?;
        parsed.check(rt, &dialect).map_err(invalid)
    }
}

async fn find(read: &mut dyn ReadTx, id: &str) -> ServiceResult<Record> {
    let found = match id.parse() {
        Ok(id) => read.record(Kind::GROUP, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| {
        let shown: String = id.chars().take(80).collect();
        ServiceError::new(Code::NotFound, format!("there is no group \"{shown}\""))
    })
}

async fn row(read: &mut dyn ReadTx, record: &Record, connections: &[Connection]) -> ServiceResult<GroupRow> {
    let name_of = |id| connections.iter().find(|c| c.id == id).map(|c| c.name.clone());
    let external_ids = record.external_ids.iter();
    Ok(GroupRow {
        id: record.id,
        display: record.label.clone(),
        members: read.count_members(record.id).await?,
        external_ids: external_ids.filter_map(|(c, id)| Some((name_of(*c)?, id.clone()))).collect(),
        version: record.version,
        created: record.created,
        modified: record.modified,
    })
}
