//! Webhooks: endpoints, and who works on them.

use base::Timestamp;
use rusqlite::params;
use store::{Conflict, Progress, TenantId, Webhook, WebhookClaim, WebhookSettled};

use super::Writer;
use crate::fault::Done;
use crate::row::{self, webhook_columns};
use crate::system::all;

/// The number that stands for a tenant or for all of them.
pub(crate) fn number(tenant: Option<TenantId>) -> i64 {
    tenant.map_or(0, |tenant| tenant.0)
}

/// Which endpoints there is something to do on. `?1` the time, `?2` the line, `?3` how many.
macro_rules! due {
    () => {
        " FROM webhook w WHERE enabled AND lease <= ?1 AND not_before <= ?1 AND troubled = ?2
            AND (wake <= ?1 OR CASE WHEN tenant = 0
                THEN cursor < coalesce((SELECT max(position) FROM event), 0)
                ELSE EXISTS (SELECT 1 FROM event e WHERE e.tenant = w.tenant AND e.position > w.cursor) END)
         ORDER BY lease, tenant, id LIMIT ?3"
    };
}

/// Whether a claim would find anything: most find nothing, and need no writer.
pub(crate) fn anything_due(db: &rusqlite::Connection, claim: &WebhookClaim) -> Done<bool> {
    let found = crate::system::first(
        db,
        concat!("SELECT 1", due!()),
        (claim.now.as_micros(), claim.troubled, 1),
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

impl Writer {
    /// Makes or changes an endpoint.
    pub(crate) fn put_webhook(&mut self, webhook: &Webhook, cursor: i64) -> Done<i64> {
        if let Some(tenant) = webhook.tenant
            && self.revision(tenant)?.is_none()
        {
            return Err(Conflict::Gone(format!("tenant {}", tenant.0)).into());
        }
        let tenant = number(webhook.tenant);
        let sql = "SELECT revision FROM webhook WHERE tenant = ?1 AND id = ?2";
        let found: Option<i64> = self.first(sql, (tenant, &webhook.id), |row| row.get(0))?;
        match found {
            None if webhook.revision > 0 => {
                return Err(Conflict::Gone(format!("webhook {}", webhook.id)).into());
            }
            Some(revision) if revision != webhook.revision => return Err(Conflict::Revision.into()),
            _ => {}
        }
        let revision = webhook.revision + 1;
        self.run_sql(
            "INSERT INTO webhook (tenant, id, revision, created, enabled, body, secrets, cursor, not_before, troubled,
                progress, lease)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, '', 0)
             ON CONFLICT (tenant, id) DO UPDATE SET revision = excluded.revision, enabled = excluded.enabled,
                body = excluded.body, secrets = excluded.secrets, not_before = 0, wake = 0, troubled = 0",
            params![
                tenant,
                webhook.id,
                revision,
                webhook.created.as_micros(),
                webhook.enabled,
                webhook.body,
                webhook.secrets.expose(),
                cursor,
            ],
        )?;
        Ok(revision)
    }

    /// An endpoint goes.
    pub(crate) fn remove_webhook(&mut self, tenant: Option<TenantId>, id: &str) -> Done<bool> {
        let sql = "DELETE FROM webhook WHERE tenant = ?1 AND id = ?2";
        Ok(self.run_sql(sql, (number(tenant), id))? > 0)
    }

    /// Takes endpoints to work on.
    pub(crate) fn claim_webhooks(&mut self, claim: &WebhookClaim) -> Done<Vec<(Webhook, Progress)>> {
        let found = all(
            &self.db,
            concat!("SELECT ", webhook_columns!(), due!()),
            (claim.now.as_micros(), claim.troubled, claim.limit),
            row::webhook,
        )?;
        for (webhook, _) in &found {
            self.run_sql(
                "UPDATE webhook SET owner = ?3, lease = ?4 WHERE tenant = ?1 AND id = ?2",
                (number(webhook.tenant), &webhook.id, &claim.owner, claim.until.as_micros()),
            )?;
        }
        Ok(found)
    }

    /// Holds those of these that an owner still holds for longer.
    pub(crate) fn renew_webhooks(
        &mut self,
        owner: &str,
        held: &[(Option<TenantId>, String)],
        now: Timestamp,
        until: Timestamp,
    ) -> Done<u64> {
        let sql = "UPDATE webhook SET lease = ?5 WHERE tenant = ?1 AND id = ?2 AND owner = ?3 AND lease > ?4";
        let mut renewed = 0;
        for (tenant, id) in held {
            renewed +=
                self.run_sql(sql, (number(*tenant), id, owner, now.as_micros(), until.as_micros()))? as u64;
        }
        Ok(renewed)
    }

    /// Writes down how far endpoints are.
    pub(crate) fn settle_webhooks(&mut self, settled: &[WebhookSettled]) -> Done<Vec<bool>> {
        let mut held = Vec::with_capacity(settled.len());
        for one in settled {
            let progress = &one.progress;
            // Let go, it waits behind those let go before; that is what the lease's last value tells.
            let changed = self.run_sql(
                "UPDATE webhook SET cursor = ?4, not_before = iif(revision = ?11, ?5, 0),
                    wake = iif(revision = ?11, ?6, 0), troubled = ?7, progress = ?8,
                    owner = CASE WHEN ?9 IS NULL THEN NULL ELSE owner END, lease = coalesce(?9, ?10)
                 WHERE tenant = ?1 AND id = ?2 AND owner = ?3 AND enabled",
                params![
                    number(one.tenant),
                    one.id,
                    one.owner,
                    progress.cursor,
                    progress.not_before.as_micros(),
                    progress.wake.map(|t| t.as_micros()),
                    progress.troubled,
                    progress.body,
                    one.until.map(|t| t.as_micros()),
                    one.at.as_micros(),
                    one.revision,
                ],
            )?;
            held.push(changed > 0);
        }
        Ok(held)
    }
}
