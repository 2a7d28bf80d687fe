//! `provost webhook set`.

use store::{Cause, Conflict, Purpose, StoreError};

use super::endpoint::Webhook;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Tries before somebody else's changes are told as a conflict.
const TRIES: u32 = 5;

/// What is to be changed about an endpoint; `None` leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookChange {
    /// Where to.
    pub url: Option<String>,
    /// The operator's words for it.
    pub description: Option<String>,
    /// Only these types.
    pub types: Option<Vec<String>>,
    /// Only for these causes.
    pub causes: Option<Vec<Cause>>,
    /// Whether private addresses may be dialled.
    pub allow_private: Option<bool>,
    /// Window of coalescing, in seconds.
    pub coalesce: Option<u32>,
    /// Whether anything is sent.
    pub enabled: Option<bool>,
}

impl Service {
    /// Changes an endpoint. What held it back holds it back no longer: it is tried at once.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Invalid` for settings that cannot work, or a mail address in place of a URL.
    pub async fn webhook_set(
        &self,
        op: Option<&Operator>,
        which: &str,
        change: &WebhookChange,
    ) -> ServiceResult<Webhook> {
        self.change_webhook(op, which, "webhook_changed", |webhook| {
            let was_mail = webhook.is_mail();
            let settings = &mut webhook.settings;
            let change = change.clone();
            if let Some(url) = change.url {
                settings.url = url;
            }
            if let Some(description) = change.description {
                settings.description = description;
            }
            if let Some(types) = change.types {
                settings.types = types;
            }
            if let Some(causes) = change.causes {
                settings.causes = causes;
            }
            if let Some(allow_private) = change.allow_private {
                settings.allow_private = allow_private;
            }
            if let Some(coalesce) = change.coalesce {
                settings.coalesce = coalesce;
            }
            if let Some(enabled) = change.enabled {
                webhook.enabled = enabled;
                settings.disabled = None;
            }
            if settings.is_mail() != was_mail {
                let message = "a webhook cannot become a mail address, nor a mail address a webhook";
                return Err(ServiceError::new(Code::Invalid, message)
                    .hint("add the new one, with --after to begin where this one is, and remove this one"));
            }
            settings.check()
        })
        .await
    }

    /// Changes an endpoint as it is now, whatever others change meanwhile.
    pub(super) async fn change_webhook(
        &self,
        op: Option<&Operator>,
        which: &str,
        code: &str,
        mut change: impl FnMut(&mut Webhook) -> ServiceResult<()>,
    ) -> ServiceResult<Webhook> {
        let mut tries = 0;
        loop {
            let mut webhook = self.webhook(op, which).await?.webhook;
            change(&mut webhook)?;
            let mut system = self.store.system(Purpose::Webhooks).await?;
            tries += 1;
            match system.put_webhook(&webhook.write(), 0).await {
                Ok(revision) => {
                    webhook.revision = revision;
                    drop(system);
                    self.note_webhook(op, &webhook, code).await?;
                    return Ok(webhook);
                }
                Err(StoreError::Conflict(Conflict::Revision)) if tries < TRIES => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
