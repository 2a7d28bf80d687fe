//! `provost api-key create` and `revoke`.

use std::time::Duration;

use base::{ApiKey as KeyText, Secret, mint_handle};
use store::{Action, ApiKey, ApiScope, Purpose, WriteTx};

use crate::admin::check_label;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// An API key to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The operator's name for it: it stands in events and the log.
    pub name: String,
    /// What it may do.
    pub scope: ApiScope,
    /// How long it is good; for ever when `None`.
    pub expires: Option<Duration>,
}

/// An API key just made.
#[derive(Debug)]
pub struct CreatedKey {
    /// Its text. Shown once: only a digest is kept.
    pub secret: Secret<String>,
    /// What is kept.
    pub key: ApiKey,
}

impl Service {
    /// Makes an API key for one tenant, or with `None` for all.
    ///
    /// # Errors
    /// `Invalid` for an empty name or a life of no length, `Conflict` when a live key for the same tenants has the name.
    pub async fn api_key_create(&self, op: Option<&Operator>, new: &NewKey) -> ServiceResult<CreatedKey> {
        let now = self.clock.now();
        let name = check_label("name of the API key", &new.name)?;
        let tenant = op.map(|op| op.caller.tenant);
        if new.expires.is_some_and(|life| life.is_zero()) {
            return Err(ServiceError::new(Code::Invalid, "an API key cannot expire at once"));
        }
        let mut system = self.store.system(Purpose::ApiKeys).await?;
        let taken = |key: &ApiKey| key.tenant == tenant && key.name == name && key.revoked.is_none();
        if system.api_keys().await?.iter().any(taken) {
            return Err(ServiceError::new(
                Code::Conflict,
                format!("an API key named \"{name}\" exists already"),
            )
            .hint("revoke it first, or choose another name"));
        }
        let minted = KeyText::mint(&mint_handle(self.entropy.as_ref()), self.entropy.as_ref());
        let key = ApiKey {
            id: minted.handle().to_owned(),
            tenant,
            name,
            scope: new.scope,
            digest: minted.digest(),
            created: now,
            expires: new.expires.map(|life| now.plus(life)),
            revoked: None,
            last_used: None,
        };
        system.put_api_key(&key).await?;
        drop(system);
        self.note_key(op, &key, "api_key_created").await?;
        Ok(CreatedKey { secret: minted.into_secret(), key })
    }

    /// Revokes an API key by its id, or by its name when only one live key has it. With an operator, only among the
    /// keys of that tenant. It is refused from now on, on every node.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Conflict` when several have the name.
    pub async fn api_key_revoke(&self, op: Option<&Operator>, which: &str) -> ServiceResult<ApiKey> {
        let mut system = self.store.system(Purpose::ApiKeys).await?;
        let own = |key: &ApiKey| op.is_none_or(|op| key.tenant == Some(op.caller.tenant));
        let keys: Vec<_> = system.api_keys().await?.into_iter().filter(own).collect();
        let mut key = pick(keys, which)?;
        if key.revoked.is_some() {
            return Ok(key);
        }
        key.revoked = Some(self.clock.now());
        system.put_api_key(&key).await?;
        drop(system);
        self.note_key(op, &key, "api_key_revoked").await?;
        Ok(key)
    }

    /// What concerns one tenant stands in its log.
    async fn note_key(&self, op: Option<&Operator>, key: &ApiKey, code: &str) -> ServiceResult<()> {
        let Some(op) = op else { return Ok(()) };
        let mut tx = WriteTx::new(op.caller.clone());
        tx.log.push(op.entry(Action::Administer, self.clock.now(), &key.name, code));
        self.store.commit(tx).await?;
        Ok(())
    }
}

fn pick(keys: Vec<ApiKey>, which: &str) -> ServiceResult<ApiKey> {
    if let Some(key) = keys.iter().find(|key| key.id == which) {
        return Ok(key.clone());
    }
    let named: Vec<_> = keys.into_iter().filter(|k| k.revoked.is_none() && k.name == which).collect();
    match named.as_slice() {
        [] => Err(ServiceError::new(Code::NotFound, format!("there is no API key \"{which}\""))
            .hint("`provost api-key list` shows them")),
        [key] => Ok(key.clone()),
        several => {
            let ids: Vec<_> = several.iter().map(|k| k.id.as_str()).collect();
            Err(ServiceError::new(Code::Conflict, format!("several API keys are named \"{which}\""))
                .hint(format!("say which by its id: {}", ids.join(" or "))))
        }
    }
}
