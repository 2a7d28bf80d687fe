//! Signing in, being known, signing out.

use base::{Secret, Timestamp, constant_time_eq, mint_handle, random_bytes, sha256};
use store::{Actor, ConsoleSession, Purpose};

use super::{GRACE, IDLE, LONGEST, TURN, hex, is_secret, secret};
use crate::{Service, ServiceResult};

/// Microseconds between two notes of when a session was seen.
const MINUTE: i64 = 60_000_000;
/// Sessions dropped at once.
const CHUNK: u32 = 1000;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Names the session; opens nothing.
    pub session: String,
    /// Who it is.
    pub name: String,
    /// What forms have to show, so that no other site can send them.
    pub proof: String,
    /// When the session ends at the latest.
    pub expires: Timestamp,
}

impl Visitor {
    /// What stands in events and the log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Console(self.name.clone())
    }

    /// Whether a form shows what it has to.
    #[must_use]
    pub fn proves(&self, shown: &str) -> bool {
        constant_time_eq(self.proof.as_bytes(), shown.as_bytes())
    }

    fn of(session: &ConsoleSession) -> Self {
        Self {
            session: session.id.clone(),
            name: session.name.clone(),
            proof: hex(&session.proof),
            expires: session.expires,
        }
    }
}

/// A request of somebody who is signed in.
#[derive(Debug)]
pub struct Visit {
    /// Who it is.
    pub visitor: Visitor,
    /// The secret that the browser is to show from now on, when it changes.
    pub secret: Option<Secret<String>>,
}

impl Service {
    /// Uses up a link and makes a session; `None` when the link opens nothing: unknown, used, or over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn console_sign_in(&self, link: &str) -> ServiceResult<Option<Visit>> {
        if !is_secret(link) {
            return Ok(None);
        }
        let now = self.clock.now();
        let mut system = self.store.system(Purpose::Console).await?;
        let Some(link) = system.take_login_link(&sha256(link.as_bytes()), now).await? else {
            return Ok(None);
        };
        let secret = secret(self.entropy.as_ref());
        let session = ConsoleSession {
            id: mint_handle(self.entropy.as_ref()),
            name: link.name,
            digest: sha256(secret.as_bytes()),
            previous: None,
            rotated: now,
            proof: random_bytes(self.entropy.as_ref()),
            created: now,
            seen: now,
            expires: now.plus(LONGEST),
        };
        system.put_console_session(&session).await?;
        tracing::info!(operator = session.name, session = session.id, "signed in to the console");
        Ok(Some(Visit { visitor: Visitor::of(&session), secret: Some(Secret::new(secret)) }))
    }

    /// Who shows this secret; `None` when nobody is signed in with it (any more).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn console_visit(&self, shown: &str) -> ServiceResult<Option<Visit>> {
        if !is_secret(shown) {
            return Ok(None);
        }
        let now = self.clock.now();
        let digest = sha256(shown.as_bytes());
        let mut system = self.store.system(Purpose::Console).await?;
        let Some(session) = system.console_session(&digest).await? else { return Ok(None) };
        let is_present = constant_time_eq(&session.digest, &digest);
        let is_under_way = !is_present && now.since(session.rotated) < GRACE;
        if session.expires <= now || now.since(session.seen) >= IDLE || !(is_present || is_under_way) {
            return Ok(None);
        }
        if now.as_micros() - session.seen.as_micros() >= MINUTE {
            system.touch_console_session(&session.id, now).await?;
        }
        let mut visit = Visit { visitor: Visitor::of(&session), secret: None };
        if is_present && now.since(session.rotated) >= TURN {
            let next = secret(self.entropy.as_ref());
            // Of several requests at once one changes it; the others go on with what they have shown.
            if system.rotate_console_session(&session.id, &digest, &sha256(next.as_bytes()), now).await? {
                visit.secret = Some(Secret::new(next));
            }
        }
        Ok(Some(visit))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn console_sign_out(&self, visitor: &Visitor) -> ServiceResult<()> {
        self.store.system(Purpose::Console).await?.end_console_session(&visitor.session).await?;
        tracing::info!(operator = visitor.name, session = visitor.session, "signed out of the console");
        Ok(())
    }

    /// Forgets links and sessions whose time is over.
    pub(crate) async fn drop_console_access(&self, now: Timestamp) -> ServiceResult<()> {
        let mut system = self.store.system(Purpose::Sweep).await?;
        let idle = now.minus(IDLE);
        while system.drop_console_access(now, idle, CHUNK).await? >= u64::from(CHUNK) {}
        Ok(())
    }
}
