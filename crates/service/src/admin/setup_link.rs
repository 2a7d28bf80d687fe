//! `provost tenant setup-link`: what a customer's administrator gets to set a connection up.

use std::time::Duration;

use base::{Secret, mint_handle, sha256};
use store::{Action, Change, SetupLink};

use super::name::check_label;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// How long a link is good unless said otherwise.
const LIFE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Longest life.
const LONGEST: Duration = Duration::from_secs(90 * 24 * 3600);
/// Digits of a link's public id.
const ID_LEN: usize = 8;

/// A setup link to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewSetupLink {
    /// For whom; `setup` when `None`.
    pub name: Option<String>,
    /// How long it is good: a week when `None`, 90 days at most.
    pub expires: Option<Duration>,
}

/// A setup link just made.
#[derive(Debug)]
pub struct CreatedSetupLink {
    /// Its address. Shown once: only a digest is kept.
    pub url: Secret<String>,
    /// What is kept.
    pub link: SetupLink,
}

impl Service {
    /// Makes a setup link for the operator's connection.
    ///
    /// # Errors
    /// `Invalid` for a life of no length or of more than 90 days.
    pub async fn setup_link_create(
        &self,
        op: &Operator,
        new: &NewSetupLink,
    ) -> ServiceResult<CreatedSetupLink> {
        let now = self.clock.now();
        let name = check_label("name of the setup link", new.name.as_deref().unwrap_or("setup"))?;
        let life = new.expires.unwrap_or(LIFE);
        if life.is_zero() || life > LONGEST {
            return Err(ServiceError::new(Code::Invalid, "a setup link is good for up to 90 days"));
        }
        // Four handles are 240 random bits.
        let secret: String = (0..4).map(|_| mint_handle(self.entropy.as_ref())).collect();
        let mut id = mint_handle(self.entropy.as_ref());
        id.truncate(ID_LEN);
        let link = SetupLink {
            id,
            tenant: op.caller.tenant,
            connection: op.connection.id,
            name,
            digest: sha256(secret.as_bytes()),
            created: now,
            expires: now.plus(life),
            revoked: None,
            opened: None,
        };
        let entry = op.entry(Action::Administer, now, &link.name, "setup_link_created");
        let put = Change::PutSetupLink(Box::new(link.clone()));
        self.administer(op, None, vec![put], None, entry).await?;
        Ok(CreatedSetupLink { url: Secret::new(format!("{}/setup/{secret}", self.config.public_url)), link })
    }

    /// The connection's setup links, by creation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn setup_links(&self, op: &Operator) -> ServiceResult<Vec<SetupLink>> {
        let mut read = self.store.read(&op.caller).await?;
        let all = read.setup_links().await?;
        Ok(all.into_iter().filter(|link| link.connection == op.connection.id).collect())
    }

    /// Revokes a setup link by its id. One that is revoked already stays as it is.
    ///
    /// # Errors
    /// `NotFound` when the connection has no such link.
    pub async fn setup_link_revoke(&self, op: &Operator, id: &str) -> ServiceResult<SetupLink> {
        let links = self.setup_links(op).await?;
        let Some(mut link) = links.into_iter().find(|link| link.id == id) else {
            return Err(ServiceError::new(
                Code::NotFound,
                format!("connection \"{}\" has no setup link \"{id}\"", op.connection.name),
            ));
        };
        if link.revoked.is_none() {
            let now = self.clock.now();
            link.revoked = Some(now);
            let entry = op.entry(Action::Administer, now, &link.name, "setup_link_revoked");
            let put = Change::PutSetupLink(Box::new(link.clone()));
            self.administer(op, None, vec![put], None, entry).await?;
        }
        Ok(link)
    }
}
