//! What a commit will send, and what it has learnt so far.

use std::collections::{BTreeMap, HashMap};

use store::code::{Code, Counted};
use store::{Committed, ConnectionId, ResourceId, WriteTx};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::fault::Done;
use crate::link::Param;

/// A parameter that a step owns or borrows from the write.
pub(crate) type Owned<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// What is done with a step's rows.
type Read<'a> = Box<dyn FnOnce(&[Row], &mut Outcome<'a>) -> Done<()> + Send + 'a>;

/// Parameters of a step.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        vec![$(Box::new($value) as $crate::write::outcome::Owned<'_>),*]
    };
}
pub(crate) use params;

/// One statement.
pub(super) struct Step<'a> {
    pub(super) sql: &'static str,
    params: Vec<Owned<'a>>,
    pub(super) read: Read<'a>,
}

impl Step<'_> {
    pub(super) fn params(&self) -> Vec<Param<'_>> {
        self.params.iter().map(|param| &**param as Param<'_>).collect()
    }
}

/// Statements in order.
#[derive(Default)]
pub(super) struct Plan<'a> {
    pub(super) steps: Vec<Step<'a>>,
}

impl<'a> Plan<'a> {
    /// Adds a statement.
    pub(super) fn add(
        &mut self,
        sql: &'static str,
        params: Vec<Owned<'a>>,
        read: impl FnOnce(&[Row], &mut Outcome<'a>) -> Done<()> + Send + 'a,
    ) {
        self.steps.push(Step { sql, params, read: Box::new(read) });
    }

    /// Adds a statement whose answer says nothing.
    pub(super) fn run(&mut self, sql: &'static str, params: Vec<Owned<'a>>) {
        self.add(sql, params, |_, _| Ok(()));
    }

    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }
}

/// What a commit has learnt.
pub(super) struct Outcome<'a> {
    pub(super) tx: &'a WriteTx,
    pub(super) done: Committed,
    /// The tenant's revision; `None` until it is read, or when there is no such tenant.
    pub(super) revision: Option<i64>,
    /// Versions of the live records that were locked.
    pub(super) live: HashMap<Uuid, i64>,
    /// Changes of counters, in the order in which their rows are locked.
    pub(super) counters: BTreeMap<(i16, Uuid, i16), i64>,
    /// Whether the guard's count exceeds what the policy allows.
    pub(super) exceeded: bool,
    /// Whether the guard's connection has held events.
    pub(super) already: bool,
    /// Who holds events of which subject.
    pub(super) holders: HashMap<Uuid, ConnectionId>,
    /// The ticket of the last events that enter the feed.
    pub(super) ticket: Option<i64>,
    slot: i16,
}

impl<'a> Outcome<'a> {
    pub(super) fn new(tx: &'a WriteTx, slot: i16) -> Self {
        Self {
            tx,
            done: Committed::default(),
            revision: None,
            live: HashMap::new(),
            counters: BTreeMap::new(),
            exceeded: false,
            already: false,
            holders: HashMap::new(),
            ticket: None,
            slot,
        }
    }

    /// Adds to a counter.
    pub(super) fn count(&mut self, what: Counted, key: Uuid, by: i64) {
        // Who changes a group's members changes the group too, so no slot saves them from waiting for each other.
        let slot = if what == Counted::Members { 0 } else { self.slot };
        *self.counters.entry((what.code(), key, slot)).or_insert(0) += by;
    }

    /// A group that goes has no members to count.
    pub(super) fn forget_members(&mut self, group: ResourceId) {
        self.counters.remove(&(Counted::Members.code(), group.0, 0));
    }
}
