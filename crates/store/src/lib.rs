//! What Provost stores, and the contract that every backend keeps.
//!
//! Reading goes through a [`ReadTx`], a snapshot of one tenant. Writing is a value: a [`WriteTx`] lists what must
//! still be true ([`Expect`]) and what changes ([`Change`]), with the events and log entries that belong to it, and
//! [`Store::commit`] does all of it or nothing. So the costly part of a write (parsing, PATCH, validation) runs
//! beside other requests, and the part that must be serial is only statements; a precondition that no longer holds
//! comes back as a [`Conflict`] and the use case runs again on fresh data.
//!
//! **Invariants**: the tenant is the first column of every key, and reaches storage only in an [`Authority`]. A
//! behaviour that the contract suite (feature `contract`) does not test does not exist.

mod alarm;
mod api_key;
mod authority;
pub mod code;
mod connection;
mod console;
mod contract;
mod error;
mod event;
mod ids;
mod job;
mod key;
mod log;
mod page;
mod query;
mod record;
mod replay;
mod setup_link;
mod tenant;
mod token;
pub mod transfer;
mod webhook;
mod write;

#[cfg(feature = "contract")]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
pub mod suite;

pub use alarm::IdentityAlarm;
pub use api_key::{ApiKey, ApiScope};
pub use authority::{Actor, Authority, Caller, Grant, Purpose, Scope};
pub use connection::{
    Adopt, Connection, ConnectionKind, GuardPolicy, IdentityPolicy, MissingMembers, Policies,
};
pub use console::{ConsoleSession, LoginLink};
pub use contract::{ReadTx, Store, SystemTx};
pub use error::{Conflict, StoreError, StoreResult};
pub use event::{Cause, Event, EventFilter, EventKind, HeldEvent, NewEvent};
pub use ids::{ConnectionId, Kind, ResourceId, TenantId};
pub use job::{Job, JobId, JobState};
pub use key::{Key, KeyAsked, KeyName, equalities, key_text};
pub use log::{Action, LogEntry, LogFilter, NewLogEntry, Outcome, Refusal, TraceEntry, TrafficMinute};
pub use page::Edges;
pub use query::{Keyset, Paging, Query, QueryPage, Sort, Total, TypedFilter};
pub use record::{GroupRef, MemberRef, Record, Source, State, Tombstone};
pub use replay::Replay;
pub use setup_link::SetupLink;
pub use tenant::{SchemaDoc, Tenant};
pub use token::Token;
pub use webhook::{Progress, Webhook, WebhookClaim, WebhookSettled};
pub use write::{Change, Committed, Expect, Guard, WriteTx};
