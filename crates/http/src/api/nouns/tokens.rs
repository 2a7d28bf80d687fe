//! `/api/v1/tenants/{tenant}/connections/{connection}/tokens`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use service::noun::Token;
use service::{CreatedToken, NewToken, TokenScope};
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::page;
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let all = "/api/v1/tenants/{tenant}/connections/{connection}/tokens";
    let one = "/api/v1/tenants/{tenant}/connections/{connection}/tokens/{token}";
    let rotate = "/api/v1/tenants/{tenant}/connections/{connection}/tokens/{token}/rotate";
    vec![
        Endpoint::get(all, "listTokens", run!(index))
            .about("List access tokens", "By creation, revoked ones included; never the tokens themselves.")
            .answer::<TokenPage>(200, "The tokens"),
        Endpoint::post(all, "createToken", run!(create))
            .about("Create an access token", "Entra's *Secret Token*. `secret` is shown only in this answer.")
            .admin()
            .body::<TokenCreate>()
            .optional()
            .answer::<TokenCreated>(201, "The token"),
        Endpoint::post(rotate, "rotateToken", run!(turn))
            .about(
                "Rotate an access token",
                "A new token of the same name and grant; the old one goes on for `overlapSeconds`.",
            )
            .admin()
            .body::<TokenRotate>()
            .optional()
            .answer::<TokenCreated>(201, "The new token"),
        Endpoint::delete(one, "revokeToken", run!(revoke))
            .about("Revoke an access token", "It is refused from now on and stays in the list.")
            .admin()
            .empty("It is revoked"),
    ]
}

/// Longest life and overlap: ten years.
pub(super) const LONGEST: u64 = 10 * 365 * 24 * 3600;

/// An access token, without its text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Token)]
struct TokenView {
    /// Short public id.
    id: String,
    /// The operator's name for it.
    name: String,
    /// What it may be used for.
    scope: TokenScopeName,
    /// Since when.
    #[schema(format = DateTime)]
    created: String,
    /// Until when, if ever.
    #[schema(format = DateTime, required)]
    expires: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime, required)]
    revoked: Option<String>,
    /// Last seen, to the minute.
    #[schema(format = DateTime, required)]
    last_used: Option<String>,
}

/// A token just made.
#[derive(Debug, Serialize, ToSchema)]
struct TokenCreated {
    /// The token's text. It is shown only now.
    secret: String,
    /// What is kept.
    token: TokenView,
}

page!(
    /// The tokens.
    TokenPage of TokenView
);

/// What an access token may be used for.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = TokenScope)]
enum TokenScopeName {
    #[default]
    #[serde(rename = "users,groups")]
    UsersAndGroups,
    #[serde(rename = "users")]
    Users,
    #[serde(rename = "read")]
    Read,
}

/// A token to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct TokenCreate {
    /// The operator's name for it; `token`, `token-2` … unless said.
    name: Option<String>,
    /// What it may be used for.
    scope: TokenScopeName,
    /// Seconds until it expires. Best left out: an expired token quarantines the provider's job.
    #[schema(minimum = 1, maximum = 315360000)]
    expires_in_seconds: Option<u64>,
}

/// How to rotate.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct TokenRotate {
    /// How many seconds the old token goes on; 0 revokes it at once.
    #[schema(maximum = 315360000)]
    overlap_seconds: u64,
}

impl TokenView {
    fn of(token: &Token) -> Self {
        Self {
            id: token.id.clone(),
            name: token.name.clone(),
            scope: match (token.grant == TokenScope::Users.grant(), token.grant.write) {
                (true, _) => TokenScopeName::Users,
                (false, true) => TokenScopeName::UsersAndGroups,
                (false, false) => TokenScopeName::Read,
            },
            created: token.created.to_string(),
            expires: token.expires.map(|at| at.to_string()),
            revoked: token.revoked.map(|at| at.to_string()),
            last_used: token.last_used.map(|at| at.to_string()),
        }
    }
}

/// A span that is no longer than ten years.
pub(super) fn span(seconds: u64, member: &str) -> Outcome<Duration> {
    if seconds > LONGEST {
        let detail = format!("{member} is {seconds}; at most {LONGEST} are possible.");
        return Err(Problem::new(Code::InvalidBody, detail).at(format!("/{member}"), "too long"));
    }
    Ok(Duration::from_secs(seconds))
}

fn made(created: &CreatedToken) -> Outcome<Reply> {
    let secret = created.secret.expose().clone();
    Ok(Reply::created(&TokenCreated { secret, token: TokenView::of(&created.token) })?
        .header("cache-control", "no-store"))
}

async fn index(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let tokens = call.service().tokens(&op).await?;
    Reply::json(&TokenPage { items: tokens.iter().map(TokenView::of).collect(), next: None })
}

async fn create(call: Call) -> Outcome<Reply> {
    let body: TokenCreate = call.json_or_default()?;
    let op = call.operator().await?;
    let scope = match body.scope {
        TokenScopeName::UsersAndGroups => TokenScope::UsersAndGroups,
        TokenScopeName::Users => TokenScope::Users,
        TokenScopeName::Read => TokenScope::Read,
    };
    let expires = body.expires_in_seconds.map(|s| span(s, "expiresInSeconds")).transpose()?;
    made(&call.service().token_create(&op, &NewToken { name: body.name, scope, expires }).await?)
}

async fn turn(call: Call) -> Outcome<Reply> {
    let body: TokenRotate = call.json_or_default()?;
    let op = call.operator().await?;
    let overlap = span(body.overlap_seconds, "overlapSeconds")?;
    made(&call.service().token_rotate(&op, call.param("token"), overlap).await?)
}

async fn revoke(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    call.service().token_revoke(&op, call.param("token")).await?;
    Ok(Reply::empty())
}
