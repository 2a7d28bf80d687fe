//! SCIM 2.0 as pure functions: schemas, documents, filters, PATCH, projection, messages, dialects.
//!
//! **Invariant**: nothing here does I/O, awaits, reads a clock, draws randomness or logs. Everything can be
//! tested with plain values. What an identity provider does differently from the RFCs is a named [`dialect::Quirk`];
//! the engine behind the quirks stays strict.
//!
//! The way of a body: bytes → [`json::parse`] → dialect rewrites → [`document`] (canonical names, types,
//! unassigned values dropped) → [`patch`] or replace → [`document`] validation → [`projection`] on the way out.

pub mod bulk;
pub mod dialect;
pub mod discovery;
pub mod document;
pub mod error;
pub mod etag;
pub mod filter;
pub mod json;
pub mod message;
pub mod patch;
pub mod path;
pub mod projection;
pub mod schema;
pub mod sort;
pub mod text;

pub use dialect::{Dialect, Quirk};
pub use document::Document;
pub use error::{Result, ScimError, ScimType};
pub use schema::{Attribute, Registry, ResourceType, Schema};
