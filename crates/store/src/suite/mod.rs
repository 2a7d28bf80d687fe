//! The contract suite: what every backend must do, written once.
//!
//! A backend's test crate implements [`Harness`] and calls [`contract_tests!`](crate::contract_tests) with it. Each test
//! opens a database of its own, so tests run at once and in any order.

mod full;
mod macros;
mod sample;
mod world;

pub mod alarms;
pub mod api;
pub mod atomic;
pub mod console;
pub mod counters;
pub mod events;
pub mod feed;
pub mod filters;
pub mod guard;
pub mod isolation;
pub mod keys;
pub mod log;
pub mod members;
pub mod paging;
pub mod records;
pub mod removal;
pub mod settings;
pub mod tenants;
pub mod transfer;
pub mod webhooks;

pub use world::{Harness, World};
