//! The Secret Token that is made on the page.

use store::ConnectionKind;

use super::SetupVisit;
use crate::{Code, CreatedToken, NewToken, Service, ServiceError, ServiceResult, TokenScope};

/// Most live tokens of a connection that a setup link may lead to.
const MOST: usize = 20;

impl Service {
    /// Makes a token of the link's connection, upon a person's click (ruling 18).
    ///
    /// # Errors
    /// `Conflict` when the connection has too many live tokens already.
    pub async fn setup_token(&self, visit: &SetupVisit) -> ServiceResult<CreatedToken> {
        let now = self.clock.now();
        let tokens = self.tokens(&visit.op).await?;
        let live =
            tokens.iter().filter(|t| t.revoked.is_none() && t.expires.is_none_or(|at| at > now)).count();
        if live >= MOST {
            return Err(ServiceError::new(
                Code::Conflict,
                format!("this connection has {live} tokens already"),
            )
            .hint("have the operator revoke those that are not used"));
        }
        let stem = match visit.op.connection.kind {
            ConnectionKind::Entra => "entra",
            ConnectionKind::Okta => "okta",
            ConnectionKind::Google => "google",
            ConnectionKind::Generic => "setup",
        };
        let taken = |name: &str| tokens.iter().any(|t| t.revoked.is_none() && t.name == name);
        let name = (1..)
            .map(|n| if n == 1 { stem.to_owned() } else { format!("{stem}-{n}") })
            .find(|name| !taken(name));
        self.token_create(&visit.op, &NewToken { name, scope: TokenScope::UsersAndGroups, expires: None })
            .await
    }
}
