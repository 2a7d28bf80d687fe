//! The application: what every handler shares, and the table of routes.

use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use console::pages::setup::Brand;
use service::Service;

use crate::{Metrics, api, console_door, docs_door, ops, scim_door, setup_door};

/// What every handler shares.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub service: Arc<Service>,
    /// Counters for `/metrics`.
    pub metrics: Arc<Metrics>,
    /// Whose setup pages these are.
    pub brand: Arc<Brand>,
}

impl App {
    /// The application around a service.
    #[must_use]
    pub fn new(service: Arc<Service>) -> Self {
        let metrics = Arc::new(Metrics::of(&service));
        Self { service, metrics, brand: Arc::default() }
    }

    /// The same under the platform's own name and colours.
    #[must_use]
    pub fn branded(self, brand: Brand) -> Self {
        Self { brand: Arc::new(brand), ..self }
    }

    /// SCIM alone, at the paths of a Tenant URL, to merge into an application that has routes of its own.
    pub fn scim(&self) -> Router {
        let mounts = ["/scim_v2", "/scim", "/t/{tenant}/scim_v2", "/t/{tenant}/scim"];
        let below = mounts.map(|mount| format!("{mount}/{{*path}}"));
        let paths = mounts.into_iter().chain(below.iter().map(String::as_str));
        paths
            .fold(Router::new(), |routes, path| routes.route(path, any(scim_door::handle)))
            .with_state(self.clone())
    }

    /// Every route. SCIM is the fallback, because its paths depend on the tenant's resource types.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(ops::routes())
            .merge(api::routes())
            .merge(docs_door::routes())
            .merge(console_door::routes())
            .merge(setup_door::routes())
            .fallback(scim_door::handle)
            .with_state(self.clone())
    }
}
