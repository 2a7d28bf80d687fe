//! `/console/…`: pages for operators, and `/assets/…`: what all pages load.
//!
//! A handler takes the request apart, calls use cases, and gives what they say to a page of [`console`]. Every request
//! but those of the sign-in comes through [`desk::Desk`], which knows who is signed in, and lets in no form that does not
//! come from a page of this session.

mod address;
mod assets;
mod desk;
mod done;
mod groups;
mod health;
mod held;
mod imports;
mod intake;
mod learners;
mod leftovers;
mod log;
mod overview;
mod place;
mod reply;
mod schemas;
mod session;
mod settings;
mod setup_links;
mod sign_in;
mod tokens;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use axum::routing::{MethodRouter, any, get, post};
use futures_util::future::BoxFuture;

use self::desk::Desk;
use self::reply::{Stop, Turn};
use crate::App;

/// The parts of the path that its pattern names.
type Params = Result<RawPathParams, RawPathParamsRejection>;

/// What answers a request of somebody who is signed in.
type Handler = Arc<dyn Fn(Desk) -> BoxFuture<'static, Turn> + Send + Sync>;

/// A handler as a value.
fn handler<F>(run: impl Fn(Desk) -> F + Send + Sync + 'static) -> Handler
where
    F: Future<Output = Turn> + Send + 'static,
{
    Arc::new(move |desk| Box::pin(run(desk)))
}

/// The routes of the console.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/assets/{name}", get(assets::show))
        .route("/console/sign-in", get(sign_in::needed).post(sign_in::enter))
        .route("/console/sign-in/{link}", get(sign_in::offered))
        .route("/console/sign-out", post(sign_in::leave))
        .route("/console", shown(overview::show))
        .route("/console/", any(sign_in::first))
        .merge(tenant())
        .merge(connection())
        .merge(hooks("/console/webhooks"))
        .merge(hooks("/console/tenants/{tenant}/webhooks"))
        .route("/console/{*rest}", shown(nothing))
}

/// What belongs to a tenant.
fn tenant() -> Router<App> {
    let own = |path: &str| format!("/console/tenants/{{tenant}}{path}");
    Router::new()
        .route(&own(""), shown(health::show))
        .route(&own("/learners"), shown(learners::index))
        .route(&own("/learners/removed"), shown(learners::gone))
        .route(&own("/learners/{learner}"), shown(learners::show))
        .route(&own("/learners/{learner}/deactivate"), post(sent(learners::deactivate)))
        .route(&own("/learners/{learner}/reactivate"), post(sent(learners::reactivate)))
        .route(&own("/learners/{learner}/remove"), post(sent(learners::remove)))
        .route(&own("/learners/{learner}/restore"), post(sent(learners::restore)))
        .route(&own("/learners/{learner}/protect"), post(sent(learners::protect)))
        .route(&own("/learners/{learner}/unprotect"), post(sent(learners::unprotect)))
        .route(&own("/intake"), post(sent(intake::save)))
        .route(&own("/groups"), shown(groups::index))
        .route(&own("/groups/{group}"), shown(groups::show))
        .route(&own("/log"), shown(log::index))
        .route(&own("/log/{entry}"), shown(log::show))
        .route(&own("/imports"), shown(imports::show).post(sent(imports::create)))
        .route(&own("/schemas"), shown(schemas::show).post(sent(schemas::create)))
        .route(&own("/schemas/drop"), post(sent(schemas::remove)))
}

/// Webhooks of all tenants, or of one.
fn hooks(at: &str) -> Router<App> {
    let one = |act: &str| format!("{at}/{{webhook}}{act}");
    Router::new()
        .route(at, shown(webhooks::index).post(sent(webhooks::create)))
        .route(&one(""), shown(webhooks::show))
        .route(&one("/test"), post(sent(webhooks::test)))
        .route(&one("/enable"), post(sent(webhooks::enable)))
        .route(&one("/disable"), post(sent(webhooks::disable)))
        .route(&one("/rotate"), post(sent(webhooks::rotate)))
        .route(&one("/replay"), post(sent(webhooks::replay)))
        .route(&one("/remove"), post(sent(webhooks::remove)))
}

/// What belongs to one connection.
fn connection() -> Router<App> {
    let own = |path: &str| format!("/console/tenants/{{tenant}}/connections/{{connection}}{path}");
    Router::new()
        .route(&own(""), shown(health::show))
        .route(&own("/tokens"), shown(tokens::show).post(sent(tokens::create)))
        .route(&own("/tokens/{token}/rotate"), post(sent(tokens::rotate)))
        .route(&own("/tokens/{token}/revoke"), post(sent(tokens::revoke)))
        .route(&own("/held"), shown(held::show))
        .route(&own("/held/approve"), post(sent(held::approve)))
        .route(&own("/held/revert"), post(sent(held::revert)))
        .route(&own("/settings"), shown(settings::show).post(sent(settings::save)))
        .route(&own("/pause"), post(sent(settings::pause)))
        .route(&own("/resume"), post(sent(settings::resume)))
        .route(&own("/setup-links"), shown(setup_links::show).post(sent(setup_links::create)))
        .route(&own("/setup-links/{link}/revoke"), post(sent(setup_links::revoke)))
        .route(&own("/leftovers"), shown(leftovers::show).post(sent(leftovers::set)))
        .route(&own("/leftovers/protect"), post(sent(leftovers::protect)))
}

/// A page that is only looked at.
fn shown<F>(show: impl Fn(Desk) -> F + Send + Sync + 'static) -> MethodRouter<App>
where
    F: Future<Output = Turn> + Send + 'static,
{
    get(entered(handler(show)))
}

/// What takes a form.
fn sent<F>(
    take: impl Fn(Desk) -> F + Send + Sync + 'static,
) -> impl Fn(State<App>, Params, Request) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static
where
    F: Future<Output = Turn> + Send + 'static,
{
    entered(handler(take))
}

/// The door of a handler.
fn entered(
    handler: Handler,
) -> impl Fn(State<App>, Params, Request) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static {
    move |State(app), params, request| {
        let handler = Arc::clone(&handler);
        Box::pin(async move { desk::answer(app, params, request, handler).await })
    }
}

async fn nothing(_: Desk) -> Turn {
    Err(Stop::nothing_here())
}
