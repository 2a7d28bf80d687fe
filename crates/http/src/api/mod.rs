//! `/api/v1/…`: the REST API for apps and operators, described by `/api/openapi.json`.
//!
//! Every operation is an [`endpoint::Endpoint`] in one table; the router and the description are both made from it. A
//! handler takes a request apart, calls one use case, and puts the answer together.

mod call;
mod dispatch;
mod document;
mod endpoint;
mod nouns;
mod once;
mod page;
mod problem;
mod reply;
mod shape;
mod time;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, any, get};

pub use document::{openapi, reference};

use crate::App;
use endpoint::Endpoint;
use problem::{Code, Problem};
use reply::Reply;

/// Every operation.
fn table() -> Vec<Endpoint> {
    nouns::all()
}

/// The routes of the API.
pub(crate) fn routes() -> Router<App> {
    let mut by_path: BTreeMap<&'static str, Vec<Arc<Endpoint>>> = BTreeMap::new();
    for endpoint in table() {
        by_path.entry(endpoint.path).or_default().push(Arc::new(endpoint));
    }
    let mut router = Router::new();
    for (path, endpoints) in by_path {
        let mut methods: Vec<_> = endpoints.iter().map(|e| e.method.to_string()).collect();
        if methods.iter().any(|m| m == "GET") {
            methods.push("HEAD".to_owned());
        }
        let allow = methods.join(", ");
        let mut route =
            MethodRouter::new().fallback(move |State(app): State<App>, method: Method| async move {
                let id = app.service.request_id();
                let detail = format!("{method} is not possible here; possible is: {allow}.");
                Problem::new(Code::MethodNotAllowed, detail).allow(allow).respond(Some(&id))
            });
        for endpoint in endpoints {
            let Ok(filter) = MethodFilter::try_from(endpoint.method.clone()) else { continue };
            route = route.on(
                filter,
                move |State(app): State<App>,
                      params: Result<RawPathParams, RawPathParamsRejection>,
                      request: Request| {
                    dispatch::handle(app, Arc::clone(&endpoint), params, request)
                },
            );
        }
        router = router.route(path, route);
    }
    router
        .route("/api/openapi.json", get(description))
        .route("/api", any(unknown))
        .route("/api/{*rest}", any(unknown))
}

/// The description, made once.
async fn description(State(app): State<App>) -> axum::response::Response {
    static TEXT: OnceLock<serde_json::Value> = OnceLock::new();
    let mut document = TEXT.get_or_init(openapi).clone();
    document["servers"] = serde_json::json!([{"url": app.service.config().public_url}]);
    dispatch::open(Reply::json(&document))
}

async fn unknown(State(app): State<App>, request: Request) -> axum::response::Response {
    // Somebody may have taken this for the Tenant URL.
    crate::scim_door::stray(&app, &request.into_parts().0).await;
    dispatch::nothing_here().respond(Some(&app.service.request_id()))
}

#[cfg(test)]
mod tests;
