//! What operators do: tenants, connections, tokens, schemas.
//!
//! Each use case takes an [`Operator`](crate::Operator), writes its change, its event and its log entry in one
//! transaction, and forgets what this process had in memory about the matter; other processes see it within twice
//! [`crate::Config::cache_age`].

mod connection_create;
mod connection_set;
mod log_entry;
mod log_read;
mod name;
mod schema_add;
mod schema_drop;
mod setting;
mod settle;
mod setup_link;
mod tenant_create;
mod tenant_delete;
mod tenant_export;
mod tenant_list;
mod tenant_set;
mod token_create;
mod token_rotate;

pub use connection_create::NewConnection;
pub use connection_set::ConnectionChange;
pub use log_entry::LogEntryDetail;
pub(crate) use name::check_label;
pub use schema_add::Extends;
pub(crate) use setting::{Setting, learners};
pub use setup_link::{CreatedSetupLink, NewSetupLink};
pub use tenant_create::NewTenant;
pub use tenant_export::ExportPlace;
pub use tenant_list::{ConnectionSummary, TenantSummary};
pub use tenant_set::TenantChange;
pub use token_create::{CreatedToken, NewToken, TokenScope};
