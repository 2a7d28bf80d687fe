//! `/api/v1/tenants/{tenant}/connections`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use service::noun::{self, Connection};
use service::{ConnectionChange, ConnectionSummary, NewConnection};
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::page;
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;
use crate::api::time::micros;

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

/// Which provider stands at the other end.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ConnectionKind {
    Entra,
    Okta,
    Google,
    Generic,
}

/// When a create takes over a learner that no connection owns.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AdoptPolicy {
    Username,
    Email,
    Never,
}

/// What an existing user name with another `externalId` leads to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum IdentityPolicy {
    Flag,
    Refuse,
}

/// When deactivations are held from the app: more than both within a day.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GuardPolicy {
    /// Never below this many.
    floor: u32,
    /// Share of the connection's learners, in percent.
    #[schema(maximum = 100)]
    percent: u32,
}

/// A connection.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Connection)]
pub(super) struct ConnectionView {
    /// Name within the tenant.
    name: String,
    /// The public handle that its tokens carry.
    handle: String,
    /// Provider.
    kind: ConnectionKind,
    /// Dialect.
    dialect: String,
    /// Quirks switched against the dialect's own setting.
    quirks: BTreeMap<String, bool>,
    /// Whether groups are synchronised.
    groups: bool,
    /// When a create takes over a learner.
    adopt: AdoptPolicy,
    /// What an identity alarm leads to.
    identity: IdentityPolicy,
    /// When deactivations are held.
    guard: GuardPolicy,
    /// Since when its writes are refused, while it is paused.
    #[schema(format = DateTime, required)]
    paused: Option<String>,
    /// Since when it exists.
    #[schema(format = DateTime)]
    created: String,
    /// Until when successful reads are logged one by one.
    #[schema(format = DateTime)]
    traced_until: String,
    /// When its first cycle was done.
    #[schema(format = DateTime, required)]
    first_synced: Option<String>,
    /// Learners it manages.
    managed: u64,
    /// Events that the mass-change guard holds back.
    held: u64,
    /// Tokens that still open it.
    live_tokens: u64,
    /// The tenant's revision; the ETag.
    revision: i64,
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
    #[serde(default = "yes")]
    #[schema(default = true)]
    groups: bool,
}

fn yes() -> bool {
    true
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
    /// For how many seconds from now each read is logged; 0 stops it.
    #[schema(maximum = 2592000)]
    trace_seconds: Option<u64>,
    /// Whether its writes are refused with 503, so that the provider tries again later.
    paused: Option<bool>,
}

/// Longest tracing: thirty days.
const TRACE: u64 = 30 * 24 * 3600;

impl ConnectionView {
    pub(super) fn of(summary: ConnectionSummary, revision: i64) -> Self {
        let Connection { policies, .. } = summary.connection;
        let own = summary.connection;
        Self {
            name: own.name,
            handle: own.handle,
            kind: match own.kind {
                noun::ConnectionKind::Entra => ConnectionKind::Entra,
                noun::ConnectionKind::Okta => ConnectionKind::Okta,
                noun::ConnectionKind::Google => ConnectionKind::Google,
                noun::ConnectionKind::Generic => ConnectionKind::Generic,
            },
            dialect: own.dialect,
            quirks: own.quirks.into_iter().collect(),
            groups: own.groups,
            adopt: match policies.adopt {
                noun::Adopt::Username => AdoptPolicy::Username,
                noun::Adopt::Email => AdoptPolicy::Email,
                noun::Adopt::Never => AdoptPolicy::Never,
            },
            identity: match policies.identity {
                noun::IdentityPolicy::Flag => IdentityPolicy::Flag,
                noun::IdentityPolicy::Refuse => IdentityPolicy::Refuse,
            },
            guard: GuardPolicy { floor: policies.guard.floor, percent: policies.guard.percent },
            paused: own.paused.map(micros),
            created: micros(own.created),
            traced_until: micros(own.traced_until),
            first_synced: own.first_synced.map(micros),
            managed: summary.managed,
            held: summary.held,
            live_tokens: summary.live_tokens as u64,
            revision,
        }
    }
}

impl From<ConnectionKind> for noun::ConnectionKind {
    fn from(kind: ConnectionKind) -> Self {
        match kind {
            ConnectionKind::Entra => Self::Entra,
            ConnectionKind::Okta => Self::Okta,
            ConnectionKind::Google => Self::Google,
            ConnectionKind::Generic => Self::Generic,
        }
    }
}

impl From<AdoptPolicy> for noun::Adopt {
    fn from(policy: AdoptPolicy) -> Self {
        match policy {
            AdoptPolicy::Username => Self::Username,
            AdoptPolicy::Email => Self::Email,
            AdoptPolicy::Never => Self::Never,
        }
    }
}

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
        identity: body.identity.map(|policy| match policy {
            IdentityPolicy::Flag => noun::IdentityPolicy::Flag,
            IdentityPolicy::Refuse => noun::IdentityPolicy::Refuse,
        }),
        guard: body.guard.map(|g| noun::GuardPolicy { floor: g.floor, percent: g.percent }),
        trace: body.trace_seconds.map(Duration::from_secs),
        revision: call.if_match()?,
        ..ConnectionChange::default()
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
