//! `/api/v1/tenants/{tenant}/connections`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use service::noun;
use service::{ConnectionChange, NewConnection};
use utoipa::ToSchema;

use super::connection::{
    AdoptPolicy, ConnectionKind, ConnectionView, GuardPolicy, IdentityPolicy, MemberPolicy,
};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::page;
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let all = "/api/v1/tenants/{tenant}/connections";
    let one = "/api/v1/tenants/{tenant}/connections/{connection}";
    vec![
        Endpoint::get(all, "listConnections", run!(index))
            .about("List connections", "All of the tenant's, by creation.")
            .answer::<ConnectionPage>(200, "The connections"),
        Endpoint::post(all, "createConnection", run!(create))
            .about(
                "Create a connection",
                "For a second identity provider; its `externalId`s are a scope of their own.",
            )
            .admin()
            .body::<ConnectionCreate>()
            .answer::<ConnectionView>(201, "The connection")
            .tagged(),
        Endpoint::get(one, "getConnection", run!(show))
            .about("Show a connection", "")
            .answer::<ConnectionView>(200, "The connection")
            .tagged(),
        Endpoint::patch(one, "updateConnection", run!(update))
            .about(
                "Change a connection",
                "Dialect, quirks, groups, policies, tracing, pause. What is left out stays.",
            )
            .admin()
            .conditional()
            .body::<ConnectionUpdate>()
            .answer::<ConnectionView>(200, "The connection")
            .tagged(),
    ]
}

page!(
    /// The connections.
    ConnectionPage of ConnectionView
);

/// A connection to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConnectionCreate {
    /// Name within the tenant.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    name: String,
    /// Provider; the dialect's usual one unless said.
    kind: Option<ConnectionKind>,
    /// Dialect: `entra` (unless said), `okta`, `strict`.
    dialect: Option<String>,
    /// Whether groups are synchronised.
    #[serde(default = "super::yes")]
    #[schema(default = true)]
    groups: bool,
}

/// What to change about a connection.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ConnectionUpdate {
    /// Dialect.
    dialect: Option<String>,
    /// Provider.
    kind: Option<ConnectionKind>,
    /// Quirks to switch; `null` gives one back to the dialect.
    quirks: BTreeMap<String, Option<bool>>,
    /// Whether groups are synchronised. What is stored stays.
    groups: Option<bool>,
    /// When a create takes over a learner.
    adopt: Option<AdoptPolicy>,
    /// What an identity alarm leads to.
    identity: Option<IdentityPolicy>,
    /// When deactivations are held.
    guard: Option<GuardPolicy>,
    /// What a group's member that does not exist leads to.
    missing_members: Option<MemberPolicy>,
    /// For how many seconds from now each read is logged; 0 stops it.
    #[schema(maximum = 2592000)]
    trace_seconds: Option<u64>,
    /// Whether its writes are refused with 503, so that the provider tries again later.
    paused: Option<bool>,
}

/// Longest tracing: thirty days.
const TRACE: u64 = 30 * 24 * 3600;

async fn index(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let summary = call.service().tenant_show(&op).await?;
    let revision = summary.tenant.revision;
    let items = summary.connections.into_iter().map(|c| ConnectionView::of(c, revision)).collect();
    Reply::json(&ConnectionPage { items, next: None })
}

async fn create(call: Call) -> Outcome<Reply> {
    let body: ConnectionCreate = call.json()?;
    let op = call.operator().await?;
    let new = NewConnection {
        name: body.name,
        kind: body.kind.map(Into::into),
        dialect: body.dialect,
        groups: body.groups,
    };
    let made = call.service().connection_create(&op, &new).await?;
    let view = view(&call, &made.name).await?;
    Ok(Reply::created(&view)?.etag(view.revision))
}

async fn show(call: Call) -> Outcome<Reply> {
    call.operator().await?;
    let view = view(&call, call.param("connection")).await?;
    Ok(Reply::json(&view)?.etag(view.revision))
}

async fn update(call: Call) -> Outcome<Reply> {
    let body: ConnectionUpdate = call.json()?;
    if body.trace_seconds.is_some_and(|seconds| seconds > TRACE) {
        return Err(Problem::new(
            Code::InvalidBody,
            format!("Tracing ends after {TRACE} seconds at the latest."),
        )
        .at("/traceSeconds", "too long"));
    }
    let op = call.operator().await?;
    let change = ConnectionChange {
        dialect: body.dialect,
        kind: body.kind.map(Into::into),
        quirks: body.quirks.into_iter().collect(),
        groups: body.groups,
        adopt: body.adopt.map(Into::into),
        identity: body.identity.map(Into::into),
        guard: body.guard.map(|g| noun::GuardPolicy { floor: g.floor, percent: g.percent }),
        members: body.missing_members.map(Into::into),
        trace: body.trace_seconds.map(Duration::from_secs),
        revision: call.if_match()?,
    };
    call.service().connection_set(&op, &change).await?;
    match body.paused {
        Some(true) => call.service().connection_pause(&op).await.map(|_| ())?,
        Some(false) => call.service().connection_resume(&op).await.map(|_| ())?,
        None => {}
    }
    show(call).await
}

async fn view(call: &Call, name: &str) -> Outcome<ConnectionView> {
    let op = call.operator_at(Some(name)).await?;
    let summary = call.service().tenant_show(&op).await?;
    let revision = summary.tenant.revision;
    let found = summary.connections.into_iter().find(|c| c.connection.id == op.connection.id);
    let found = found.ok_or_else(|| Problem::new(Code::NotFound, "The connection is gone."))?;
    Ok(ConnectionView::of(found, revision))
}
