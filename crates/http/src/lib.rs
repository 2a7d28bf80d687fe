//! The HTTP door: routes, extractors, status codes. axum is used here and nowhere else.
//!
//! Handlers are thin: they take a request apart, call one use case of [`service`], and put the answer together. What
//! a request may do, and what happens, is decided below.

mod api;
mod app;
mod capture;
mod console_door;
mod docs_door;
mod graph_door;
mod ops;
mod scim_door;
mod server;
mod setup_door;
mod web;

pub use api::{openapi, reference as api_reference};
pub use app::App;
pub use capture::{Exchange, Tap, tapped};
pub use console::pages::setup::{Brand, Colour, Logo};
pub use graph_door::GraphDoor;
pub use ops::Metrics;
pub use server::{ServeError, Server, ServerOptions};
