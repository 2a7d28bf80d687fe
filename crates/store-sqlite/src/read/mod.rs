//! Reads of one tenant. They run on the caller's thread: most take microseconds, less than waking another thread would.

mod events;
mod groups;
mod log;
mod query;
mod records;
mod settings;

use async_trait::async_trait;
use base::Timestamp;
use store::code::{Code, Counted};
use store::{
    Connection, ConnectionId, Event, EventFilter, GroupRef, HeldEvent, IdentityAlarm, Job, JobId, Key, Kind,
    LogEntry, LogFilter, MemberRef, Query, QueryPage, ReadTx, Record, ResourceId, SchemaDoc, SetupLink,
    StoreResult, Tenant, TenantId, Token, Tombstone, TraceEntry, TrafficMinute,
};

use crate::fault::Done;
use crate::pool::Snapshot;
use crate::system::first;

pub(crate) use query::Params;

/// A snapshot of one tenant.
#[derive(Debug)]
pub(crate) struct Reading {
    db: Snapshot,
    tenant: TenantId,
}

impl Reading {
    pub(crate) fn new(db: Snapshot, tenant: TenantId) -> Self {
        Self { db, tenant }
    }

    fn counter(&self, what: Counted, key: impl rusqlite::ToSql) -> Done<u64> {
        let sql = "SELECT n FROM counter WHERE tenant = ?1 AND what = ?2 AND key = ?3";
        let n: Option<i64> = first(&self.db, sql, (self.tenant.0, what.code(), key), |row| Ok(row.get(0)?))?;
        Ok(n.unwrap_or(0).unsigned_abs())
    }
}

#[async_trait]
impl ReadTx for Reading {
    async fn record(&mut self, kind: Kind, id: ResourceId) -> StoreResult<Option<Record>> {
        Ok(records::by_id(&self.db, self.tenant, kind, id)?)
    }

    async fn record_any(&mut self, id: ResourceId) -> StoreResult<Option<Record>> {
        Ok(records::any(&self.db, self.tenant, id)?)
    }

    async fn by_key(&mut self, kind: Kind, key: &Key, limit: u32) -> StoreResult<Vec<Record>> {
        Ok(records::by_key(&self.db, self.tenant, kind, key, limit)?)
    }

    async fn tombstone(&mut self, id: ResourceId) -> StoreResult<Option<Tombstone>> {
        Ok(records::tombstone(&self.db, self.tenant, id)?)
    }

    async fn tombstones_by_key(&mut self, kind: Kind, key: &Key, limit: u32) -> StoreResult<Vec<Tombstone>> {
        Ok(records::tombstones_by_key(&self.db, self.tenant, kind, key, limit)?)
    }

    async fn tombstones(
        &mut self,
        kind: Kind,
        before: Option<Timestamp>,
        limit: u32,
    ) -> StoreResult<Vec<Tombstone>> {
        Ok(records::tombstones(&self.db, self.tenant, kind, before, limit)?)
    }

    async fn query(&mut self, query: &Query) -> StoreResult<QueryPage> {
        Ok(query::run(&self.db, self.tenant, query)?)
    }

    async fn count(&mut self, kind: Kind) -> StoreResult<u64> {
        Ok(self.counter(Counted::Live, kind.0)?)
    }

    async fn count_inactive(&mut self) -> StoreResult<u64> {
        Ok(self.counter(Counted::Inactive, 0)?)
    }

    async fn count_managed(&mut self, connection: ConnectionId) -> StoreResult<u64> {
        Ok(self.counter(Counted::Managed, connection.0)?)
    }

    async fn groups_of(&mut self, member: ResourceId, indirect: bool) -> StoreResult<Vec<GroupRef>> {
        Ok(groups::groups_of(&self.db, self.tenant, member, indirect)?)
    }

    async fn members(
        &mut self,
        group: ResourceId,
        after: Option<ResourceId>,
        limit: u32,
    ) -> StoreResult<Vec<MemberRef>> {
        Ok(groups::members(&self.db, self.tenant, group, after, limit)?)
    }

    async fn count_members(&mut self, group: ResourceId) -> StoreResult<u64> {
        Ok(self.counter(Counted::Members, group.0.as_bytes())?)
    }

    async fn are_members(&mut self, group: ResourceId, ids: &[ResourceId]) -> StoreResult<Vec<bool>> {
        Ok(groups::are_members(&self.db, self.tenant, group, ids)?)
    }

    async fn describe(&mut self, ids: &[ResourceId]) -> StoreResult<Vec<Option<(Kind, String)>>> {
        Ok(groups::describe(&self.db, self.tenant, ids)?)
    }

    async fn tenant(&mut self) -> StoreResult<Option<Tenant>> {
        Ok(settings::tenant(&self.db, self.tenant)?)
    }

    async fn connections(&mut self) -> StoreResult<Vec<Connection>> {
        Ok(settings::connections(&self.db, self.tenant)?)
    }

    async fn tokens(&mut self) -> StoreResult<Vec<Token>> {
        Ok(settings::tokens(&self.db, self.tenant)?)
    }

    async fn setup_links(&mut self) -> StoreResult<Vec<SetupLink>> {
        Ok(settings::setup_links(&self.db, self.tenant)?)
    }

    async fn schemas(&mut self) -> StoreResult<Vec<SchemaDoc>> {
        Ok(settings::schemas(&self.db, self.tenant)?)
    }

    async fn events(&mut self, after: i64, filter: &EventFilter, limit: u32) -> StoreResult<Vec<Event>> {
        Ok(events::events(&self.db, self.tenant, after, filter, limit)?)
    }

    async fn held(
        &mut self,
        connection: ConnectionId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<HeldEvent>> {
        Ok(events::held(&self.db, self.tenant, connection, after, limit)?)
    }

    async fn count_held(&mut self, connection: ConnectionId) -> StoreResult<u64> {
        Ok(self.counter(Counted::Held, connection.0)?)
    }

    async fn are_held(&mut self, ids: &[ResourceId]) -> StoreResult<Vec<bool>> {
        Ok(events::are_held(&self.db, self.tenant, ids)?)
    }

    async fn log(&mut self, filter: &LogFilter, limit: u32) -> StoreResult<Vec<LogEntry>> {
        Ok(log::entries(&self.db, self.tenant, filter, limit)?)
    }

    async fn trace(&mut self, connection: ConnectionId) -> StoreResult<Vec<TraceEntry>> {
        Ok(log::trace(&self.db, self.tenant, connection)?)
    }

    async fn traffic(
        &mut self,
        connection: ConnectionId,
        from_minute: i64,
    ) -> StoreResult<Vec<TrafficMinute>> {
        Ok(log::traffic(&self.db, self.tenant, connection, from_minute)?)
    }

    async fn alarms(
        &mut self,
        connection: ConnectionId,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<IdentityAlarm>> {
        Ok(log::alarms(&self.db, self.tenant, connection, since, limit)?)
    }

    async fn job(&mut self, id: JobId) -> StoreResult<Option<Job>> {
        Ok(settings::job(&self.db, self.tenant, id)?)
    }

    async fn jobs(&mut self, limit: u32) -> StoreResult<Vec<Job>> {
        Ok(settings::jobs(&self.db, self.tenant, limit)?)
    }
}
