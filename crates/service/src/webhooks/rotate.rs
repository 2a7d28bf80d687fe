//! `provost webhook rotate-secret`.

use std::time::Duration;

use base::Secret;

use super::create::mint;
use super::endpoint::SigningSecret;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Most secrets that sign at once.
const MOST: usize = 4;

impl Service {
    /// Gives an endpoint a new signing secret. The old ones sign too for the overlap, so that the receiver can change over
    /// when it likes.
    ///
    /// # Errors
    /// `NotFound` when there is no such endpoint, `Conflict` when too many secrets are in use, `Invalid` for a mail address.
    pub async fn webhook_rotate(
        &self,
        op: Option<&Operator>,
        which: &str,
        overlap: Duration,
    ) -> ServiceResult<Secret<String>> {
        let secret = mint(self);
        let now = self.clock.now();
        let end = now.plus(overlap);
        self.change_webhook(op, which, "webhook_secret_rotated", |webhook| {
            if webhook.is_mail() {
                return Err(ServiceError::new(
                    Code::Invalid,
                    "mail is not signed: there is no secret to rotate",
                ));
            }
            webhook.secrets.retain(|s| s.until.is_none_or(|until| now < until));
            if overlap.is_zero() {
                webhook.secrets.clear();
            }
            if webhook.secrets.len() >= MOST {
                let message = format!("{MOST} secrets of this webhook are in use");
                return Err(ServiceError::new(Code::Conflict, message)
                    .hint("wait until older ones are over, or rotate without an overlap"));
            }
            for old in &mut webhook.secrets {
                old.until = Some(old.until.map_or(end, |until| until.min(end)));
            }
            webhook.secrets.insert(0, SigningSecret { secret: secret.clone(), until: None });
            Ok(())
        })
        .await?;
        Ok(secret)
    }
}
