//! `provost webhook list` and `show`.

use std::collections::HashMap;

use base::Timestamp;
use store::{Progress, Purpose, TenantId};

use super::endpoint::Webhook;
use super::standing::WebhookStanding;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Tenants read at once to find their names.
const PAGE: u32 = 1000;

/// An endpoint in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookRow {
    /// The endpoint.
    pub webhook: Webhook,
    /// Name of the only tenant whose events it hears.
    pub tenant: Option<String>,
    /// How far it is, and what happened last.
    pub standing: WebhookStanding,
    /// How many events of the feed it has not come to. Not all of them are for it.
    pub lag: i64,
    /// When it is tried again, while it is held back.
    pub not_before: Option<Timestamp>,
}

impl Service {
    /// Endpoints by creation: those of the operator's tenant, or all of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn webhooks(&self, op: Option<&Operator>) -> ServiceResult<Vec<WebhookRow>> {
        self.webhook_rows(op, |tenant| op.is_none_or(|op| tenant == Some(op.caller.tenant))).await
    }

    /// Endpoints that hear of all tenants, by creation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn webhooks_of_all(&self) -> ServiceResult<Vec<WebhookRow>> {
        self.webhook_rows(None, |tenant| tenant.is_none()).await
    }

    async fn webhook_rows(
        &self,
        op: Option<&Operator>,
        is_own: impl Fn(Option<TenantId>) -> bool + Send,
    ) -> ServiceResult<Vec<WebhookRow>> {
        let mut system = self.store.system(Purpose::Webhooks).await?;
        let found = system.webhooks().await?;
        let end = system.last_position().await?;
        let own: Vec<_> = found.into_iter().filter(|(webhook, _)| is_own(webhook.tenant)).collect();
        let mut names: HashMap<TenantId, String> = HashMap::new();
        if let Some(op) = op {
            names.insert(op.caller.tenant, op.tenant.tenant.name.clone());
        }
        let mut after: Option<String> = None;
        while own.iter().any(|(w, _)| w.tenant.is_some_and(|id| !names.contains_key(&id))) {
            let page = system.tenants(after.as_deref(), PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.name.clone());
            names.extend(page.into_iter().map(|tenant| (tenant.id, tenant.name)));
        }
        let now = self.clock.now();
        own.iter()
            .map(|(stored, progress)| {
                Ok(WebhookRow {
                    webhook: Webhook::read(stored)?,
                    tenant: stored.tenant.and_then(|id| names.get(&id).cloned()),
                    standing: standing(progress)?,
                    lag: (end - progress.cursor).max(0),
                    not_before: (progress.not_before > now).then_some(progress.not_before),
                })
            })
            .collect()
    }

    /// One endpoint, by its id, or by its URL when only one has it.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Conflict` when several have the URL.
    pub async fn webhook(&self, op: Option<&Operator>, which: &str) -> ServiceResult<WebhookRow> {
        let mut rows = self.webhooks(op).await?;
        if let Some(at) = rows.iter().position(|row| row.webhook.id == which) {
            return Ok(rows.swap_remove(at));
        }
        rows.retain(|row| row.webhook.settings.url == which);
        match rows.len() {
            0 => Err(ServiceError::new(Code::NotFound, format!("there is no webhook \"{which}\""))
                .hint("`provost webhook list` shows them")),
            1 => Ok(rows.swap_remove(0)),
            _ => {
                let ids: Vec<_> = rows.iter().map(|row| row.webhook.id.as_str()).collect();
                Err(ServiceError::new(Code::Conflict, "several webhooks send to this URL")
                    .hint(format!("say which by its id: {}", ids.join(" or "))))
            }
        }
    }
}

/// What the worker keeps of an endpoint.
pub(super) fn standing(progress: &Progress) -> ServiceResult<WebhookStanding> {
    let mut standing: WebhookStanding = if progress.body.is_empty() {
        WebhookStanding::default()
    } else {
        store::code::from_json(&progress.body, "webhook", "progress")?
    };
    standing.cursor = progress.cursor;
    Ok(standing)
}
