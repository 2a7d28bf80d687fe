//! How a database is reached.

use std::sync::Arc;
use std::time::Duration;

use base::{Clock, SystemClock};

/// Options of [`crate::PostgresStore::open`].
#[derive(Debug, Clone)]
pub struct Options {
    /// Most connections for reads. A request holds one while it looks at a snapshot.
    pub readers: usize,
    /// Most connections for commits. Apart from those for reads, because a request may hold a snapshot when it commits.
    pub writers: usize,
    /// How long a request waits for a free connection before it is refused as `Unavailable`.
    pub wait: Duration,
    /// How long a new connection may take, at each host of the address.
    pub connect: Duration,
    /// How long one statement may take; scans have a deadline of their own. Beyond it the connection is given up.
    pub patience: Duration,
    /// Whether a node that serves listens for other nodes' changes. Without it, as behind a pooler, changes are noticed when
    /// what is kept in memory is old.
    pub listen: bool,
    /// Stamps migrations.
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 16,
            writers: 16,
            wait: Duration::from_secs(5),
            connect: Duration::from_secs(5),
            patience: Duration::from_secs(20),
            listen: true,
            clock: Arc::new(SystemClock),
        }
    }
}
