//! `/api/v1/tenants`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::noun::Tenant;
use service::{NewTenant, TenantChange, TenantSummary};
use utoipa::ToSchema;

use super::connection::ConnectionView;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::{PageQuery, page, size};
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = "/api/v1/tenants/{tenant}";
    vec![
        Endpoint::get("/api/v1/tenants", "listTenants", run!(index))
            .about("List tenants", "By name. A key for one tenant sees that one.")
            .query::<PageQuery>()
            .answer::<TenantPage>(200, "A page of tenants"),
        Endpoint::post("/api/v1/tenants", "createTenant", run!(create))
            .about("Create a tenant", "It gets a connection `default`.")
            .admin()
            .global()
            .body::<TenantCreate>()
            .answer::<TenantView>(201, "The tenant")
            .tagged(),
        Endpoint::get(one, "getTenant", run!(show))
            .about("Show a tenant", "With its figures and connections.")
            .answer::<TenantView>(200, "The tenant")
            .tagged(),
        Endpoint::patch(one, "updateTenant", run!(update))
            .about("Change a tenant", "Settings are laid over what is there; `null` removes one.")
            .admin()
            .conditional()
            .body::<TenantUpdate>()
            .answer::<TenantView>(200, "The tenant")
            .tagged(),
        Endpoint::delete(one, "deleteTenant", run!(remove))
            .about(
                "Delete a tenant",
                "With everything of it, for ever: learners, groups, tokens, events, log. Export it first.",
            )
            .admin()
            .global()
            .empty("It is gone"),
    ]
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tenant)]
struct TenantView {
    /// Name in paths and commands.
    name: String,
    /// For people.
    display_name: String,
    /// Since when.
    #[schema(format = DateTime)]
    created: String,
    /// Counts changes of settings, connections and schemas; the ETag.
    revision: i64,
    /// The operator's settings.
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// Live learners, inactive ones included.
    learners: u64,
    /// Inactive learners.
    inactive: u64,
    /// Live groups.
    groups: u64,
    /// Its connections.
    connections: Vec<ConnectionView>,
}

page!(
    /// A page of tenants.
    TenantPage of TenantView
);

/// A tenant to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TenantCreate {
    /// Name in paths and commands.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    name: String,
    /// For people; the name unless said.
    display_name: Option<String>,
    /// Dialect of the default connection: `entra` (unless said), `okta`, `strict`.
    dialect: Option<String>,
    /// Whether the default connection synchronises groups.
    #[serde(default = "super::yes")]
    #[schema(default = true)]
    groups: bool,
}

/// What to change about a tenant.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TenantUpdate {
    /// For people.
    display_name: Option<String>,
    /// Settings to lay over what is there.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
}

impl TenantView {
    fn of(summary: TenantSummary) -> Self {
        let revision = summary.tenant.revision;
        Self {
            settings: own_settings(&summary.tenant),
            name: summary.tenant.name,
            display_name: summary.tenant.display_name,
            created: summary.tenant.created.to_string(),
            revision,
            learners: summary.learners,
            inactive: summary.inactive,
            groups: summary.groups,
            connections: summary.connections.into_iter().map(|c| ConnectionView::of(c, revision)).collect(),
        }
    }
}

/// The settings without those that Provost keeps for itself.
fn own_settings(tenant: &Tenant) -> Map<String, Value> {
    let all = tenant.settings.as_object().into_iter().flatten();
    all.filter(|(name, _)| !name.starts_with('_'))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

async fn index(call: Call) -> Outcome<Reply> {
    let query: PageQuery = call.query()?;
    let limit = size(query.limit)?;
    if let Some(own) = call.service().api_home(&call.caller).await? {
        let op = call.service().api_operator(&call.caller, &own.name, None).await?;
        let items = vec![TenantView::of(call.service().tenant_show(&op).await?)];
        return Reply::json(&TenantPage { items, next: None });
    }
    let found = call.service().tenants(query.cursor.as_deref(), limit).await?;
    let full = found.len() == limit as usize;
    let next = found.last().filter(|_| full).map(|last| last.tenant.name.clone());
    Reply::json(&TenantPage { items: found.into_iter().map(TenantView::of).collect(), next })
}

async fn create(call: Call) -> Outcome<Reply> {
    let body: TenantCreate = call.json()?;
    let new = NewTenant {
        name: body.name.clone(),
        display_name: body.display_name,
        dialect: body.dialect,
        groups: body.groups,
    };
    call.service().tenant_create(&new).await?;
    let op = call.service().api_operator(&call.caller, &body.name, None).await?;
    let view = TenantView::of(call.service().tenant_show(&op).await?);
    let location = format!("/api/v1/tenants/{}", view.name);
    Ok(Reply::created(&view)?.etag(view.revision).header("location", location))
}

async fn show(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let view = TenantView::of(call.service().tenant_show(&op).await?);
    Ok(Reply::json(&view)?.etag(view.revision))
}

async fn update(call: Call) -> Outcome<Reply> {
    let body: TenantUpdate = call.json()?;
    let op = call.operator().await?;
    let change =
        TenantChange { display_name: body.display_name, settings: body.settings, revision: call.if_match()? };
    call.service().tenant_set(&op, &change).await?;
    show(call).await
}

async fn remove(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    call.service().tenant_delete(&op).await?;
    Ok(Reply::empty())
}
