//! `provost token rotate` and `revoke`.

use std::time::Duration;

use base::Timestamp;
use store::{Action, Change, EventKind, Token};

use super::CreatedToken;
use super::token_create::token_data;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

impl Service {
    /// Makes a new token in the place of one, of the same name, grant and length of life. The old one goes on for
    /// `overlap` (none: it is revoked at once), so that the provider is never without one that works (S-AUTH-03).
    ///
    /// `which` is the token's id or name.
    ///
    /// # Errors
    /// `NotFound` when the connection has no such live token, `Conflict` when it was rotated already: the end of its overlap is
    /// no life for another one.
    pub async fn token_rotate(
        &self,
        op: &Operator,
        which: &str,
        overlap: Duration,
    ) -> ServiceResult<CreatedToken> {
        let now = self.clock.now();
        let tokens = self.tokens(op).await?;
        let mut old = newest(&tokens, which).ok_or_else(|| none_such(op, which, &tokens))?.clone();
        if let Some(heir) = heir(&tokens, &old) {
            let message = format!("token \"{}\" ({}) was rotated already", old.name, old.id);
            return Err(ServiceError::new(Code::Conflict, message)
                .hint(format!("{} has taken its place: rotate that one, or revoke it first", heir.id)));
        }
        let life = old.expires.map(|end| end.since(old.created));
        let created = self.mint(op, &old.name, old.grant, life.map(|life| now.plus(life)), now);
        if overlap.is_zero() {
            old.revoked = Some(now);
        } else {
            let end = now.plus(overlap);
            old.expires = Some(old.expires.map_or(end, |own| own.min(end)));
        }
        let mut data = token_data(op, &created.token);
        data["replaces"] = token_data(op, &old)["token"].take();
        let changes =
            vec![Change::PutToken(Box::new(old)), Change::PutToken(Box::new(created.token.clone()))];
        self.administer(
            op,
            None,
            changes,
            Some(op.event(self, EventKind::TokenRotated, now, &data)),
            op.entry(Action::Administer, now, &created.token.name, "token_rotated"),
        )
        .await?;
        Ok(created)
    }

    /// Revokes a token, by id or name. It is refused at once by this process, and by others within twice
    /// [`crate::Config::cache_age`]. One that is revoked already stays as it is.
    ///
    /// # Errors
    /// `NotFound` when the connection has no such token, `Conflict` when several live ones have the name (while one
    /// is being rotated).
    pub async fn token_revoke(&self, op: &Operator, which: &str) -> ServiceResult<Token> {
        let now = self.clock.now();
        let tokens = self.tokens(op).await?;
        let mut token = one(&tokens, which, now)?.ok_or_else(|| none_such(op, which, &tokens))?.clone();
        if token.revoked.is_some() {
            return Ok(token);
        }
        token.revoked = Some(now);
        let data = token_data(op, &token);
        self.administer(
            op,
            None,
            vec![Change::PutToken(Box::new(token.clone()))],
            Some(op.event(self, EventKind::TokenRevoked, now, &data)),
            op.entry(Action::Administer, now, &token.name, "token_revoked"),
        )
        .await?;
        Ok(token)
    }
}

/// The token that is meant for rotation: by id, else the newest unrevoked one of the name.
fn newest<'a>(tokens: &'a [Token], which: &str) -> Option<&'a Token> {
    let live = || tokens.iter().filter(|t| t.revoked.is_none());
    live().find(|t| t.id == which).or_else(|| live().filter(|t| t.name == which).max_by_key(|t| t.created))
}

/// The token that took this one's place, and is not revoked: nothing else has the name.
fn heir<'a>(tokens: &'a [Token], old: &Token) -> Option<&'a Token> {
    tokens.iter().find(|t| t.revoked.is_none() && t.name == old.name && t.created > old.created)
}

/// The token that is meant for revocation: by id, else the only one of the name that still works, else any.
fn one<'a>(tokens: &'a [Token], which: &str, now: Timestamp) -> ServiceResult<Option<&'a Token>> {
    if let Some(token) = tokens.iter().find(|t| t.id == which) {
        return Ok(Some(token));
    }
    let named: Vec<_> = tokens.iter().filter(|t| t.name == which).collect();
    let works = |t: &&&Token| t.revoked.is_none() && t.expires.is_none_or(|at| at > now);
    let live: Vec<_> = named.iter().filter(works).collect();
    match live.as_slice() {
        [] => Ok(named.last().copied()),
        [token] => Ok(Some(token)),
        several => {
            let ids: Vec<_> = several.iter().map(|t| t.id.as_str()).collect();
            Err(ServiceError::new(Code::Conflict, format!("several tokens are named \"{which}\""))
                .hint(format!("say which by its id: {}", ids.join(" or "))))
        }
    }
}

fn none_such(op: &Operator, which: &str, tokens: &[Token]) -> ServiceError {
    let mut names: Vec<_> = tokens.iter().filter(|t| t.revoked.is_none()).map(|t| t.name.as_str()).collect();
    names.dedup();
    let error = ServiceError::new(
        Code::NotFound,
        format!("connection \"{}\" has no token \"{which}\"", op.connection.name),
    );
    if names.is_empty() {
        error.hint("it has no live token; make one with `provost token create`")
    } else {
        error.hint(format!("its tokens are: {}", names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use store::{ConnectionId, Grant, TenantId};

    use super::*;

    fn token(id: &str, name: &str, created: i64, revoked: bool) -> Token {
        Token {
            id: id.into(),
            tenant: TenantId(1),
            connection: ConnectionId(1),
            name: name.into(),
            grant: Grant::FULL,
            digest: [0; 32],
            created: Timestamp::from_micros(created),
            expires: None,
            revoked: revoked.then_some(Timestamp::EPOCH),
            last_used: None,
        }
    }

    #[test]
    fn rotation_takes_the_newest_live_token_of_a_name() {
        let tokens = [token("a", "x", 1, false), token("b", "x", 2, false), token("c", "x", 3, true)];
        assert_eq!(newest(&tokens, "x").map(|t| t.id.as_str()), Some("b"));
        assert_eq!(newest(&tokens, "a").map(|t| t.id.as_str()), Some("a"));
        assert_eq!(newest(&tokens, "c"), None);
    }

    #[test]
    fn revocation_asks_when_a_name_stands_for_several() {
        let now = Timestamp::from_micros(10);
        let mut tokens = [token("a", "x", 1, false), token("b", "x", 2, false)];
        let error = one(&tokens, "x", now).unwrap_err();
        assert_eq!(error.hint.as_deref(), Some("say which by its id: a or b"));
        tokens[0].expires = Some(now);
        assert_eq!(one(&tokens, "x", now).unwrap().map(|t| t.id.as_str()), Some("b"));
        assert_eq!(one(&tokens, "y", now).unwrap(), None);
    }
}
