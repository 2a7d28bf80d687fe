//! Whoever sends to an address: by HTTP, or by mail.

use std::sync::Arc;

use async_trait::async_trait;
use base::Clock;
use service::{Attempt, AttemptOutcome, Courier, Message, Webhook};

use crate::mail::{MailCourier, MailServer};
use crate::options::Options;
use crate::send::HttpCourier;

/// Both couriers of a process.
pub struct Couriers {
    clock: Arc<dyn Clock>,
    http: HttpCourier,
    mail: Option<MailCourier>,
}

impl Couriers {
    /// Couriers. Without a mail server, no mail is sent.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, options: Options, mail: Option<MailServer>) -> Self {
        let mail = mail.map(|server| MailCourier::new(Arc::clone(&clock), server));
        Self { http: HttpCourier::new(Arc::clone(&clock), options), clock, mail }
    }
}

#[async_trait]
impl Courier for Couriers {
    async fn send(&self, webhook: &Webhook, message: &Message) -> Attempt {
        match &self.mail {
            _ if !webhook.is_mail() => self.http.send(webhook, message).await,
            Some(mail) => mail.send(webhook, message).await,
            None => Attempt {
                at: self.clock.now().as_micros(),
                event: message.id.clone(),
                position: message.position,
                kind: message.kind.clone(),
                outcome: AttemptOutcome::Unreachable,
                status: None,
                millis: 0,
                retry_after: None,
                detail: Some(
                    "this server has no mail server any more: set mail-host and mail-from".to_owned(),
                ),
            },
        }
    }

    fn mails(&self) -> bool {
        self.mail.is_some()
    }
}
