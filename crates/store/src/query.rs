//! Queries over the live resources of one tenant.

use std::sync::Arc;
use std::time::Duration;

use scim::filter::{Checked, Filter};
use scim::schema::{Resolved, ResourceType};

use crate::{ConnectionId, Kind, Record, ResourceId};

/// What to look for.
#[derive(Debug, Clone)]
pub struct Query {
    /// Which resource types, each with the filter as that type's schema understands it.
    pub types: Vec<TypedFilter>,
    /// Order; `None` is by creation, which is by id.
    pub sort: Option<Sort>,
    /// Which part of the result.
    pub paging: Paging,
    /// Whether the total is wanted.
    pub total: Total,
    /// Whose `externalId` a filter on `externalId` means.
    pub connection: ConnectionId,
    /// How long a scan may take before it is given up as `StoreError::TooMany` (ruling 13).
    pub deadline: Duration,
}

/// One resource type in a query.
#[derive(Debug, Clone)]
pub struct TypedFilter {
    /// Number that records carry.
    pub kind: Kind,
    /// Its definition.
    pub resource_type: Arc<ResourceType>,
    /// `None` matches all.
    pub filter: Option<Filter<Checked>>,
}

/// Order of a result; `id` breaks ties (S-SORT-06).
#[derive(Debug, Clone)]
pub struct Sort {
    /// Attribute; multi-valued ones sort by the primary element, else the first (S-SORT-02).
    pub by: Resolved,
    /// Direction. Missing values come last ascending, first descending (S-SORT-03).
    pub descending: bool,
}

/// Which part of a result.
#[derive(Debug, Clone)]
pub enum Paging {
    /// From this zero-based offset.
    Index {
        /// Results to skip.
        offset: u64,
        /// At most this many.
        count: u32,
    },
    /// After (or before) a known position: no page is skipped or seen twice while others write (S-CUR-17).
    Keyset {
        /// Last position seen; `None` begins: at the beginning, or at the end when going backwards.
        from: Option<Keyset>,
        /// Towards the beginning: for `previousCursor`. The page still comes in ascending order of the query.
        backwards: bool,
        /// At most this many.
        count: u32,
    },
}

/// A position in a sorted result.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyset {
    /// Comparable sort value of the record; `None` when it has none, or when the order is by id.
    pub sort: Option<scim::filter::Operand>,
    /// The record.
    pub id: ResourceId,
}

/// Whether to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Count all matches.
    Exact,
    /// Count only when it is free (kept counters, unique keys).
    IfCheap,
}

/// One page.
#[derive(Debug, Clone)]
pub struct QueryPage {
    /// Matches in all, when counted.
    pub total: Option<u64>,
    /// This page's records, in order.
    pub records: Vec<Record>,
    /// Position of the last record, when more follow, or did when the walk came by (keyset paging).
    pub next: Option<Keyset>,
    /// Position of the first record, when some precede, or did when the walk came by (keyset paging).
    pub previous: Option<Keyset>,
}
