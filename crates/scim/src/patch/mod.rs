//! PATCH (RFC 7644 §3.5.2): what is asked, and what it makes of a document.
//!
//! [`parse`] reads the message. [`apply`] finds each path in the schema ([`locate`]), takes values without a path
//! apart into one step for each attribute ([`expand`]), lets the dialect rewrite each step with the document as it is
//! by then ([`crate::dialect`]), and does what comes out of that strictly by the RFC.

mod apply;
mod element;
mod expand;
mod identity;
mod locate;
mod message;
mod relation;
mod schemas;
mod seed;
mod state;
mod step;
mod write;

pub use apply::{Patched, apply};
pub(crate) use locate::locate;
pub use message::{Op, Operation, PATCH_OP, PatchRequest, parse};
pub use relation::{Member, RelationChange};
pub(crate) use state::{State, is_nothing};
pub(crate) use step::{Element, Step, Target};

#[cfg(test)]
mod tests;
