//! How a connection does: when the provider last came, in what rhythm, how many requests, and what needs attention.

mod attention;
mod cycles;
mod read;

pub(crate) use attention::ALARM;
pub use attention::Attention;
pub use cycles::Cycle;

use std::time::Duration;

use base::Timestamp;
use store::{Connection, Tenant};

/// Requests of one span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficSpan {
    /// Its beginning.
    pub from: Timestamp,
    /// Reads that were answered.
    pub reads: u64,
    /// Writes that changed something.
    pub writes: u64,
    /// Requests refused or failed.
    pub failures: u64,
}

/// A connection with what is known of its health.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionHealth {
    /// The connection.
    pub connection: Connection,
    /// Learners it manages.
    pub managed: u64,
    /// Events that the mass-change guard holds back.
    pub held: u64,
    /// Tokens that open it.
    pub live_tokens: usize,
    /// When a request last came, of any kind.
    pub last_contact: Option<Timestamp>,
    /// Runs of requests without a pause of ten minutes, newest first, of the last two days.
    pub cycles: Vec<Cycle>,
    /// From the beginning of one run to the next, when they are regular.
    pub rhythm: Option<Duration>,
    /// The last 24 hours by the hour, the present one last.
    pub hours: Vec<TrafficSpan>,
    /// What needs attention, the worst first.
    pub attention: Vec<Attention>,
}

/// A tenant with the health of its connections.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantHealth {
    /// The tenant.
    pub tenant: Tenant,
    /// Live learners, inactive ones included.
    pub learners: u64,
    /// Inactive learners.
    pub inactive: u64,
    /// Live groups.
    pub groups: u64,
    /// Its connections, by creation.
    pub connections: Vec<ConnectionHealth>,
}
