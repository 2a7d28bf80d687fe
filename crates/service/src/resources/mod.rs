//! The SCIM use cases: one operation, one file.
//!
//! Each runs in an inner function that ends in an [`Attempt`]; [`Service::finish`] turns a failure into the client's
//! error and the administrator's log entry. Every write is one [`store::WriteTx`] with its events and its entry.

mod adopt;
mod bulk;
mod conditions;
mod create;
mod delete;
mod discovery;
mod explanation;
mod failure;
mod get;
mod identity;
mod me;
mod membership;
mod note;
mod patch;
mod query;
mod render;
mod replace;
mod sent;
mod supplied;
mod target;
mod traces;
mod turns;
mod update;
mod writing;

pub use explanation::Explanation;
pub(crate) use failure::{Attempt, Failure, Patience};
pub(crate) use note::{Note, redact};
pub(crate) use sent::Sent;
pub(crate) use target::{Target, hidden, may_write, not_found, resource_id, target, visible};
pub(crate) use traces::{Seen, Traces};
pub(crate) use turns::Turns;
