//! A SCIM 2.0 client (RFC 7644) that keeps its hands visible.
//!
//! It sends what it is told and nothing besides: no `User-Agent`, no `Accept`, a query in the encoding asked for, so
//! that an identity provider can be played to the byte. It reads leniently what servers really answer, explains what
//! went wrong in a sentence a person can act on, and hands every exchange to a [`WireSink`].
//!
//! Resources are [`serde_json::Value`]s in the order received: attributes unknown here survive a read-modify-write.

pub mod filter;
pub mod lenient;
pub mod patch;

mod builder;
mod call;
mod connect;
mod discovery;
mod echo;
mod failure;
mod judge;
mod page;
mod query;
mod request;
mod response;
mod retry;
mod send;
mod trace;
mod update;
mod url;
mod walk;

#[cfg(test)]
mod tests;

pub use builder::{BuildError, ClientBuilder, Redirects, SearchFallback};
pub use call::Call;
pub use discovery::Discovery;
pub use failure::{NotScim, ScimError, ScimFailure, TransportFailure, TransportKind};
pub use filter::Filter;
pub use page::Page;
pub use patch::Patch;
pub use query::{Paging, Query, SortOrder};
pub use request::{Request, Safety};
pub use response::Response;
pub use retry::{RetryPolicy, Trouble};
pub use send::Client;
pub use trace::{Exchange, MemorySink, Outcome, WireSink};
pub use update::{Change, Created};
pub use url::{BaseUrl, BaseUrlError, QueryEncoding};
pub use walk::Walk;

pub use hyper::header::{HeaderMap, HeaderName, HeaderValue};
pub use hyper::{Method, StatusCode};
