//! `/api/v1/api-keys`.

use serde::{Deserialize, Serialize};
use service::noun::{ApiKey, ApiScope};
use service::{NewKey, Operator};
use utoipa::ToSchema;

use super::tokens::span;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::page;
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/api-keys", "listApiKeys", run!(index))
            .about(
                "List API keys",
                "By creation, revoked ones included; never the keys themselves. A key for one tenant sees that one's.",
            )
            .admin()
            .answer::<ApiKeyPage>(200, "The keys"),
        Endpoint::post("/api/v1/api-keys", "createApiKey", run!(create))
            .about(
                "Create an API key",
                "For one tenant, or without `tenant` for all; a key for one tenant makes only keys for that one. `secret` \
                 is shown only in this answer.",
            )
            .admin()
            .body::<ApiKeyCreate>()
            .answer::<ApiKeyCreated>(201, "The key"),
        Endpoint::delete("/api/v1/api-keys/{key}", "revokeApiKey", run!(revoke))
            .about("Revoke an API key", "By its id. It is refused from now on and stays in the list.")
            .admin()
            .empty("It is revoked"),
    ]
}

/// What an API key may do; each scope includes the ones before it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ApiScope)]
enum ScopeName {
    Read,
    Write,
    Admin,
}

/// An API key, without its text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKey)]
struct ApiKeyView {
    /// The public handle in its text.
    id: String,
    /// The operator's name for it.
    name: String,
    /// The only tenant it opens; `null` for all.
    #[schema(required)]
    tenant: Option<String>,
    /// What it may do.
    scope: ScopeName,
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

page!(
    /// The keys.
    ApiKeyPage of ApiKeyView
);

/// An API key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApiKeyCreate {
    /// The operator's name for it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it may do.
    scope: ScopeName,
    /// The only tenant it opens.
    tenant: Option<String>,
    /// Seconds until it expires.
    #[schema(minimum = 1, maximum = 315360000)]
    expires_in_seconds: Option<u64>,
}

/// An API key just made.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKeyCreated {
    /// The key's text. It is shown only now.
    secret: String,
    /// What is kept.
    key: ApiKeyView,
}

impl ApiKeyView {
    fn of(key: &ApiKey, tenant: Option<String>) -> Self {
        Self {
            id: key.id.clone(),
            name: key.name.clone(),
            tenant,
            scope: match key.scope {
                ApiScope::Read => ScopeName::Read,
                ApiScope::Write => ScopeName::Write,
                ApiScope::Admin => ScopeName::Admin,
            },
            created: key.created.to_string(),
            expires: key.expires.map(|at| at.to_string()),
            revoked: key.revoked.map(|at| at.to_string()),
            last_used: key.last_used.map(|at| at.to_string()),
        }
    }
}

/// The tenant that the caller is bound to, or the one that is named.
async fn scope_of(call: &Call, named: Option<&str>) -> Outcome<Option<Operator>> {
    let service = call.service();
    let tenant = match (service.api_home(&call.caller).await?, named) {
        (None, None) => return Ok(None),
        (Some(_), None) => {
            return Err(Problem::new(
                Code::Forbidden,
                "A key for all tenants can be made only by one that is.",
            )
            .hint("name the tenant"));
        }
        (_, Some(named)) => named.to_owned(),
    };
    Ok(Some(service.api_operator(&call.caller, &tenant, None).await?))
}

/// The tenant that the caller is bound to.
async fn home(call: &Call) -> Outcome<Option<Operator>> {
    let service = call.service();
    match service.api_home(&call.caller).await? {
        Some(own) => Ok(Some(service.api_operator(&call.caller, &own.name, None).await?)),
        None => Ok(None),
    }
}

async fn index(call: Call) -> Outcome<Reply> {
    let rows = call.service().api_keys(home(&call).await?.as_ref()).await?;
    let items = rows.into_iter().map(|row| ApiKeyView::of(&row.key, row.tenant)).collect();
    Reply::json(&ApiKeyPage { items, next: None })
}

async fn create(call: Call) -> Outcome<Reply> {
    let body: ApiKeyCreate = call.json()?;
    let op = scope_of(&call, body.tenant.as_deref()).await?;
    let scope = match body.scope {
        ScopeName::Read => ApiScope::Read,
        ScopeName::Write => ApiScope::Write,
        ScopeName::Admin => ApiScope::Admin,
    };
    let expires = body.expires_in_seconds.map(|s| span(s, "expiresInSeconds")).transpose()?;
    let made =
        call.service().api_key_create(op.as_ref(), &NewKey { name: body.name, scope, expires }).await?;
    let secret = made.secret.expose().clone();
    let key = ApiKeyView::of(&made.key, op.map(|op| op.tenant.tenant.name.clone()));
    Ok(Reply::created(&ApiKeyCreated { secret, key })?.header("cache-control", "no-store"))
}

async fn revoke(call: Call) -> Outcome<Reply> {
    call.service().api_key_revoke(home(&call).await?.as_ref(), call.param("key")).await?;
    Ok(Reply::empty())
}
