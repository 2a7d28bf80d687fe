//! What operators do: tenants, connections, tokens, schemas.
//!
//! Each use case takes an [`Operator`](crate::Operator), writes its change, its event and its log entry in one
//! transaction, and forgets what this process had in memory about the matter; other processes see it within twice
//! [`crate::Config::cache_age`].

mod name;
mod settle;
mod tenant_create;
mod token_create;

pub use tenant_create::NewTenant;
pub use token_create::{CreatedToken, NewToken, TokenScope};
