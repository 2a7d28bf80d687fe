//! Letting requests of the REST API in: an API key to an [`ApiCaller`].

use std::fmt;

use base::{ApiKey as KeyText, SealingKey, TokenShape, constant_time_eq, hmac_sha256};
use store::{Actor, ApiKey, ApiScope, ConnectionId, Purpose, Tenant};

use crate::operator::{DEFAULT, system_caller};
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Who calls the REST API.
#[derive(Clone)]
pub struct ApiCaller {
    /// The key.
    pub key: ApiKey,
    /// Seals what is kept for this caller alone. It comes from the key's secret part, which is not kept, so that nobody
    /// who has the database can open it.
    pub(super) seal: SealingKey,
}

impl fmt::Debug for ApiCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiCaller").field("key", &self.key.id).finish_non_exhaustive()
    }
}

/// A request that was not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiRefusal {
    /// No key in the request.
    Missing,
    /// Something that cannot be a key of this API, with what seems to have happened to it.
    Misshapen(&'static str),
    /// Well-formed, but it opens nothing: unknown, revoked or expired. Which of these is not said.
    Refused,
    /// The database does not answer.
    Unavailable,
}

impl ApiCaller {
    /// Whether the key includes this scope.
    #[must_use]
    pub fn may(&self, scope: ApiScope) -> bool {
        self.key.scope >= scope
    }

    /// Whether the key opens all tenants.
    #[must_use]
    pub fn is_global(&self) -> bool {
        self.key.tenant.is_none()
    }

    /// What stands in events and the log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::ApiKey(self.key.name.clone())
    }
}

impl Service {
    /// Lets a request of the REST API in, by the text after `Bearer`. The key is looked up each time, so that a
    /// revocation holds at once on every node.
    ///
    /// # Errors
    /// See [`ApiRefusal`].
    pub async fn authenticate_api(&self, text: Option<&str>) -> Result<ApiCaller, ApiRefusal> {
        let text = text.ok_or(ApiRefusal::Missing)?;
        let parsed = KeyText::parse(text).map_err(|error| match error.shape {
            TokenShape::NotOurs => ApiRefusal::Misshapen(
                "This is no API key of this service. Make one with `provost api-key create`; it begins with pvk_.",
            ),
            shape => ApiRefusal::Misshapen(shape.advice()),
        })?;
        let key = self.live_key(&parsed.digest).await?;
        let seal = SealingKey::new(hmac_sha256(text.as_bytes(), b"provost answers kept for an API key"));
        Ok(ApiCaller { key, seal })
    }

    /// Whether the key of a caller who was let in still opens: for answers that take their time, during which it may be
    /// revoked or expire.
    ///
    /// # Errors
    /// See [`ApiRefusal`].
    pub async fn api_still_open(&self, caller: &ApiCaller) -> Result<(), ApiRefusal> {
        self.live_key(&caller.key.digest).await.map(|_| ())
    }

    async fn live_key(&self, digest: &[u8; 32]) -> Result<ApiKey, ApiRefusal> {
        let unavailable = |error: store::StoreError| {
            tracing::error!(%error, "cannot look up an API key");
            ApiRefusal::Unavailable
        };
        let mut system = self.store.system(Purpose::Authenticate).await.map_err(unavailable)?;
        let found = system.api_key(digest).await.map_err(unavailable)?;
        drop(system);
        let now = self.clock.now();
        let key = found
            // The index found it by the digest's bytes; the comparison that decides takes the same time for all.
            .filter(|key| constant_time_eq(&key.digest, digest))
            .filter(|key| key.revoked.is_none() && key.expires.is_none_or(|end| end > now))
            .ok_or(ApiRefusal::Refused)?;
        self.key_uses.note(&key.id, now);
        Ok(key)
    }

    /// The only tenant that the caller's key opens; `None` for a key for all.
    ///
    /// # Errors
    /// `Forbidden` when that tenant is gone.
    pub async fn api_home(&self, caller: &ApiCaller) -> ServiceResult<Option<Tenant>> {
        let Some(own) = caller.key.tenant else { return Ok(None) };
        let mut read = self.store.read(&system_caller(own, ConnectionId(0))).await?;
        read.tenant().await?.map(Some).ok_or_else(elsewhere)
    }

    /// Sits the caller down at a tenant, or at one of its connections.
    ///
    /// # Errors
    /// `Forbidden`, the same whether the tenant exists or not, when the key opens another one; `NotFound` when there is
    /// no such tenant or connection.
    pub async fn api_operator(
        &self,
        caller: &ApiCaller,
        tenant: &str,
        connection: Option<&str>,
    ) -> ServiceResult<Operator> {
        let connection = connection.unwrap_or(DEFAULT);
        let found = self.operator(caller.actor(), tenant, connection).await;
        let Some(own) = caller.key.tenant else { return found };
        if let Ok(op) = &found {
            return if op.caller.tenant == own { found } else { Err(elsewhere()) };
        }
        // That the own tenant lacks a connection may be said; that another one exists may not.
        let at_home = self.operator(caller.actor(), tenant, DEFAULT).await;
        match at_home {
            Ok(op) if op.caller.tenant == own => found,
            Err(error) if matches!(error.code, Code::Unavailable | Code::Internal) => Err(error),
            _ => Err(elsewhere()),
        }
    }
}

fn elsewhere() -> ServiceError {
    ServiceError::new(Code::Forbidden, "the API key does not open this tenant")
        .hint("use a key of this tenant, or one for all tenants")
}
