//! The HTTP door: routes, extractors, status codes. axum is used here and nowhere else.
//!
//! Handlers are thin: they take a request apart, call one use case of [`service`], and put the answer together. What
//! a request may do, and what happens, is decided below.

mod api;
mod app;
mod docs_door;
mod ops;
mod scim_door;
mod server;

pub use api::{openapi, reference as api_reference};
pub use app::App;
pub use ops::Metrics;
pub use server::{ServeError, Server, ServerOptions};
