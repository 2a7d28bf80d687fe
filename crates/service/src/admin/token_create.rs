//! `provost token create`.

use std::time::Duration;

use base::{AccessToken, Secret, Timestamp, mint_handle};
use serde_json::{Value, json};
use store::{Action, Change, EventKind, Grant, Scope, Token};

use super::name::check_label;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Digits of a token's public id.
const ID_LEN: usize = 8;

/// What a token may be used for, as an operator says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TokenScope {
    /// Users and groups.
    #[default]
    UsersAndGroups,
    /// Users alone: groups look switched off (ruling 6).
    Users,
    /// Reading only.
    Read,
}

impl TokenScope {
    /// What it grants.
    #[must_use]
    pub const fn grant(self) -> Grant {
        match self {
            Self::UsersAndGroups => Grant::FULL,
            Self::Users => Grant { scope: Scope::Users, write: true },
            Self::Read => Grant { scope: Scope::UsersAndGroups, write: false },
        }
    }
}

impl std::str::FromStr for TokenScope {
    type Err = ServiceError;

    fn from_str(text: &str) -> ServiceResult<Self> {
        match text {
            "users,groups" | "groups,users" => Ok(Self::UsersAndGroups),
            "users" => Ok(Self::Users),
            "read" => Ok(Self::Read),
            other => Err(ServiceError::new(Code::Invalid, format!("there is no scope \"{other}\""))
                .hint("the scopes are users,groups (the default), users and read")),
        }
    }
}

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewToken {
    /// The operator's name for it; `token`, `token-2` … when `None`.
    pub name: Option<String>,
    /// What it may do.
    pub scope: TokenScope,
    /// How long it is good; for ever when `None`, which is best: an expired token quarantines the provider's job.
    pub expires: Option<Duration>,
}

/// A token just made.
#[derive(Debug)]
pub struct CreatedToken {
    /// Its text. Shown once: only a digest is kept.
    pub secret: Secret<String>,
    /// What is kept.
    pub token: Token,
}

impl Service {
    /// Makes an access token for the operator's connection: Entra's *Secret Token* (design §2).
    ///
    /// # Errors
    /// `Invalid` for an empty name or a life of no length, `Conflict` when a live token has the name.
    pub async fn token_create(&self, op: &Operator, new: &NewToken) -> ServiceResult<CreatedToken> {
        let now = self.clock.now();
        let existing = self.tokens(op).await?;
        let taken = |name: &str| existing.iter().any(|t| t.revoked.is_none() && t.name == name);
        let name = match &new.name {
            Some(name) => check_label("token name", name)?,
            None => free_name(taken),
        };
        if taken(&name) {
            return Err(ServiceError::new(
                Code::Conflict,
                format!("a token named \"{name}\" exists already"),
            )
            .hint("rotate it with `provost token rotate`, or choose another name"));
        }
        let expires = match new.expires {
            Some(Duration::ZERO) => {
                return Err(ServiceError::new(Code::Invalid, "a token cannot expire at once"));
            }
            Some(life) => Some(now.plus(life)),
            None => None,
        };
        let created = self.mint(op, &name, new.scope.grant(), expires, now);
        let data = token_data(op, &created.token);
        self.administer(
            op,
            None,
            vec![Change::PutToken(Box::new(created.token.clone()))],
            Some(op.event(self, EventKind::TokenCreated, now, &data)),
            op.entry(Action::Administer, now, &name, "token_created"),
        )
        .await?;
        Ok(created)
    }

    /// The connection's tokens, by creation, revoked ones included.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tokens(&self, op: &Operator) -> ServiceResult<Vec<Token>> {
        let mut tx = self.store.read(&op.caller).await?;
        let all = tx.tokens().await?;
        Ok(all.into_iter().filter(|t| t.connection == op.connection.id).collect())
    }

    /// A new token of the connection, not yet stored.
    pub(super) fn mint(
        &self,
        op: &Operator,
        name: &str,
        grant: Grant,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> CreatedToken {
        let minted = AccessToken::mint(&op.connection.handle, self.entropy.as_ref());
        let mut id = mint_handle(self.entropy.as_ref());
        id.truncate(ID_LEN);
        let token = Token {
            id,
            tenant: op.caller.tenant,
            connection: op.connection.id,
            name: name.to_owned(),
            grant,
            digest: minted.digest(),
            created: now,
            expires,
            revoked: None,
            last_used: None,
        };
        CreatedToken { secret: minted.into_secret(), token }
    }
}

/// What an event tells about a token: nothing that opens anything.
pub(super) fn token_data(op: &Operator, token: &Token) -> Value {
    json!({
        "connection": op.connection.name,
        "token": {
            "id": token.id,
            "name": token.name,
            "expires": token.expires.map(|at| at.to_string()),
        },
    })
}

fn free_name(taken: impl Fn(&str) -> bool) -> String {
    let mut name = "token".to_owned();
    let mut count = 1_u32;
    while taken(&name) {
        count += 1;
        name = format!("token-{count}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_without_a_name_gets_the_first_free_one() {
        assert_eq!(free_name(|_| false), "token");
        assert_eq!(free_name(|n| ["token", "token-2"].contains(&n)), "token-3");
    }

    #[test]
    fn scopes_are_three_words() {
        assert_eq!("users,groups".parse::<TokenScope>().unwrap().grant(), Grant::FULL);
        assert!(!"read".parse::<TokenScope>().unwrap().grant().write);
        assert_eq!("users".parse::<TokenScope>().unwrap().grant().scope, Scope::Users);
        assert!("write".parse::<TokenScope>().unwrap_err().hint.is_some());
    }
}
