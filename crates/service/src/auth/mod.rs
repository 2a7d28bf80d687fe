//! Letting requests in: a bearer token to a [`Session`].
//!
//! Who is refused learns nothing but that (S-AUTH-02); the reason goes to the log of the connection whose public
//! handle the token carries, counted by cause and minute, and no faster than a trickle per handle.

mod admit;
mod header;
mod refusal;
mod refusals;
mod sessions;
mod view;
mod why;

pub(crate) use admit::Pace;
pub use admit::Throttled;
pub(crate) use header::bearer;
pub use refusal::Refusal;
pub(crate) use refusals::Refusals;
pub(crate) use sessions::Sessions;
pub(crate) use view::{assemble, dialect};
pub(crate) use why::Why;
pub use why::sign_in_refusals;

use std::sync::Arc;

use base::{AccessToken, ParsedToken, Timestamp, constant_time_eq};
use store::{Actor, Caller, Purpose, StoreError, StoreResult};

use crate::Service;
use crate::session::Session;
use sessions::{Entry, Look};

impl Service {
    /// Lets a request in.
    ///
    /// `authorization` is the header's value, `tenant_in_path` the name in `/t/{tenant}/…`. Tokens are looked up at
    /// most once per [`crate::Config::cache_age`], so a revocation by another process takes effect
    /// within twice that; at once where the store brings word of it (see [`Self::listen`]), and then they are looked up less
    /// often.
    ///
    /// # Errors
    /// 401 for a missing or unacceptable token (S-AUTH-01, S-AUTH-03), 403 under another tenant's path (ruling 14),
    /// 503 when the database does not answer.
    pub async fn authenticate(
        &self,
        authorization: Option<&str>,
        tenant_in_path: Option<&str>,
    ) -> Result<Arc<Session>, Refusal> {
        let now = self.clock.now();
        let Some(text) = bearer(authorization) else {
            return Err(Refusal::missing(Why::Missing.code()));
        };
        let parsed = match AccessToken::parse(text) {
            Ok(parsed) => parsed,
            Err(error) => {
                let why = Why::Shape(error.shape);
                return Err(self.refuse(error.handle.as_deref(), why, now).await);
            }
        };
        let entry = match self.look_up(&parsed, now).await {
            Ok(Some(entry)) => entry,
            Ok(None) => return Err(self.refuse(Some(&parsed.handle), Why::Unknown, now).await),
            Err(error) => {
                tracing::error!(%error, "cannot look up an access token");
                return Err(Refusal::unavailable());
            }
        };
        let token = &entry.token;
        let why = match (token.revoked, token.expires) {
            (Some(at), _) => Some(Why::Revoked { name: token.name.clone(), at }),
            (None, Some(at)) if at <= now => Some(Why::Expired { name: token.name.clone(), at }),
            _ => None,
        };
        if let Some(why) = why {
            return Err(self.refuse(Some(&parsed.handle), why, now).await);
        }
        let own = &entry.session.tenant.tenant.name;
        if tenant_in_path.is_some_and(|name| name != own) {
            let why = Why::WrongTenant { own: own.clone() };
            return Err(self.refuse(Some(&parsed.handle), why, now).await);
        }
        entry.touch(now);
        Ok(Arc::clone(&entry.session))
    }

    /// The token from memory or, when that is too old, from the database.
    async fn look_up(&self, parsed: &ParsedToken, now: Timestamp) -> StoreResult<Option<Arc<Entry>>> {
        let age = self.config.cache_age;
        let _claim = match self.sessions.look(&parsed.digest, now, age, self.store.unheard()) {
            Look::Fresh(entry) => return Ok(Some(entry)),
            Look::Read(claim) => claim,
        };
        let forgotten = self.sessions.forgotten();
        let mut tx = self.store.system(Purpose::Authenticate).await?;
        let found = tx.token(&parsed.digest).await?;
        drop(tx);
        let Some((token, connection, tenant)) = found else {
            self.sessions.forget(&parsed.digest);
            return Ok(None);
        };
        // The index found it by the digest's bytes; the comparison that decides takes the same time for all.
        if !constant_time_eq(&token.digest, &parsed.digest) {
            return Ok(None);
        }
        let caller = Caller {
            tenant: tenant.id,
            connection: connection.id,
            grant: token.grant,
            actor: Actor::Token(token.name.clone()),
        };
        let view = self.view(&tenant, &caller).await?;
        let dialect = Arc::new(dialect(&connection)?);
        let link = self.pulse.link(tenant.id, connection.id);
        let entry = self.sessions.keep(token, connection, &view, now, |_, connection| Session {
            caller,
            connection: Arc::new(connection),
            dialect,
            tenant: Arc::clone(&view),
            link,
        });
        if self.sessions.forgotten() != forgotten {
            // It may have been read before the change that everything was forgotten for.
            self.sessions.forget(&parsed.digest);
        }
        Ok(Some(entry))
    }

    /// Records the reason where the token's owner can read it, and makes the answer.
    async fn refuse(&self, handle: Option<&str>, why: Why, now: Timestamp) -> Refusal {
        let code = why.code();
        let refusal = match why {
            Why::WrongTenant { .. } => Refusal::elsewhere(code),
            _ => Refusal::invalid(code),
        };
        if let Some(handle) = handle
            && let Err(error) = self.explain(handle, why, now).await
        {
            tracing::warn!(%error, code, "cannot record a refused sign-in");
            if matches!(error, StoreError::Unavailable(_)) {
                return Refusal::unavailable();
            }
        }
        refusal
    }
}
