//! What an operator decides about deliveries, once per process.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;

use crate::connect::{Names, SystemNames};
use crate::schedule::Schedule;

/// Options of a worker.
#[derive(Clone)]
pub struct Options {
    /// When what failed is tried again.
    pub schedule: Schedule,
    /// How long an endpoint may fail wholly before it is switched off.
    pub disable_after: Duration,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for an answer, connection and body included.
    pub timeout: Duration,
    /// Endpoints worked on at once that do well.
    pub width: usize,
    /// Endpoints worked on at once that fail or are slow.
    pub troubled_width: usize,
    /// Requests to one endpoint at once.
    pub per_endpoint: usize,
    /// How names become addresses.
    pub names: Arc<dyn Names>,
    /// Authorities trusted beside those of the machine.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            schedule: Schedule::default(),
            disable_after: Duration::from_secs(5 * 24 * 3600),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            width: 256,
            troubled_width: 64,
            per_endpoint: 16,
            names: Arc::new(SystemNames),
            extra_roots: Vec::new(),
        }
    }
}
