//! Reads of one tenant, in one snapshot.

pub(crate) mod computed;
mod events;
mod groups;
mod log;
mod query;
mod records;
mod settings;

use std::sync::Arc;

use async_trait::async_trait;
use base::Timestamp;
use store::code::{Code, Counted};
use store::{
    Connection, ConnectionId, Event, EventFilter, GroupRef, HeldEvent, IdentityAlarm, Job, JobId, Key,
    KeyName, Kind, LogEntry, LogFilter, MemberRef, Query, QueryPage, ReadTx, Record, ResourceId, SchemaDoc,
    SetupLink, StoreResult, Tenant, TenantId, Token, Tombstone, TraceEntry, TrafficMinute,
};
use uuid::Uuid;

use crate::fault::Done;
use crate::pool::{Lease, Pool};
use crate::write::counters;
use records::At;

/// A snapshot of one tenant. It begins, and takes a connection, with the first statement.
///
/// A glance has its first record without a transaction, together with the record's groups: a single statement, and for most
/// requests the only one. What is asked after that is a snapshot.
#[derive(Debug)]
pub(crate) struct Reading {
    pool: Arc<Pool>,
    lease: Option<Lease>,
    tenant: TenantId,
    /// Whether nothing was asked yet that needs a transaction.
    is_glance: bool,
    /// A record's groups, as they were read with it.
    ahead: Option<(ResourceId, Vec<GroupRef>)>,
}

impl Reading {
    pub(crate) fn new(pool: Arc<Pool>, tenant: TenantId, is_glance: bool) -> Self {
        Self { pool, lease: None, tenant, is_glance, ahead: None }
    }

    async fn db(&mut self) -> Done<&Lease> {
        let mut lease = match self.lease.take() {
            Some(lease) => lease,
            None => self.pool.reader().await?,
        };
        if !lease.is_open() {
            lease.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            self.is_glance = false;
        }
        Ok(self.lease.insert(lease))
    }

    /// The record that a glance asks for first; `None` when this is not that.
    async fn glance(&mut self, at: At<'_>) -> Done<Option<Option<Record>>> {
        if !std::mem::take(&mut self.is_glance) {
            return Ok(None);
        }
        let lease = self.pool.reader().await?;
        let found = records::with_groups(self.lease.insert(lease), self.tenant, at).await?;
        Ok(Some(found.map(|(record, groups)| {
            self.ahead = groups.map(|groups| (record.id, groups));
            record
        })))
    }

    async fn counter(&mut self, what: Counted, key: Uuid) -> Done<u64> {
        let tenant = self.tenant;
        count(self.db().await?, tenant, what, key).await
    }
}

/// A kept counter.
pub(crate) async fn count(db: &Lease, tenant: TenantId, what: Counted, key: Uuid) -> Done<u64> {
    let sql = "SELECT coalesce(sum(n), 0)::bigint FROM counter WHERE tenant = $1 AND what = $2 AND key = $3";
    let row = db.first(sql, &[&tenant.0, &what.code(), &key]).await?;
    Ok(row.map(|row| row.try_get::<_, i64>(0)).transpose()?.unwrap_or(0).unsigned_abs())
}

#[async_trait]
impl ReadTx for Reading {
    async fn record(&mut self, kind: Kind, id: ResourceId) -> StoreResult<Option<Record>> {
        if let Some(found) = self.glance(At::Id(id)).await? {
            return Ok(found.filter(|record| record.kind == kind));
        }
        let tenant = self.tenant;
        Ok(records::any(self.db().await?, tenant, id).await?.filter(|record| record.kind == kind))
    }

    async fn record_any(&mut self, id: ResourceId) -> StoreResult<Option<Record>> {
        let tenant = self.tenant;
        Ok(records::any(self.db().await?, tenant, id).await?)
    }

    async fn by_key(&mut self, kind: Kind, key: &Key, limit: u32) -> StoreResult<Vec<Record>> {
        if key.name == KeyName::UserName
            && limit > 0
            && let Some(found) = self.glance(At::UserName(kind, &key.value)).await?
        {
            return Ok(found.into_iter().collect());
        }
        let tenant = self.tenant;
        Ok(records::by_key(self.db().await?, tenant, kind, key, limit).await?)
    }

    async fn tombstone(&mut self, id: ResourceId) -> StoreResult<Option<Tombstone>> {
        let tenant = self.tenant;
        Ok(records::tombstone(self.db().await?, tenant, id).await?)
    }

    async fn tombstones_by_key(&mut self, kind: Kind, key: &Key, limit: u32) -> StoreResult<Vec<Tombstone>> {
        let tenant = self.tenant;
        Ok(records::tombstones_by_key(self.db().await?, tenant, kind, key, limit).await?)
    }

    async fn tombstones(
        &mut self,
        kind: Kind,
        before: Option<Timestamp>,
        limit: u32,
    ) -> StoreResult<Vec<Tombstone>> {
        let tenant = self.tenant;
        Ok(records::tombstones(self.db().await?, tenant, kind, before, limit).await?)
    }

    async fn query(&mut self, query: &Query) -> StoreResult<QueryPage> {
        let tenant = self.tenant;
        let db = self.db().await?;
        Ok(Box::pin(query::run(db, tenant, query)).await?)
    }

    async fn count(&mut self, kind: Kind) -> StoreResult<u64> {
        Ok(self.counter(Counted::Live, counters::kind(kind)).await?)
    }

    async fn count_inactive(&mut self) -> StoreResult<u64> {
        Ok(self.counter(Counted::Inactive, counters::number(0)).await?)
    }

    async fn count_managed(&mut self, connection: ConnectionId) -> StoreResult<u64> {
        Ok(self.counter(Counted::Managed, counters::connection(connection)).await?)
    }

    async fn groups_of(&mut self, member: ResourceId, indirect: bool) -> StoreResult<Vec<GroupRef>> {
        if let Some((_, groups)) = self.ahead.take_if(|(id, _)| *id == member) {
            return Ok(groups);
        }
        let tenant = self.tenant;
        Ok(groups::groups_of(self.db().await?, tenant, member, indirect).await?)
    }

    async fn members(
        &mut self,
        group: ResourceId,
        after: Option<ResourceId>,
        limit: u32,
    ) -> StoreResult<Vec<MemberRef>> {
        let tenant = self.tenant;
        Ok(groups::members(self.db().await?, tenant, group, after, limit).await?)
    }

    async fn count_members(&mut self, group: ResourceId) -> StoreResult<u64> {
        Ok(self.counter(Counted::Members, group.0).await?)
    }

    async fn are_members(&mut self, group: ResourceId, ids: &[ResourceId]) -> StoreResult<Vec<bool>> {
        let tenant = self.tenant;
        Ok(groups::are_members(self.db().await?, tenant, group, ids).await?)
    }

    async fn describe(&mut self, ids: &[ResourceId]) -> StoreResult<Vec<Option<(Kind, String)>>> {
        let tenant = self.tenant;
        Ok(groups::describe(self.db().await?, tenant, ids).await?)
    }

    async fn tenant(&mut self) -> StoreResult<Option<Tenant>> {
        let tenant = self.tenant;
        Ok(settings::tenant(self.db().await?, tenant).await?)
    }

    async fn connections(&mut self) -> StoreResult<Vec<Connection>> {
        let tenant = self.tenant;
        Ok(settings::connections(self.db().await?, tenant).await?)
    }

    async fn tokens(&mut self) -> StoreResult<Vec<Token>> {
        let tenant = self.tenant;
        Ok(settings::tokens(self.db().await?, tenant).await?)
    }

    async fn setup_links(&mut self) -> StoreResult<Vec<SetupLink>> {
        let tenant = self.tenant;
        Ok(settings::setup_links(self.db().await?, tenant).await?)
    }

    async fn schemas(&mut self) -> StoreResult<Vec<SchemaDoc>> {
        let tenant = self.tenant;
        Ok(settings::schemas(self.db().await?, tenant).await?)
    }

    async fn events(&mut self, after: i64, filter: &EventFilter, limit: u32) -> StoreResult<Vec<Event>> {
        let tenant = self.tenant;
        Ok(events::events(self.db().await?, tenant, after, filter, limit).await?)
    }

    async fn held(
        &mut self,
        connection: ConnectionId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<HeldEvent>> {
        let tenant = self.tenant;
        Ok(events::held(self.db().await?, tenant, connection, after, limit).await?)
    }

    async fn count_held(&mut self, connection: ConnectionId) -> StoreResult<u64> {
        Ok(self.counter(Counted::Held, counters::connection(connection)).await?)
    }

    async fn are_held(&mut self, ids: &[ResourceId]) -> StoreResult<Vec<bool>> {
        let tenant = self.tenant;
        Ok(events::are_held(self.db().await?, tenant, ids).await?)
    }

    async fn log(&mut self, filter: &LogFilter, limit: u32) -> StoreResult<Vec<LogEntry>> {
        let tenant = self.tenant;
        Ok(log::entries(self.db().await?, tenant, filter, limit).await?)
    }

    async fn trace(&mut self, connection: ConnectionId) -> StoreResult<Vec<TraceEntry>> {
        let tenant = self.tenant;
        Ok(log::trace(self.db().await?, tenant, connection).await?)
    }

    async fn traffic(
        &mut self,
        connection: ConnectionId,
        from_minute: i64,
    ) -> StoreResult<Vec<TrafficMinute>> {
        let tenant = self.tenant;
        Ok(log::traffic(self.db().await?, tenant, connection, from_minute).await?)
    }

    async fn alarms(
        &mut self,
        connection: ConnectionId,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<IdentityAlarm>> {
        let tenant = self.tenant;
        Ok(log::alarms(self.db().await?, tenant, connection, since, limit).await?)
    }

    async fn job(&mut self, id: JobId) -> StoreResult<Option<Job>> {
        let tenant = self.tenant;
        Ok(settings::job(self.db().await?, tenant, id).await?)
    }

    async fn jobs(&mut self, limit: u32) -> StoreResult<Vec<Job>> {
        let tenant = self.tenant;
        Ok(settings::jobs(self.db().await?, tenant, limit).await?)
    }
}
