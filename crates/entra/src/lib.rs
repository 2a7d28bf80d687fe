//! The provisioning engine: what Microsoft Entra ID does between a customer's directory and a SCIM service, open and
//! repeatable.
//!
//! A [`Source`](source) gives users, groups and assignments as Microsoft Graph returns them. The synchronization
//! [`schema`] says what is in [`scope`], how objects are matched, and which attributes flow, by [`expression`]s. A
//! [`job`] runs cycles over that with its [`state`] kept on disk, sends what the chosen [`wire`] dialect would send, and
//! [`log`]s each step as Entra's provisioning logs do.
//!
//! **Invariant**: what Entra would leave is the aim, not an ideal copy. Where its behaviour is not known for certain it
//! is a switch with a stated default.

pub mod connection_test;
pub mod env;
pub mod expression;
pub mod fidelity;
pub mod findings;
pub mod graph;
pub mod job;
pub mod judge;
pub mod log;
pub mod mapping;
pub mod model;
pub mod schema;
pub mod scope;
pub mod signin;
pub mod source;
pub mod state;
pub mod wire;

#[cfg(test)]
mod testing;
