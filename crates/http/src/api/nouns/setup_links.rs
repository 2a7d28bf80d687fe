//! `/api/v1/tenants/{tenant}/connections/{connection}/setup-links`.

use serde::{Deserialize, Serialize};
use service::NewSetupLink;
use service::noun::SetupLink;
use utoipa::ToSchema;

use super::tokens::span;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::page;
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let all = "/api/v1/tenants/{tenant}/connections/{connection}/setup-links";
    vec![
        Endpoint::get(all, "listSetupLinks", run!(index))
            .about("List setup links", "By creation, revoked and expired ones included; never the links themselves.")
            .answer::<SetupLinkPage>(200, "The links"),
        Endpoint::post(all, "createSetupLink", run!(create))
            .about(
                "Create a setup link",
                "For the customer's administrator: it shows the set-up of this connection alone. `url` is shown only in \
                 this answer.",
            )
            .admin()
            .body::<SetupLinkCreate>()
            .optional()
            .answer::<SetupLinkCreated>(201, "The link"),
        Endpoint::delete(
            "/api/v1/tenants/{tenant}/connections/{connection}/setup-links/{id}",
            "revokeSetupLink",
            run!(revoke),
        )
        .about("Revoke a setup link", "It is refused from now on and stays in the list.")
        .admin()
        .empty("It is revoked"),
    ]
}

/// A setup link, without its address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SetupLink)]
struct SetupLinkView {
    /// Short public id.
    id: String,
    /// For whom.
    name: String,
    /// Since when.
    #[schema(format = DateTime)]
    created: String,
    /// Until when.
    #[schema(format = DateTime)]
    expires: String,
    /// When it was revoked.
    #[schema(format = DateTime, required)]
    revoked: Option<String>,
    /// When it was first opened.
    #[schema(format = DateTime, required)]
    opened: Option<String>,
}

page!(
    /// The links.
    SetupLinkPage of SetupLinkView
);

/// A setup link to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct SetupLinkCreate {
    /// For whom; `setup` unless said.
    name: Option<String>,
    /// Seconds until it expires; a week unless said.
    #[schema(minimum = 1, maximum = 7776000)]
    expires_in_seconds: Option<u64>,
}

/// A setup link just made.
#[derive(Debug, Serialize, ToSchema)]
struct SetupLinkCreated {
    /// Its address. It is shown only now.
    url: String,
    /// What is kept.
    link: SetupLinkView,
}

impl SetupLinkView {
    fn of(link: &SetupLink) -> Self {
        Self {
            id: link.id.clone(),
            name: link.name.clone(),
            created: link.created.to_string(),
            expires: link.expires.to_string(),
            revoked: link.revoked.map(|at| at.to_string()),
            opened: link.opened.map(|at| at.to_string()),
        }
    }
}

async fn index(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let links = call.service().setup_links(&op).await?;
    Reply::json(&SetupLinkPage { items: links.iter().map(SetupLinkView::of).collect(), next: None })
}

async fn create(call: Call) -> Outcome<Reply> {
    let body: SetupLinkCreate = call.json_or_default()?;
    let op = call.operator().await?;
    let expires = body.expires_in_seconds.map(|s| span(s, "expiresInSeconds")).transpose()?;
    let made = call.service().setup_link_create(&op, &NewSetupLink { name: body.name, expires }).await?;
    let url = made.url.expose().clone();
    Ok(Reply::created(&SetupLinkCreated { url, link: SetupLinkView::of(&made.link) })?
        .header("cache-control", "no-store"))
}

async fn revoke(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    call.service().setup_link_revoke(&op, call.param("id")).await?;
    Ok(Reply::empty())
}
