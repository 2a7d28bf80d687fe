//! `provost webhook add`.

use base::{Secret, mint_handle, random_bytes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use store::{Action, Purpose, WriteTx};

use super::endpoint::{SigningSecret, Webhook, WebhookSettings};
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Most endpoints of one tenant, and of all tenants together without one.
const MOST: usize = 100;

/// An endpoint to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewWebhook {
    /// What the operator decides.
    pub settings: WebhookSettings,
    /// It begins after this position of the feed; `None` begins with what happens from now on.
    pub after: Option<i64>,
}

/// An endpoint just made.
#[derive(Debug)]
pub struct CreatedWebhook {
    /// What its signatures are checked with: `whsec_…`; a mail address has none.
    pub secret: Option<Secret<String>>,
    /// The endpoint.
    pub webhook: Webhook,
}

impl Service {
    /// Makes an endpoint for the operator's tenant, or with `None` for all tenants.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot work, a mail address where no mail is sent, or a position that is not in the feed,
    /// `Conflict` when an endpoint of the same tenants has the URL, or when there are too many.
    pub async fn webhook_create(
        &self,
        op: Option<&Operator>,
        new: NewWebhook,
    ) -> ServiceResult<CreatedWebhook> {
        let mut settings = new.settings;
        settings.check()?;
        if settings.is_mail() {
            self.check_mails()?;
        }
        let tenant = op.map(|op| op.caller.tenant);
        let mut system = self.store.system(Purpose::Webhooks).await?;
        let known = system.webhooks().await?;
        let mut own = 0;
        for (stored, _) in known.iter().filter(|(stored, _)| stored.tenant == tenant) {
            own += 1;
            let webhook = Webhook::read(stored)?;
            if webhook.settings.url == settings.url {
                let message = format!("webhook {} sends to this URL already", webhook.id);
                return Err(ServiceError::new(Code::Conflict, message)
                    .hint("change that one, or remove it first; one endpoint may take any number of types"));
            }
        }
        if own >= MOST {
            return Err(ServiceError::new(Code::Conflict, format!("there are {MOST} webhooks already"))
                .hint("remove some with `provost webhook remove`"));
        }
        let (end, floor) = (system.last_position().await?, system.feed_floor().await?);
        let cursor = new.after.unwrap_or(end);
        if !(floor..=end).contains(&cursor) {
            return Err(ServiceError::new(
                Code::Invalid,
                format!("the feed has positions {floor} to {end}; {cursor} is none of them"),
            ));
        }
        let secret = (!settings.is_mail()).then(|| mint(self));
        let mut webhook = Webhook {
            id: format!("wh_{}", mint_handle(self.entropy.as_ref())),
            tenant,
            revision: 0,
            created: self.clock.now(),
            enabled: true,
            settings,
            secrets: secret.iter().map(|s| SigningSecret { secret: s.clone(), until: None }).collect(),
        };
        webhook.revision = system.put_webhook(&webhook.write(), cursor).await?;
        drop(system);
        self.note_webhook(op, &webhook, "webhook_created").await?;
        Ok(CreatedWebhook { secret, webhook })
    }

    /// What concerns one tenant stands in its log.
    pub(super) async fn note_webhook(
        &self,
        op: Option<&Operator>,
        webhook: &Webhook,
        code: &str,
    ) -> ServiceResult<()> {
        let Some(op) = op else { return Ok(()) };
        let mut tx = WriteTx::new(op.caller.clone());
        tx.log.push(op.entry(Action::Administer, self.clock.now(), &webhook.id, code));
        self.store.commit(tx).await?;
        Ok(())
    }
}

/// A signing secret, as Standard Webhooks writes it.
pub(super) fn mint(service: &Service) -> Secret<String> {
    let bytes: [u8; 32] = random_bytes(service.entropy.as_ref());
    format!("whsec_{}", STANDARD.encode(bytes)).into()
}
