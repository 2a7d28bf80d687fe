//! Bulk requests (RFC 7644 §3.7): what is asked, in which order it can be done, and what is answered.
//!
//! The way of a request: [`parse`] → [`plan`] → for each [`Step`] of the plan [`BulkRequest::data`] (references to
//! resources made earlier in the same request replaced by their ids) → the operation itself, which is not this
//! crate's → [`BulkResponse`].

mod follow_up;
mod parse;
mod plan;
mod reference;
mod response;
mod target;

pub use follow_up::follow_up;
pub use parse::{Limits, parse};
pub use plan::{Plan, Step, plan};
pub use reference::{Outcome, Reference};
pub use response::{BulkResponse, BulkResult};
pub use target::{Id, Method, Target};

use std::collections::HashMap;

use serde_json::Value;

use crate::error::ScimError;

/// Message URN of a request.
pub const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// Message URN of a response.
pub const BULK_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// A bulk request that has been read.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After how many failed operations to stop; `None` means never.
    pub fail_on_errors: Option<u64>,
    /// The operations, in the order of the request.
    pub operations: Vec<BulkOperation>,
    pub(crate) declared: HashMap<String, usize>,
}

/// One operation of a bulk request.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkOperation {
    /// The method, as the response repeats it.
    pub method: String,
    /// The client's name for the resource that a POST makes.
    pub bulk_id: Option<String>,
    /// The version the resource must have; works as `If-Match` (S-BULK-12).
    pub version: Option<String>,
    /// What to do, or why it cannot even be tried (S-BULK-03).
    pub action: Result<Action, ScimError>,
}

/// What an operation does.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The method.
    pub method: Method,
    /// Where.
    pub target: Target,
    /// With what; `null` for DELETE. Of a PATCH always the whole message.
    pub data: Value,
    /// Every reference to a resource made by another operation.
    pub(crate) references: Vec<Reference>,
}

#[cfg(test)]
mod tests;
