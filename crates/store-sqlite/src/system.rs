//! The statements that belong to no tenant.

use std::sync::Arc;

use async_trait::async_trait;
use base::Timestamp;
use rusqlite::Row;
use store::{
    ApiKey, Connection, ConnectionId, ConsoleSession, Event, Job, LoginLink, Progress, Replay, ResourceId,
    SetupLink, StoreResult, SystemTx, Tenant, TenantId, Token, Webhook, WebhookClaim, WebhookSettled,
};

use crate::fault::Done;
use crate::migrate;
use crate::pool::{Pool, Snapshot};
use crate::row::{self, event_columns, webhook_columns};
use crate::standing;
use crate::writer::{Orders, anything_due};

/// Each statement is a transaction of its own.
#[derive(Debug)]
pub(crate) struct Tenantless {
    pool: Arc<Pool>,
    orders: Orders,
}

impl Tenantless {
    pub(crate) fn new(pool: Arc<Pool>, orders: Orders) -> Self {
        Self { pool, orders }
    }

    fn snapshot(&self) -> Done<Snapshot> {
        self.pool.take()
    }
}

/// Like `query_row` with `optional`, for readers of rows that can find damage.
pub(crate) fn first<T>(
    db: &rusqlite::Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl FnOnce(&Row<'_>) -> Done<T>,
) -> Done<Option<T>> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// All rows of a statement.
pub(crate) fn all<T>(
    db: &rusqlite::Connection,
    sql: &str,
    params: impl rusqlite::Params,
    mut read: impl FnMut(&Row<'_>) -> Done<T>,
) -> Done<Vec<T>> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

#[async_trait]
impl SystemTx for Tenantless {
    async fn token(&mut self, digest: &[u8; 32]) -> StoreResult<Option<(Token, Connection, Tenant)>> {
        Ok(first(
            &*self.snapshot()?,
            "SELECT k.tenant, k.id, k.connection, k.name, k.scope, k.writes, k.digest, k.created, k.expires, k.revoked,
                k.last_used, c.id, c.tenant, c.body, t.id, t.name, t.display_name, t.created, t.revision, t.settings
             FROM token k JOIN connection c ON c.id = k.connection AND c.tenant = k.tenant JOIN tenant t ON t.id = k.tenant
             WHERE k.digest = ?1",
            [digest],
            |row| Ok((row::token(row)?, row::connection(row, 11)?, row::tenant(row, 14)?)),
        )?)
    }

    async fn connection(&mut self, handle: &str) -> StoreResult<Option<(Connection, Tenant)>> {
        Ok(first(
            &*self.snapshot()?,
            "SELECT c.id, c.tenant, c.body, t.id, t.name, t.display_name, t.created, t.revision, t.settings
             FROM connection c JOIN tenant t ON t.id = c.tenant WHERE c.handle = ?1",
            [handle],
            |row| Ok((row::connection(row, 0)?, row::tenant(row, 3)?)),
        )?)
    }

    async fn tenant(&mut self, name: &str) -> StoreResult<Option<Tenant>> {
        Ok(first(
            &*self.snapshot()?,
            "SELECT id, name, display_name, created, revision, settings FROM tenant WHERE name = ?1",
            [name],
            |row| row::tenant(row, 0),
        )?)
    }

    async fn tenants(&mut self, after: Option<&str>, limit: u32) -> StoreResult<Vec<Tenant>> {
        Ok(all(
            &*self.snapshot()?,
            "SELECT id, name, display_name, created, revision, settings FROM tenant
             WHERE name > ?1 ORDER BY name LIMIT ?2",
            // No name is empty.
            (after.unwrap_or(""), limit),
            |row| row::tenant(row, 0),
        )?)
    }

    async fn create_tenant(
        &mut self,
        tenant: &Tenant,
        first: &Connection,
    ) -> StoreResult<(TenantId, ConnectionId)> {
        let (tenant, first) = (tenant.clone(), first.clone());
        self.orders.statement(move |writer| writer.create_tenant(&tenant, &first)).await
    }

    async fn delete_tenant(&mut self, id: TenantId) -> StoreResult<()> {
        self.orders.statement(move |writer| writer.delete_tenant(id)).await?;
        while self.sweep_deleted().await? {}
        Ok(())
    }

    async fn sweep_deleted(&mut self) -> StoreResult<bool> {
        // Mostly there is nothing, which needs no writer.
        let left = first(&*self.snapshot()?, "SELECT 1 FROM departed", [], |_| Ok(()))?;
        Ok(left.is_some() && self.orders.statement(|writer| writer.sweep_departed()).await?)
    }

    async fn purgeable(&mut self, before: Timestamp, limit: u32) -> StoreResult<Vec<(TenantId, ResourceId)>> {
        Ok(all(
            &*self.snapshot()?,
            "SELECT t.id, s.id FROM tenant t CROSS JOIN tombstone s
             ON s.tenant = t.id AND s.removed < ?1 AND s.body IS NOT NULL LIMIT ?2",
            (before.as_micros(), limit),
            |row| Ok((TenantId(row.get(0)?), ResourceId(row::uuid(row, 1, "tombstone", "id")?))),
        )?)
    }

    async fn note_token_use(&mut self, uses: &[(TenantId, String, Timestamp)]) -> StoreResult<()> {
        let uses = uses.to_vec();
        self.orders.statement(move |writer| writer.note_token_use(&uses)).await
    }

    async fn events(&mut self, after: i64, limit: u32) -> StoreResult<Vec<Event>> {
        Ok(all(
            &*self.snapshot()?,
            concat!(
                "SELECT position, tenant, ",
                event_columns!(),
                " FROM event WHERE position > ?1 ORDER BY position LIMIT ?2"
            ),
            (after, limit),
            |row| {
                let (position, tenant) = (row.get(0)?, TenantId(row.get(1)?));
                Ok(Event { position, tenant, event: row::event(row, 2)? })
            },
        )?)
    }

    async fn last_position(&mut self) -> StoreResult<i64> {
        let sql = "SELECT max(floor, coalesce((SELECT max(position) FROM event), 0)) FROM feed";
        Ok(first(&*self.snapshot()?, sql, [], |row| Ok(row.get(0)?))?.unwrap_or(0))
    }

    async fn feed_floor(&mut self) -> StoreResult<i64> {
        let sql = "SELECT trimmed FROM feed";
        Ok(first(&*self.snapshot()?, sql, [], |row| Ok(row.get(0)?))?.unwrap_or(0))
    }

    async fn trim_events(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.orders.statement(move |writer| writer.trim_events(before, limit)).await
    }

    async fn api_key(&mut self, digest: &[u8; 32]) -> StoreResult<Option<ApiKey>> {
        Ok(first(
            &*self.snapshot()?,
            "SELECT id, tenant, name, scope, digest, created, expires, revoked, last_used FROM api_key
             WHERE digest = ?1",
            [digest],
            row::api_key,
        )?)
    }

    async fn api_keys(&mut self) -> StoreResult<Vec<ApiKey>> {
        Ok(all(
            &*self.snapshot()?,
            "SELECT id, tenant, name, scope, digest, created, expires, revoked, last_used FROM api_key
             ORDER BY created, id",
            [],
            row::api_key,
        )?)
    }

    async fn put_api_key(&mut self, key: &ApiKey) -> StoreResult<()> {
        let key = key.clone();
        self.orders.statement(move |writer| writer.put_api_key(&key)).await
    }

    async fn note_api_key_use(&mut self, uses: &[(String, Timestamp)]) -> StoreResult<()> {
        let uses = uses.to_vec();
        self.orders.statement(move |writer| writer.note_api_key_use(&uses)).await
    }

    async fn setup_link(
        &mut self,
        digest: &[u8; 32],
    ) -> StoreResult<Option<(SetupLink, Connection, Tenant)>> {
        Ok(first(
            &*self.snapshot()?,
            "SELECT l.tenant, l.id, l.connection, l.name, l.digest, l.created, l.expires, l.revoked, l.opened,
                c.id, c.tenant, c.body, t.id, t.name, t.display_name, t.created, t.revision, t.settings
             FROM setup_link l JOIN connection c ON c.id = l.connection AND c.tenant = l.tenant
             JOIN tenant t ON t.id = l.tenant WHERE l.digest = ?1",
            [digest],
            |row| Ok((row::setup_link(row)?, row::connection(row, 9)?, row::tenant(row, 12)?)),
        )?)
    }

    async fn claim_replay(&mut self, new: &Replay, since: Timestamp) -> StoreResult<Option<Replay>> {
        let new = new.clone();
        self.orders.statement(move |writer| writer.claim_replay(&new, since)).await
    }

    async fn settle_replay(
        &mut self,
        owner: &str,
        name: &str,
        begun: Timestamp,
        answer: Option<&str>,
    ) -> StoreResult<()> {
        let (owner, name, answer) = (owner.to_owned(), name.to_owned(), answer.map(str::to_owned));
        self.orders
            .statement(move |writer| writer.settle_replay(&owner, &name, begun, answer.as_deref()))
            .await
    }

    async fn drop_replays(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.orders.statement(move |writer| writer.drop_replays(before, limit)).await
    }

    async fn running_jobs(&mut self) -> StoreResult<Vec<(TenantId, Job)>> {
        Ok(all(
            &*self.snapshot()?,
            "SELECT t.id, j.id, j.kind, j.state, j.created, j.moved, j.progress, j.payload
             FROM tenant t CROSS JOIN job j ON j.tenant = t.id AND j.state = 1 ORDER BY j.created, j.id",
            [],
            |row| Ok((TenantId(row.get(0)?), row::job(row, 1)?)),
        )?)
    }

    async fn claim_jobs(
        &mut self,
        kind: &str,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<(TenantId, Job)>> {
        let kind = kind.to_owned();
        self.orders.statement(move |writer| writer.claim_jobs(&kind, before, now, limit)).await
    }

    async fn put_login_link(&mut self, link: &LoginLink) -> StoreResult<()> {
        let link = link.clone();
        self.orders.statement(move |writer| writer.put_login_link(&link)).await
    }

    async fn take_login_link(&mut self, digest: &[u8; 32], now: Timestamp) -> StoreResult<Option<LoginLink>> {
        let digest = *digest;
        self.orders.statement(move |writer| writer.take_login_link(&digest, now)).await
    }

    async fn put_console_session(&mut self, session: &ConsoleSession) -> StoreResult<()> {
        let session = session.clone();
        self.orders.statement(move |writer| writer.put_console_session(&session)).await
    }

    async fn console_session(&mut self, digest: &[u8; 32]) -> StoreResult<Option<ConsoleSession>> {
        Ok(first(
            &*self.snapshot()?,
            "SELECT id, name, digest, previous, rotated, proof, created, seen, expires FROM console_session
             WHERE digest = ?1 OR previous = ?1",
            [digest],
            row::console_session,
        )?)
    }

    async fn rotate_console_session(
        &mut self,
        id: &str,
        old: &[u8; 32],
        new: &[u8; 32],
        now: Timestamp,
    ) -> StoreResult<bool> {
        let (id, old, new) = (id.to_owned(), *old, *new);
        self.orders.statement(move |writer| writer.rotate_console_session(&id, &old, &new, now)).await
    }

    async fn touch_console_session(&mut self, id: &str, seen: Timestamp) -> StoreResult<()> {
        let id = id.to_owned();
        self.orders.statement(move |writer| writer.touch_console_session(&id, seen)).await
    }

    async fn end_console_session(&mut self, id: &str) -> StoreResult<()> {
        let id = id.to_owned();
        self.orders.statement(move |writer| writer.end_console_session(&id)).await
    }

    async fn drop_console_access(&mut self, now: Timestamp, idle: Timestamp, limit: u32) -> StoreResult<u64> {
        self.orders.statement(move |writer| writer.drop_console_access(now, idle, limit)).await
    }

    async fn webhooks(&mut self) -> StoreResult<Vec<(Webhook, Progress)>> {
        let sql = concat!("SELECT ", webhook_columns!(), " FROM webhook ORDER BY created, id, tenant");
        Ok(all(&*self.snapshot()?, sql, [], row::webhook)?)
    }

    async fn put_webhook(&mut self, webhook: &Webhook, cursor: i64) -> StoreResult<i64> {
        let webhook = webhook.clone();
        self.orders.statement(move |writer| writer.put_webhook(&webhook, cursor)).await
    }

    async fn remove_webhook(&mut self, tenant: Option<TenantId>, id: &str) -> StoreResult<bool> {
        let id = id.to_owned();
        self.orders.statement(move |writer| writer.remove_webhook(tenant, &id)).await
    }

    async fn claim_webhooks(&mut self, claim: &WebhookClaim) -> StoreResult<Vec<(Webhook, Progress)>> {
        if !anything_due(&*self.snapshot()?, claim)? {
            return Ok(Vec::new());
        }
        let claim = claim.clone();
        self.orders.statement(move |writer| writer.claim_webhooks(&claim)).await
    }

    async fn renew_webhooks(
        &mut self,
        owner: &str,
        held: &[(Option<TenantId>, String)],
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<u64> {
        let (owner, held) = (owner.to_owned(), held.to_vec());
        self.orders.statement(move |writer| writer.renew_webhooks(&owner, &held, now, until)).await
    }

    async fn settle_webhooks(&mut self, settled: &[WebhookSettled]) -> StoreResult<Vec<bool>> {
        let settled = settled.to_vec();
        self.orders.statement(move |writer| writer.settle_webhooks(&settled)).await
    }

    async fn health(&mut self) -> StoreResult<i64> {
        let db = self.snapshot()?;
        standing::check_open(&db)?;
        Ok(migrate::version(&db)?)
    }
}
