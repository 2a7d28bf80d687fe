//! The storage contract.
//!
//! Rules, for every method: failures are [`StoreError`]s and leave nothing half-done; a look-up that finds nothing is
//! `None` or empty, not an error; times and ids come in as parameters.

use std::time::Duration;

use async_trait::async_trait;
use base::Timestamp;

use crate::{
    ApiKey, Authority, Caller, Committed, Connection, ConnectionId, ConsoleSession, Event, EventFilter,
    GroupRef, HeldEvent, IdentityAlarm, Job, JobId, Key, Kind, LogEntry, LogFilter, LoginLink, MemberRef,
    Progress, Purpose, Query, QueryPage, Record, Replay, ResourceId, SchemaDoc, SetupLink, StoreResult,
    Tenant, TenantId, Token, Tombstone, TraceEntry, TrafficMinute, Webhook, WebhookClaim, WebhookSettled,
    WriteTx,
};

/// A directory backend.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// A snapshot of the caller's tenant.
    async fn read(&self, caller: &Caller) -> StoreResult<Box<dyn ReadTx + '_>>;

    /// As [`Self::read`], for whoever shows one record: what is asked first may be of an earlier moment than what is asked
    /// after it.
    async fn glance(&self, caller: &Caller) -> StoreResult<Box<dyn ReadTx + '_>> {
        self.read(caller).await
    }

    /// Does the write wholly, durably, or not at all.
    async fn commit(&self, tx: WriteTx) -> StoreResult<Committed>;

    /// The few statements without a tenant.
    async fn system(&self, purpose: Purpose) -> StoreResult<Box<dyn SystemTx + '_>>;

    /// Calls `hear` when somebody, wherever, has changed what callers keep in memory: tokens, connections, schemas, settings,
    /// tenants. From now on, until the store is closed. A word may be late or lost, as behind a pooler, and not every
    /// backend has any: nothing is to be kept for long because no word came.
    fn listen(&self, hear: Box<dyn Fn() + Send + Sync>) {
        drop(hear);
    }

    /// How long ago the moment is before which all that was said has been heard by everybody who listens: no change that
    /// was acknowledged before it is unknown here. `None` when that cannot be known now, or ever.
    fn unheard(&self) -> Option<Duration> {
        None
    }

    /// Waits for writes under way and closes cleanly.
    async fn close(&self) -> StoreResult<()>;
}

/// Reads of one tenant, as of one moment.
#[async_trait]
pub trait ReadTx: Send {
    /// A live record.
    async fn record(&mut self, kind: Kind, id: ResourceId) -> StoreResult<Option<Record>>;

    /// A live record of any kind.
    async fn record_any(&mut self, id: ResourceId) -> StoreResult<Option<Record>>;

    /// Live records of a kind that hold this key, at most `limit`, oldest first.
    async fn by_key(&mut self, kind: Kind, key: &Key, limit: u32) -> StoreResult<Vec<Record>>;

    /// A removed record.
    async fn tombstone(&mut self, id: ResourceId) -> StoreResult<Option<Tombstone>>;

    /// Tombstones with content that once held this key, newest first, at most `limit`: for the identity alarm.
    async fn tombstones_by_key(&mut self, kind: Kind, key: &Key, limit: u32) -> StoreResult<Vec<Tombstone>>;

    /// Tombstones with content, newest first, after (older than) the given one.
    async fn tombstones(
        &mut self,
        kind: Kind,
        before: Option<Timestamp>,
        limit: u32,
    ) -> StoreResult<Vec<Tombstone>>;

    /// A page of live records.
    async fn query(&mut self, query: &Query) -> StoreResult<QueryPage>;

    /// How many live records of a kind there are: a kept counter.
    async fn count(&mut self, kind: Kind) -> StoreResult<u64>;

    /// How many live learners are inactive: a kept counter.
    async fn count_inactive(&mut self) -> StoreResult<u64>;

    /// How many live learners the connection manages: a kept counter.
    async fn count_managed(&mut self, connection: ConnectionId) -> StoreResult<u64>;

    /// The groups that a record is in, direct and (if asked) indirect, by id; each once. Cycles end, and a group in one
    /// is not its own indirect group.
    async fn groups_of(&mut self, member: ResourceId, indirect: bool) -> StoreResult<Vec<GroupRef>>;

    /// Members of a group after the given one, by id, at most `limit`.
    async fn members(
        &mut self,
        group: ResourceId,
        after: Option<ResourceId>,
        limit: u32,
    ) -> StoreResult<Vec<MemberRef>>;

    /// How many members a group has: a kept counter.
    async fn count_members(&mut self, group: ResourceId) -> StoreResult<u64>;

    /// For each id, whether it is a member; in order. Costs what the list costs, whatever the group's size.
    async fn are_members(&mut self, group: ResourceId, ids: &[ResourceId]) -> StoreResult<Vec<bool>>;

    /// For each id, the live record's kind and display (a learner's `displayName`, empty when there is none;
    /// the label of anything else); in order.
    async fn describe(&mut self, ids: &[ResourceId]) -> StoreResult<Vec<Option<(Kind, String)>>>;

    /// The tenant.
    async fn tenant(&mut self) -> StoreResult<Option<Tenant>>;

    /// Its connections, by id.
    async fn connections(&mut self) -> StoreResult<Vec<Connection>>;

    /// Its tokens, by creation, revoked ones included.
    async fn tokens(&mut self) -> StoreResult<Vec<Token>>;

    /// Its setup links, by creation, then id; revoked and expired ones included.
    async fn setup_links(&mut self) -> StoreResult<Vec<SetupLink>>;

    /// Schemas and resource types it added.
    async fn schemas(&mut self) -> StoreResult<Vec<SchemaDoc>>;

    /// Events after a position, ascending, at most `limit`; held ones are not in the feed.
    async fn events(&mut self, after: i64, filter: &EventFilter, limit: u32) -> StoreResult<Vec<Event>>;

    /// Held events of a connection, in order, after the given sequence.
    async fn held(&mut self, connection: ConnectionId, after: i64, limit: u32)
    -> StoreResult<Vec<HeldEvent>>;

    /// How many events of the connection are held.
    async fn count_held(&mut self, connection: ConnectionId) -> StoreResult<u64>;

    /// For each id, whether any event of which it is the subject is held, by whatever connection; in order.
    async fn are_held(&mut self, ids: &[ResourceId]) -> StoreResult<Vec<bool>>;

    /// Log entries, newest first.
    async fn log(&mut self, filter: &LogFilter, limit: u32) -> StoreResult<Vec<LogEntry>>;

    /// The ring of traced reads, newest first.
    async fn trace(&mut self, connection: ConnectionId) -> StoreResult<Vec<TraceEntry>>;

    /// Traffic from a minute on, ascending.
    async fn traffic(
        &mut self,
        connection: ConnectionId,
        from_minute: i64,
    ) -> StoreResult<Vec<TrafficMinute>>;

    /// Identity alarms of a connection raised since a time, newest first, at most `limit`.
    async fn alarms(
        &mut self,
        connection: ConnectionId,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<IdentityAlarm>>;

    /// A job.
    async fn job(&mut self, id: JobId) -> StoreResult<Option<Job>>;

    /// Jobs, newest first.
    async fn jobs(&mut self, limit: u32) -> StoreResult<Vec<Job>>;
}

/// The statements that belong to no tenant: this trait is the closed list.
#[async_trait]
pub trait SystemTx: Send {
    /// The token with this digest, with its connection and tenant.
    async fn token(&mut self, digest: &[u8; 32]) -> StoreResult<Option<(Token, Connection, Tenant)>>;

    /// The connection with this handle, with its tenant.
    async fn connection(&mut self, handle: &str) -> StoreResult<Option<(Connection, Tenant)>>;

    /// The tenant of this name.
    async fn tenant(&mut self, name: &str) -> StoreResult<Option<Tenant>>;

    /// All tenants after this name, by name, at most `limit`.
    async fn tenants(&mut self, after: Option<&str>, limit: u32) -> StoreResult<Vec<Tenant>>;

    /// Makes a tenant with its first connection (whose `id` and `tenant` are assigned). `Conflict::NameTaken`.
    async fn create_tenant(
        &mut self,
        tenant: &Tenant,
        first: &Connection,
    ) -> StoreResult<(TenantId, ConnectionId)>;

    /// Deletes a tenant and everything of it, its setup links and the API keys that open only it included.
    /// Most of it goes in portions afterwards; what is left when that is cut short goes with [`Self::sweep_deleted`].
    async fn delete_tenant(&mut self, id: TenantId) -> StoreResult<()>;

    /// Deletes some of what deleted tenants have left; whether there was any.
    async fn sweep_deleted(&mut self) -> StoreResult<bool>;

    /// Tombstones with content removed before the given time: (tenant, id), at most `limit`.
    async fn purgeable(&mut self, before: Timestamp, limit: u32) -> StoreResult<Vec<(TenantId, ResourceId)>>;

    /// When each of these tokens (by id) was last used; written now and then, not with each request.
    async fn note_token_use(&mut self, uses: &[(TenantId, String, Timestamp)]) -> StoreResult<()>;

    /// Events of all tenants after a position, ascending.
    async fn events(&mut self, after: i64, limit: u32) -> StoreResult<Vec<Event>>;

    /// Position of the newest event; 0 when there is none.
    async fn last_position(&mut self) -> StoreResult<i64>;

    /// The position up to which events have been trimmed: who has read less far has missed some. 0 when none have.
    async fn feed_floor(&mut self) -> StoreResult<i64>;

    /// Deletes events from the beginning of the feed, of all tenants, as far as every one of them happened before the
    /// given time, at most `limit`; gives how many. The floor rises to the last one deleted; positions stay given, also
    /// when no event is left. Held events are not in the feed and stay.
    async fn trim_events(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// The API key with this digest, revoked or expired ones included.
    async fn api_key(&mut self, digest: &[u8; 32]) -> StoreResult<Option<ApiKey>>;

    /// All API keys, by creation, then id; revoked ones included.
    async fn api_keys(&mut self) -> StoreResult<Vec<ApiKey>>;

    /// An API key is made or changed; by its `id`. A last use known already is not taken back. Fails with
    /// `Conflict::NameTaken` (of the id) when another key has its digest, with `Conflict::Gone` without its tenant.
    async fn put_api_key(&mut self, key: &ApiKey) -> StoreResult<()>;

    /// When each of these API keys (by id) was last used; a use noted late does not turn the clock back.
    async fn note_api_key_use(&mut self, uses: &[(String, Timestamp)]) -> StoreResult<()>;

    /// The setup link with this digest, revoked or expired ones included, with its connection and tenant.
    async fn setup_link(&mut self, digest: &[u8; 32])
    -> StoreResult<Option<(SetupLink, Connection, Tenant)>>;

    /// Takes note that a named request is about to be done, unless one of the same owner and name is known that was
    /// begun at `since` or later: then gives that one and changes nothing. An older one makes way. Of several at once,
    /// one gets `None` and the others get that one.
    async fn claim_replay(&mut self, new: &Replay, since: Timestamp) -> StoreResult<Option<Replay>>;

    /// Keeps the answer of the named request begun at this time, or without an answer forgets that request, so that it
    /// can be made again. Nothing happens when it is not there any more.
    async fn settle_replay(
        &mut self,
        owner: &str,
        name: &str,
        begun: Timestamp,
        answer: Option<&str>,
    ) -> StoreResult<()>;

    /// Deletes named requests begun before a time, at most `limit`; gives how many.
    async fn drop_replays(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Jobs still running, of all tenants.
    async fn running_jobs(&mut self) -> StoreResult<Vec<(TenantId, Job)>>;

    /// Takes over running jobs of a kind, of all tenants, that last moved before a time, at most `limit`, the longest
    /// unmoved first: they count as moved `now`. Of several that claim at once, each job goes to one.
    async fn claim_jobs(
        &mut self,
        kind: &str,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<(TenantId, Job)>>;

    /// A one-time link into the console is made.
    async fn put_login_link(&mut self, link: &LoginLink) -> StoreResult<()>;

    /// Uses up the link with this digest, unless it is over at `now`: of several that try, one gets it.
    async fn take_login_link(&mut self, digest: &[u8; 32], now: Timestamp) -> StoreResult<Option<LoginLink>>;

    /// A session of the console is made or changed; by its `id`.
    async fn put_console_session(&mut self, session: &ConsoleSession) -> StoreResult<()>;

    /// The session that has this digest, or had it before its latest change; whether it is over, the caller decides.
    async fn console_session(&mut self, digest: &[u8; 32]) -> StoreResult<Option<ConsoleSession>>;

    /// Gives a session another digest, if it still has the old one; whether it had.
    async fn rotate_console_session(
        &mut self,
        id: &str,
        old: &[u8; 32],
        new: &[u8; 32],
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// When a session was last seen; one noted late does not turn the clock back.
    async fn touch_console_session(&mut self, id: &str, seen: Timestamp) -> StoreResult<()>;

    /// A session is over.
    async fn end_console_session(&mut self, id: &str) -> StoreResult<()>;

    /// Deletes links and sessions that expired at `now` or before, and sessions last seen before `idle`, of both at most
    /// `limit`; gives how many.
    async fn drop_console_access(&mut self, now: Timestamp, idle: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Every endpoint with how far it is, by creation, then id.
    async fn webhooks(&mut self) -> StoreResult<Vec<(Webhook, Progress)>>;

    /// An endpoint is made, at this place in the feed (`cursor`; ignored for one that exists), or changed: then nothing
    /// holds it back any longer, and it may be tried at once. Gives its new revision. Fails with `Conflict::Revision`
    /// when its revision is another by now, with `Conflict::Gone` without its tenant or when it is not there any more.
    async fn put_webhook(&mut self, webhook: &Webhook, cursor: i64) -> StoreResult<i64>;

    /// An endpoint goes; whether it was there.
    async fn remove_webhook(&mut self, tenant: Option<TenantId>, id: &str) -> StoreResult<bool>;

    /// Takes endpoints on which there is something to do: enabled, held by nobody, not held back, and with new events of
    /// its tenant or woken; those first that were let go longest ago. Of several that claim at once, each goes to one.
    async fn claim_webhooks(&mut self, claim: &WebhookClaim) -> StoreResult<Vec<(Webhook, Progress)>>;

    /// Holds those of these that the owner still holds at `now` for longer; gives how many those are. What it holds beside
    /// them is anybody's when its time is over.
    async fn renew_webhooks(
        &mut self,
        owner: &str,
        held: &[(Option<TenantId>, String)],
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<u64>;

    /// Writes down how far endpoints are, in one transaction; for each, whether its owner still held it. Nothing is
    /// written of one that was claimed by another, changed to be disabled, or removed meanwhile. One that was changed
    /// meanwhile is not held back, whatever its progress says: it is tried at once with what it is now.
    async fn settle_webhooks(&mut self, settled: &[WebhookSettled]) -> StoreResult<Vec<bool>>;

    /// Whether the database answers, and its schema version.
    async fn health(&mut self) -> StoreResult<i64>;
}

/// Authority to be told apart by storage that takes either.
impl Authority {
    /// The tenant's caller, when it is one.
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        match self {
            Self::Tenant(caller) => Some(caller),
            Self::System(_) => None,
        }
    }
}
