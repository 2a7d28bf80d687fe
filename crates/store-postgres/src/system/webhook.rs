//! Webhooks: endpoints, and who works on them.

use std::sync::Arc;

use base::Timestamp;
use store::{Conflict, Progress, TenantId, Webhook, WebhookClaim, WebhookSettled};

use crate::fault::Done;
use crate::link::Link;
use crate::pool::Pool;
use crate::row::{self, webhook_columns};
use crate::text::Text;

/// The number that stands for a tenant or for all of them.
fn number(tenant: Option<TenantId>) -> i64 {
    tenant.map_or(0, |tenant| tenant.0)
}

pub(super) async fn all(db: &Link) -> Done<Vec<(Webhook, Progress)>> {
    let sql = concat!("SELECT ", webhook_columns!(w), " FROM webhook w ORDER BY created, id, tenant");
    db.query(sql, &[]).await?.iter().map(row::webhook).collect()
}

/// Makes or changes an endpoint.
pub(super) async fn put(pool: &Arc<Pool>, webhook: &Webhook, cursor: i64) -> Done<i64> {
    let mut db = pool.writer().await?;
    db.begin("BEGIN ISOLATION LEVEL READ COMMITTED");
    if let Some(tenant) = webhook.tenant
        && db.first("SELECT 1 FROM tenant WHERE id = $1 FOR KEY SHARE", &[&tenant.0]).await?.is_none()
    {
        return Err(Conflict::Gone(format!("tenant {}", tenant.0)).into());
    }
    let (tenant, id) = (number(webhook.tenant), Text::from(&webhook.id));
    let sql = "SELECT revision FROM webhook WHERE tenant = $1 AND id = $2 FOR UPDATE";
    let found: Option<i64> = match db.first(sql, &[&tenant, &id]).await? {
        Some(row) => Some(row.try_get(0)?),
        None => None,
    };
    match found {
        None if webhook.revision > 0 => {
            return Err(Conflict::Gone(format!("webhook {}", webhook.id)).into());
        }
        Some(revision) if revision != webhook.revision => return Err(Conflict::Revision.into()),
        _ => {}
    }
    let revision = webhook.revision + 1;
    db.query(
        "INSERT INTO webhook AS w (tenant, id, revision, created, enabled, body, secrets, cursor, not_before, troubled,
            progress, lease)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, false, '', 0)
         ON CONFLICT (tenant, id) DO UPDATE SET revision = excluded.revision, enabled = excluded.enabled,
            body = excluded.body, secrets = excluded.secrets, not_before = 0, wake = 0, troubled = false",
        &[
            &tenant,
            &id,
            &revision,
            &webhook.created.as_micros(),
            &webhook.enabled,
            &Text::from(&webhook.body),
            &Text::from(webhook.secrets.expose()),
            &cursor,
        ],
    )
    .await?;
    db.batch("COMMIT").await?;
    db.ended();
    Ok(revision)
}

/// An endpoint goes.
pub(super) async fn remove(pool: &Arc<Pool>, tenant: Option<TenantId>, id: &str) -> Done<bool> {
    let db = pool.writer().await?;
    let sql = "DELETE FROM webhook WHERE tenant = $1 AND id = $2 RETURNING 1";
    Ok(db.first(sql, &[&number(tenant), &Text::from(id)]).await?.is_some())
}

/// Takes endpoints to work on. What another node is just claiming is passed over.
pub(super) async fn claim(pool: &Arc<Pool>, claim: &WebhookClaim) -> Done<Vec<(Webhook, Progress)>> {
    let db = pool.writer().await?;
    let rows = db
        .query(
            concat!(
                "WITH due AS MATERIALIZED (
                    SELECT tenant, id, lease FROM webhook w
                    WHERE enabled AND lease <= $1 AND not_before <= $1 AND troubled = $2
                        AND (wake <= $1 OR CASE WHEN tenant = 0
                            THEN cursor < (SELECT last FROM feed_head)
                            ELSE EXISTS (SELECT FROM feed f WHERE f.tenant = w.tenant AND f.last > w.cursor) END)
                    ORDER BY lease, tenant, id LIMIT $3 FOR UPDATE SKIP LOCKED
                 )
                 UPDATE webhook w SET owner = $4, lease = $5 FROM due
                 WHERE w.tenant = due.tenant AND w.id = due.id RETURNING ",
                webhook_columns!(w)
            ),
            &[
                &claim.now.as_micros(),
                &claim.troubled,
                &i64::from(claim.limit),
                &Text::from(&claim.owner),
                &claim.until.as_micros(),
            ],
        )
        .await?;
    rows.iter().map(row::webhook).collect()
}

/// Holds those of these that an owner still holds for longer. Rows that are just being settled are passed over: that holds
/// them, too.
pub(super) async fn renew(
    pool: &Arc<Pool>,
    owner: &str,
    held: &[(Option<TenantId>, String)],
    now: Timestamp,
    until: Timestamp,
) -> Done<u64> {
    let db = pool.writer().await?;
    let (tenants, ids): (Vec<_>, Vec<_>) =
        held.iter().map(|(tenant, id)| (number(*tenant), Text::from(id))).unzip();
    let rows = db
        .query(
            "WITH held AS MATERIALIZED (
                SELECT tenant, id FROM webhook WHERE owner = $1 AND lease > $2
                    AND (tenant, id) IN (SELECT * FROM unnest($4::bigint[], $5::text[])) FOR UPDATE SKIP LOCKED
             )
             UPDATE webhook w SET lease = $3 FROM held
             WHERE w.tenant = held.tenant AND w.id = held.id RETURNING 1",
            &[&Text::from(owner), &now.as_micros(), &until.as_micros(), &tenants, &ids],
        )
        .await?;
    Ok(rows.len() as u64)
}

/// Writes down how far endpoints are.
pub(super) async fn settle(pool: &Arc<Pool>, settled: &[WebhookSettled]) -> Done<Vec<bool>> {
    let mut db = pool.writer().await?;
    db.begin("BEGIN ISOLATION LEVEL READ COMMITTED");
    let mut held = vec![false; settled.len()];
    // Rows are locked in one order, so that two nodes never wait for each other.
    let mut order: Vec<usize> = (0..settled.len()).collect();
    order.sort_by_key(|at| (number(settled[*at].tenant), &settled[*at].id));
    for at in order {
        let one = &settled[at];
        let progress = &one.progress;
        let changed = db
            .first(
                "UPDATE webhook SET cursor = $4,
                    not_before = CASE WHEN revision = $11::bigint THEN $5::bigint ELSE 0 END,
                    wake = CASE WHEN revision = $11::bigint THEN $6::bigint ELSE 0 END, troubled = $7, progress = $8,
                    owner = CASE WHEN $9::bigint IS NULL THEN NULL ELSE owner END, lease = coalesce($9, $10)
                 WHERE tenant = $1 AND id = $2 AND owner = $3 AND enabled RETURNING 1",
                &[
                    &number(one.tenant),
                    &Text::from(&one.id),
                    &Text::from(&one.owner),
                    &progress.cursor,
                    &progress.not_before.as_micros(),
                    &progress.wake.map(|t| t.as_micros()),
                    &progress.troubled,
                    &Text::from(&progress.body),
                    &one.until.map(|t| t.as_micros()),
                    &one.at.as_micros(),
                    &one.revision,
                ],
            )
            .await?;
        held[at] = changed.is_some();
    }
    db.batch("COMMIT").await?;
    db.ended();
    Ok(held)
}
