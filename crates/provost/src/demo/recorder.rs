//! What went over the wire: how long each request took, whether anything was written to `/Groups`, and what to show.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use client::{Exchange, Method, WireSink};

/// Takes every exchange of the engine.
#[derive(Debug, Default)]
pub(super) struct Recorder(Mutex<Recorded>);

#[derive(Debug, Default)]
struct Recorded {
    times: Vec<Duration>,
    group_writes: usize,
    write: Option<String>,
    read: Option<String>,
}

impl Recorder {
    fn held(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time of each request until now, the shortest first.
    pub(super) fn times(&self) -> Vec<Duration> {
        let mut times = self.held().times.clone();
        times.sort_unstable();
        times
    }

    /// Requests that would change a group.
    pub(super) fn group_writes(&self) -> usize {
        self.held().group_writes
    }

    /// The last write since it was last asked for, or else the last read.
    pub(super) fn shown(&self) -> Option<String> {
        let mut held = self.held();
        let (write, read) = (held.write.take(), held.read.take());
        write.or(read)
    }
}

impl WireSink for Recorder {
    fn record(&self, exchange: Exchange) {
        let mut held = self.held();
        held.times.push(exchange.elapsed);
        let path = exchange.url.split_once("/scim_v2").map_or(exchange.url.as_str(), |(_, path)| path);
        let status =
            exchange.status().map_or_else(|| "no answer".to_owned(), |status| status.as_u16().to_string());
        let body = exchange.request_body.as_deref().unwrap_or_default();
        let shown = Some(format!("{} {path} {body} → {status}", exchange.method).replace("  ", " "));
        if exchange.method == Method::GET {
            held.read = shown;
        } else {
            held.group_writes += usize::from(path.starts_with("/Groups"));
            held.write = shown;
        }
    }
}
