//! The statements that belong to no tenant.

mod api;
mod console;
mod feed;
mod tenants;
mod webhook;

#[cfg(test)]
pub(crate) use tenants::TENANT_TABLES;

use std::sync::Arc;

use async_trait::async_trait;
use base::Timestamp;
use store::{
    ApiKey, Connection, ConnectionId, ConsoleSession, Event, Job, LoginLink, Progress, Replay, ResourceId,
    SetupLink, StoreResult, SystemTx, Tenant, TenantId, Token, Webhook, WebhookClaim, WebhookSettled,
};

use crate::fault::Done;
use crate::migrate;
use crate::pool::{Lease, Pool};
use crate::row;
use crate::standing;
use crate::text::Text;
use crate::write::Locks;

/// Each statement is a transaction of its own.
#[derive(Debug)]
pub(crate) struct Tenantless {
    pool: Arc<Pool>,
    locks: Locks,
}

impl Tenantless {
    pub(crate) fn new(pool: Arc<Pool>, locks: Locks) -> Self {
        Self { pool, locks }
    }

    async fn db(&self) -> Done<Lease> {
        self.pool.reader().await
    }
}

#[async_trait]
impl SystemTx for Tenantless {
    async fn token(&mut self, digest: &[u8; 32]) -> StoreResult<Option<(Token, Connection, Tenant)>> {
        let row = self
            .db()
            .await?
            .first(
                "SELECT k.tenant, k.id, k.connection, k.name, k.scope, k.writes, k.digest, k.created, k.expires, k.revoked,
                    k.last_used, c.id, c.tenant, c.body, t.id, t.name, t.display_name, t.created, t.revision, t.settings
                 FROM token k JOIN connection c ON c.id = k.connection AND c.tenant = k.tenant
                 JOIN tenant t ON t.id = k.tenant WHERE k.digest = $1",
                &[&digest.as_slice()],
            )
            .await?;
        let read = |row| Done::Ok((row::token(row)?, row::connection(row, 11)?, row::tenant(row, 14)?));
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn connection(&mut self, handle: &str) -> StoreResult<Option<(Connection, Tenant)>> {
        let row = self
            .db()
            .await?
            .first(
                "SELECT c.id, c.tenant, c.body, t.id, t.name, t.display_name, t.created, t.revision, t.settings
                 FROM connection c JOIN tenant t ON t.id = c.tenant WHERE c.handle = $1",
                &[&Text::from(handle)],
            )
            .await?;
        let read = |row| Done::Ok((row::connection(row, 0)?, row::tenant(row, 3)?));
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn tenant(&mut self, name: &str) -> StoreResult<Option<Tenant>> {
        Ok(tenants::by_name(&*self.db().await?, name).await?)
    }

    async fn tenants(&mut self, after: Option<&str>, limit: u32) -> StoreResult<Vec<Tenant>> {
        Ok(tenants::all(&*self.db().await?, after, limit).await?)
    }

    async fn create_tenant(
        &mut self,
        tenant: &Tenant,
        first: &Connection,
    ) -> StoreResult<(TenantId, ConnectionId)> {
        Ok(tenants::create(&self.pool, tenant, first).await?)
    }

    async fn delete_tenant(&mut self, id: TenantId) -> StoreResult<()> {
        Ok(tenants::delete(&self.pool, self.locks, id).await?)
    }

    async fn sweep_deleted(&mut self) -> StoreResult<bool> {
        Ok(tenants::sweep(&mut self.pool.writer().await?).await?)
    }

    async fn purgeable(&mut self, before: Timestamp, limit: u32) -> StoreResult<Vec<(TenantId, ResourceId)>> {
        Ok(tenants::purgeable(&*self.db().await?, before, limit).await?)
    }

    async fn note_token_use(&mut self, uses: &[(TenantId, String, Timestamp)]) -> StoreResult<()> {
        Ok(api::note_token_use(&self.pool, uses).await?)
    }

    async fn events(&mut self, after: i64, limit: u32) -> StoreResult<Vec<Event>> {
        Ok(feed::events(&*self.db().await?, after, limit).await?)
    }

    async fn last_position(&mut self) -> StoreResult<i64> {
        Ok(feed::head(&*self.db().await?).await?.0)
    }

    async fn feed_floor(&mut self) -> StoreResult<i64> {
        Ok(feed::head(&*self.db().await?).await?.1)
    }

    async fn trim_events(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        Ok(feed::trim(&self.pool, before, limit).await?)
    }

    async fn api_key(&mut self, digest: &[u8; 32]) -> StoreResult<Option<ApiKey>> {
        Ok(api::key(&*self.db().await?, digest).await?)
    }

    async fn api_keys(&mut self) -> StoreResult<Vec<ApiKey>> {
        Ok(api::keys(&*self.db().await?).await?)
    }

    async fn put_api_key(&mut self, key: &ApiKey) -> StoreResult<()> {
        Ok(api::put_key(&self.pool, key).await?)
    }

    async fn note_api_key_use(&mut self, uses: &[(String, Timestamp)]) -> StoreResult<()> {
        Ok(api::note_key_use(&self.pool, uses).await?)
    }

    async fn setup_link(
        &mut self,
        digest: &[u8; 32],
    ) -> StoreResult<Option<(SetupLink, Connection, Tenant)>> {
        Ok(api::setup_link(&*self.db().await?, digest).await?)
    }

    async fn claim_replay(&mut self, new: &Replay, since: Timestamp) -> StoreResult<Option<Replay>> {
        Ok(api::claim_replay(&self.pool, new, since).await?)
    }

    async fn settle_replay(
        &mut self,
        owner: &str,
        name: &str,
        begun: Timestamp,
        answer: Option<&str>,
    ) -> StoreResult<()> {
        Ok(api::settle_replay(&self.pool, owner, name, begun, answer).await?)
    }

    async fn drop_replays(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        Ok(api::drop_replays(&self.pool, before, limit).await?)
    }

    async fn running_jobs(&mut self) -> StoreResult<Vec<(TenantId, Job)>> {
        Ok(tenants::running_jobs(&*self.db().await?).await?)
    }

    async fn claim_jobs(
        &mut self,
        kind: &str,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<(TenantId, Job)>> {
        let db = self.pool.writer().await?;
        Ok(tenants::claim_jobs(&db, kind, before, now, limit).await?)
    }

    async fn put_login_link(&mut self, link: &LoginLink) -> StoreResult<()> {
        Ok(console::put_link(&self.pool, link).await?)
    }

    async fn take_login_link(&mut self, digest: &[u8; 32], now: Timestamp) -> StoreResult<Option<LoginLink>> {
        Ok(console::take_link(&self.pool, digest, now).await?)
    }

    async fn put_console_session(&mut self, session: &ConsoleSession) -> StoreResult<()> {
        Ok(console::put_session(&self.pool, session).await?)
    }

    async fn console_session(&mut self, digest: &[u8; 32]) -> StoreResult<Option<ConsoleSession>> {
        Ok(console::session(&*self.db().await?, digest).await?)
    }

    async fn rotate_console_session(
        &mut self,
        id: &str,
        old: &[u8; 32],
        new: &[u8; 32],
        now: Timestamp,
    ) -> StoreResult<bool> {
        Ok(console::rotate(&self.pool, id, old, new, now).await?)
    }

    async fn touch_console_session(&mut self, id: &str, seen: Timestamp) -> StoreResult<()> {
        Ok(console::touch(&self.pool, id, seen).await?)
    }

    async fn end_console_session(&mut self, id: &str) -> StoreResult<()> {
        Ok(console::end(&self.pool, id).await?)
    }

    async fn drop_console_access(&mut self, now: Timestamp, idle: Timestamp, limit: u32) -> StoreResult<u64> {
        Ok(console::drop_old(&self.pool, now, idle, limit).await?)
    }

    async fn webhooks(&mut self) -> StoreResult<Vec<(Webhook, Progress)>> {
        Ok(webhook::all(&*self.db().await?).await?)
    }

    async fn put_webhook(&mut self, webhook: &Webhook, cursor: i64) -> StoreResult<i64> {
        Ok(webhook::put(&self.pool, webhook, cursor).await?)
    }

    async fn remove_webhook(&mut self, tenant: Option<TenantId>, id: &str) -> StoreResult<bool> {
        Ok(webhook::remove(&self.pool, tenant, id).await?)
    }

    async fn claim_webhooks(&mut self, claim: &WebhookClaim) -> StoreResult<Vec<(Webhook, Progress)>> {
        Ok(webhook::claim(&self.pool, claim).await?)
    }

    async fn renew_webhooks(
        &mut self,
        owner: &str,
        held: &[(Option<TenantId>, String)],
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<u64> {
        Ok(webhook::renew(&self.pool, owner, held, now, until).await?)
    }

    async fn settle_webhooks(&mut self, settled: &[WebhookSettled]) -> StoreResult<Vec<bool>> {
        Ok(webhook::settle(&self.pool, settled).await?)
    }

    async fn health(&mut self) -> StoreResult<i64> {
        let db = self.db().await?;
        standing::check_open(&db).await?;
        Ok(migrate::version(&db).await?)
    }
}
