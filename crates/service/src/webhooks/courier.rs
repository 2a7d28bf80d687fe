//! Sending, as the use cases need it from outside.

use std::sync::Arc;

use async_trait::async_trait;
use base::Timestamp;
use serde::{Deserialize, Serialize};

use super::endpoint::Webhook;
use super::message::Message;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Sends one message to one endpoint, once.
#[async_trait]
pub trait Courier: Send + Sync {
    /// Sends and tells what came of it.
    async fn send(&self, webhook: &Webhook, message: &Message) -> Attempt;

    /// Whether it can send mail.
    fn mails(&self) -> bool {
        false
    }
}

/// An attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began (µs).
    pub at: i64,
    /// Id of the event.
    pub event: String,
    /// Its place in the feed; `None` for a test.
    pub position: Option<i64>,
    /// Its type.
    pub kind: String,
    /// What came of it.
    pub outcome: AttemptOutcome,
    /// Status of the answer, when there was one.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub millis: u32,
    /// How many seconds the receiver asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after: Option<u32>,
    /// What went wrong, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
}

impl Attempt {
    /// When it began.
    #[must_use]
    pub fn began(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// The receiver has it: 2xx.
    Delivered,
    /// The receiver said no to this one: any other status; a mail server's 5xx.
    Refused,
    /// The receiver wants less or is not there for a while: 429, 502, 503, 504; a mail server's 4xx.
    Busy,
    /// No answer in time.
    TimedOut,
    /// No connection, or it broke.
    Unreachable,
    /// The address may not be dialled.
    Forbidden,
    /// The receiver never wants anything again: 410.
    Gone,
}

impl AttemptOutcome {
    /// As in lists.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Forbidden => "forbidden",
            Self::Gone => "gone",
        }
    }
}

impl Service {
    /// Gives the service what sends. Without it, only [`Service::webhook_test`] does not work.
    pub fn set_courier(&self, courier: Arc<dyn Courier>) {
        // The first one stays.
        let _ = self.courier.set(courier);
    }

    /// That mail can be sent here.
    ///
    /// # Errors
    /// `Invalid`, with what to do, when it cannot.
    pub(super) fn check_mails(&self) -> ServiceResult<()> {
        if self.courier.get().is_some_and(|courier| courier.mails()) {
            return Ok(());
        }
        Err(ServiceError::new(
            Code::Invalid,
            "no mail server is configured, so nothing can be sent to a mail address",
        )
        .hint(
            "set host and from in [mail] of provost.toml (mail-host, mail-from), and start the server again",
        ))
    }

    /// Sends `webhook.test` to an endpoint now, whether or not it is enabled, and tells what came of it.
    ///
    /// # Errors
    /// `NotFound` when there is no such endpoint, `Invalid` for a mail address where no mail is sent, `Conflict` when many
    /// test mails of the same tenant were sent just now.
    pub async fn webhook_test(&self, op: Option<&Operator>, id: &str) -> ServiceResult<Attempt> {
        let row = self.webhook(op, id).await?;
        let Some(courier) = self.courier.get() else {
            return Err(ServiceError::new(Code::Unavailable, "this process sends no webhooks"));
        };
        if row.webhook.is_mail() {
            self.check_mails()?;
            self.trials.admit(row.webhook.tenant)?;
            let mail = self.test_mail(&row.webhook, row.tenant.as_deref());
            return Ok(courier.send(&row.webhook, &mail).await);
        }
        let message = self.test_message(&row.webhook.id, row.tenant.as_deref());
        Ok(courier.send(&row.webhook, &message).await)
    }
}
