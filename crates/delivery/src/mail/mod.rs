//! Notices by e-mail: one message to the operator's mail server, by SMTP.
//!
//! The server is one that the operator names, so the guard of addresses says nothing of it. It is trusted as the machine trusts
//! servers; without TLS only one on this machine is spoken to. A connection is made for each mail: there are few of them.

mod form;
mod server;
mod session;

pub use server::{MailSecurity, MailServer, MailServerError};

use std::sync::Arc;
use std::time::{Duration, Instant};

use base::Clock;
use service::{Attempt, AttemptOutcome, MailAddress, Message, Webhook};
use tokio::sync::Semaphore;

use session::{Failed, Session};

/// Connections to the mail server at once: it serves others too.
const AT_ONCE: usize = 4;
/// How long the goodbye may take, once the server has taken the mail.
const GOODBYE: Duration = Duration::from_secs(1);

/// Sends mail.
pub struct MailCourier {
    clock: Arc<dyn Clock>,
    server: MailServer,
    turns: Semaphore,
}

impl MailCourier {
    /// A courier. Nothing is connected yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, server: MailServer) -> Self {
        Self { clock, server, turns: Semaphore::new(AT_ONCE) }
    }

    /// Connects, signs in, and says goodbye: what could be wrong before a mail is sent. Gives how the connection is kept.
    ///
    /// # Errors
    /// What is wrong, as a sentence.
    pub async fn probe(&self) -> Result<&'static str, String> {
        let look = async {
            let session = Session::open(&self.server).await?;
            let kept = session.kept();
            let _ = tokio::time::timeout(GOODBYE, session.quit()).await;
            Ok(kept)
        };
        match tokio::time::timeout(self.server.timeout, look).await {
            Ok(result) => result.map_err(|failed: Failed| failed.detail),
            Err(_) => Err(format!("no answer within {} seconds", self.server.timeout.as_secs())),
        }
    }

    pub(crate) async fn send(&self, webhook: &Webhook, message: &Message) -> Attempt {
        let (at, began) = (self.clock.now(), Instant::now());
        let sending = tokio::time::timeout(self.server.timeout, self.deliver(webhook, message));
        let failed = match sending.await {
            Ok(Ok(())) => None,
            Ok(Err(failed)) => Some(failed),
            Err(_) => {
                let detail =
                    format!("the mail server did not end within {} seconds", self.server.timeout.as_secs());
                Some(Failed::new(AttemptOutcome::TimedOut, detail))
            }
        };
        Attempt {
            at: at.as_micros(),
            event: message.id.clone(),
            position: message.position,
            kind: message.kind.clone(),
            outcome: failed.as_ref().map_or(AttemptOutcome::Delivered, |failed| failed.outcome),
            status: failed.as_ref().map_or(Some(250), |failed| failed.code),
            millis: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX),
            retry_after: None,
            detail: failed.map(|failed| failed.detail),
        }
    }

    async fn deliver(&self, webhook: &Webhook, message: &Message) -> Result<(), Failed> {
        let refused = |detail: &str| Failed::new(AttemptOutcome::Refused, detail.to_owned());
        let to = match MailAddress::of_url(&webhook.settings.url) {
            Some(Ok(address)) => address,
            _ => return Err(refused("the address cannot be written to")),
        };
        let text = form::message(&self.server.from, &to, message, self.clock.now());
        // The semaphore is never closed.
        let _turn = self.turns.acquire().await.map_err(|_| refused("mail is not sent any more"))?;
        let mut session = Session::open(&self.server).await?;
        session.send(&self.server.from, &to, &text).await?;
        // The server has it, whatever it says to the goodbye.
        let _ = tokio::time::timeout(GOODBYE, session.quit()).await;
        Ok(())
    }
}
