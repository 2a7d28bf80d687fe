//! `provost webhook remove`.

use store::Purpose;

use super::endpoint::Webhook;
use crate::{Operator, Service, ServiceResult};

impl Service {
    /// Removes an endpoint, with how far it was and what it missed.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn webhook_remove(&self, op: Option<&Operator>, which: &str) -> ServiceResult<Webhook> {
        let webhook = self.webhook(op, which).await?.webhook;
        self.store.system(Purpose::Webhooks).await?.remove_webhook(webhook.tenant, &webhook.id).await?;
        self.note_webhook(op, &webhook, "webhook_removed").await?;
        Ok(webhook)
    }
}
