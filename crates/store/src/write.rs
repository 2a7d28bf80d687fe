//! Writes as values.

use std::ops::RangeInclusive;

use base::Timestamp;
use uuid::Uuid;

use crate::{
    Caller, Connection, ConnectionId, IdentityAlarm, Job, Key, Kind, NewEvent, NewLogEntry, Record, Refusal,
    ResourceId, SchemaDoc, SetupLink, Token, TraceEntry, TrafficMinute,
};

/// One atomic write of one tenant. Preconditions are checked first; then every change is made in order, the events
/// get their positions, the log entries their sequence, and all of it becomes durable before `commit` returns.
#[derive(Debug, Clone)]
pub struct WriteTx {
    /// On whose behalf; gives the tenant.
    pub caller: Caller,
    /// What must hold.
    pub expect: Vec<Expect>,
    /// What changes.
    pub changes: Vec<Change>,
    /// Events, in order. One whose subject has held events is held too, by the connection that holds those, so that order
    /// per subject survives.
    pub events: Vec<NewEvent>,
    /// Log entries, in order.
    pub log: Vec<NewLogEntry>,
    /// Set when the write deactivates or removes learners of a connection.
    pub guard: Option<Guard>,
}

impl WriteTx {
    /// An empty write.
    #[must_use]
    pub fn new(caller: Caller) -> Self {
        Self {
            caller,
            expect: Vec::new(),
            changes: Vec::new(),
            events: Vec::new(),
            log: Vec::new(),
            guard: None,
        }
    }
}

/// A precondition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// The live record has this version; else `Conflict::Version`.
    Version(ResourceId, i64),
    /// The live record exists, whatever its version; else `Conflict::Missing`.
    Exists(ResourceId),
    /// The tenant's revision is still this, so that a change of settings overwrites nobody else's; else
    /// `Conflict::Revision`. Checked before the write's own changes raise it.
    Revision(i64),
}

/// A change.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new record with its keys. Fails with `Conflict::Unique`.
    Insert {
        /// The record; its version is 1.
        record: Box<Record>,
        /// All its keys.
        keys: Vec<Key>,
    },
    /// The record's new content, under the next version. Needs an `Expect::Version` on it.
    Update {
        /// The record; version and creation time are kept by storage.
        record: Box<Record>,
        /// Keys it no longer has.
        drop_keys: Vec<Key>,
        /// Keys it newly has. Fails with `Conflict::Unique`.
        add_keys: Vec<Key>,
    },
    /// The next version and a new modification time, without new content: memberships changed.
    Touch {
        /// Record.
        id: ResourceId,
        /// When.
        at: Timestamp,
    },
    /// The record becomes a tombstone; its keys go; its memberships are set aside; groups it was in are touched.
    Remove {
        /// Record.
        id: ResourceId,
        /// When.
        at: Timestamp,
    },
    /// A tombstone becomes a live record again, with the memberships that still can be (both sides live); the groups that
    /// get it back are touched at the record's modification time. Fails with `Conflict::NotRemoved`.
    Restore {
        /// The record as it will be; its version is the next one.
        record: Box<Record>,
        /// All its keys. Fails with `Conflict::Unique`.
        keys: Vec<Key>,
    },
    /// A tombstone loses its content for ever, events about it (as subject or object) their payload, log entries about it
    /// label, detail and raw text (ruling 8). Twice is as once; fails with `Conflict::NotRemoved` for anything else.
    Purge {
        /// Tombstone.
        id: ResourceId,
    },
    /// An event about this subject, in the feed or held, gets another payload, because something in it must not be kept any
    /// longer. One that is gone by now is passed over.
    RewriteEvent {
        /// Its subject.
        subject: ResourceId,
        /// The event.
        id: Uuid,
        /// JSON.
        data: String,
    },
    /// The same of a log entry.
    RewriteEntry {
        /// Which.
        sequence: i64,
        /// As it is to be.
        detail: Option<String>,
        /// As it is to be.
        raw: Option<String>,
    },
    /// Somebody joins a group. Fails with `Conflict::Membership` if already in, `Conflict::Missing` if not live.
    AddMember {
        /// Group.
        group: ResourceId,
        /// Member.
        member: ResourceId,
        /// What the member is.
        kind: Kind,
    },
    /// Somebody leaves a group. Fails with `Conflict::Membership` if not in.
    RemoveMember {
        /// Group.
        group: ResourceId,
        /// Member.
        member: ResourceId,
    },
    /// A connection is made, when its `id` is 0, and gets its id; or it is changed. Fails with `Conflict::NameTaken`
    /// (name or handle) and `Conflict::Gone`.
    PutConnection(Box<Connection>),
    /// A token is made or changed; by its `id`. A last use known already is not taken back. Fails with
    /// `Conflict::NameTaken` when another token has its digest, with `Conflict::Gone` without its connection.
    PutToken(Box<Token>),
    /// A setup link is made or changed; by its `id`. When it was first opened is not taken back or put later. Fails with
    /// `Conflict::NameTaken` (of the id) when another link has its digest, with `Conflict::Gone` without its connection.
    PutSetupLink(Box<SetupLink>),
    /// A schema or resource type is loaded or replaced; by its name.
    PutSchema(Box<SchemaDoc>),
    /// A schema or resource type goes.
    DropSchema(String),
    /// The tenant's display name and settings.
    PutTenant {
        /// For people.
        display_name: String,
        /// JSON.
        settings: serde_json::Value,
    },
    /// A job is made or moves on; by its id. An existing job keeps its payload while it runs; when it is over, the payload
    /// goes.
    PutJob(Box<Job>),
    /// An identity alarm is kept. Fails with `Conflict::AlarmRaised` when the same one (connection, learner and claim) was
    /// raised after `quiet`, so that of many who refuse one claim, whichever node they are on, one tells of it. Some of the
    /// connection's alarms that were raised before `forget` go.
    RaiseAlarm {
        /// The alarm.
        alarm: Box<IdentityAlarm>,
        /// Since when the same one is not raised again.
        quiet: Timestamp,
        /// Since when alarms are kept.
        forget: Timestamp,
    },
    /// The alarms about a learner are settled, through whatever connection they came; there need not be any. Removing,
    /// restoring and purging a learner settles them too.
    SettleAlarms(ResourceId),
    /// Requests of some minutes are added to what is counted already.
    CountTraffic(Vec<TrafficMinute>),
    /// A refused sign-in is logged, or added to the entry of the same connection, code and minute.
    CountRefusal(Refusal),
    /// A read during set-up enters the ring.
    Trace(TraceEntry),
    /// Held events of the connection enter the feed, in their order, at its end.
    ReleaseHeld {
        /// Connection.
        connection: ConnectionId,
        /// Those with a sequence up to this one; what was held later stays. When nothing stays, the guard starts
        /// afresh.
        through: i64,
    },
    /// Held events of the connection are dropped.
    DropHeld {
        /// Connection.
        connection: ConnectionId,
        /// As for [`Change::ReleaseHeld`].
        through: i64,
    },
}

/// The mass-change guard's part in a write: the backend counts, and decides whether the events are held.
///
/// The connection's count of the last 24 hours (by the hour) grows by `weight`. When it then exceeds
/// max(`floor`, `percent` of the learners managed by the connection before this window), or the connection has held events
/// already, this write's events are held. The first time, `notice` enters the feed.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Connection.
    pub connection: ConnectionId,
    /// How many learners this write deactivates or removes.
    pub weight: u32,
    /// See [`crate::GuardPolicy`].
    pub floor: u32,
    /// See [`crate::GuardPolicy`].
    pub percent: u32,
    /// When.
    pub now: Timestamp,
    /// `connection.held`.
    pub notice: Box<NewEvent>,
}

impl Guard {
    /// The hours that count, since the epoch; the last is the one that this write counts in.
    #[must_use]
    pub const fn window(&self) -> RangeInclusive<i64> {
        let hour = self.now.as_micros().div_euclid(3_600_000_000);
        hour - 23..=hour
    }

    /// Whether what was counted exceeds what the policy allows: of each hour that has something, in order, the weight and
    /// how many learners the connection managed when it began.
    #[must_use]
    pub fn is_exceeded(&self, hours: &[(i64, i64)]) -> bool {
        let count: i64 = hours.iter().map(|(weight, _)| weight).sum();
        let managed = hours.first().map_or(0, |(_, managed)| *managed);
        count > i64::from(self.floor) && count * 100 > managed * i64::from(self.percent)
    }
}

/// What a commit did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// The new version of each record inserted, updated, touched or restored by the write itself, in order.
    pub versions: Vec<(ResourceId, i64)>,
    /// Position of the last event, if any entered the feed.
    pub position: Option<i64>,
    /// Whether events were held: all of them by the guard, or some because their subject has held ones.
    pub held: bool,
    /// Ids that storage assigned to new connections, in order.
    pub connections: Vec<ConnectionId>,
}
