//! `provost admin login-link`.

use base::{Secret, Timestamp, sha256};
use store::{LoginLink, Purpose};

use super::{LINK_LIFE, secret};
use crate::admin::check_label;
use crate::{Service, ServiceResult};

/// A link just made.
#[derive(Debug)]
pub struct LoginLinkMade {
    /// Its address. Shown once: only a digest is kept.
    pub url: Secret<String>,
    /// Until when it is good.
    pub expires: Timestamp,
}

impl Service {
    /// Makes a link that opens the console once, for ten minutes, to somebody of this name.
    ///
    /// # Errors
    /// `Invalid` for a name that is empty or too long.
    pub async fn login_link_create(&self, name: &str) -> ServiceResult<LoginLinkMade> {
        let now = self.clock.now();
        let secret = secret(self.entropy.as_ref());
        let link = LoginLink {
            digest: sha256(secret.as_bytes()),
            name: check_label("name of the operator", name)?,
            created: now,
            expires: now.plus(LINK_LIFE),
        };
        self.store.system(Purpose::Console).await?.put_login_link(&link).await?;
        let url = format!("{}/console/sign-in/{secret}", self.config.public_url);
        Ok(LoginLinkMade { url: Secret::new(url), expires: link.expires })
    }
}
