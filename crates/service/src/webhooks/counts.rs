//! What is counted about deliveries, for `/metrics`.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Counts of this process.
#[derive(Debug, Default)]
pub struct DeliveryCounts {
    delivered: AtomicU64,
    failed: AtomicU64,
    disabled: AtomicU64,
    lag: AtomicI64,
    parked: AtomicI64,
}

impl DeliveryCounts {
    /// Events told, and attempts that failed.
    pub fn attempts(&self, delivered: u64, failed: u64) {
        self.delivered.fetch_add(delivered, Ordering::Relaxed);
        self.failed.fetch_add(failed, Ordering::Relaxed);
    }

    /// An endpoint was switched off.
    pub fn disabled(&self) {
        self.disabled.fetch_add(1, Ordering::Relaxed);
    }

    /// How many events the endpoint that is furthest behind has not come to, and how many subjects wait at all of them.
    pub fn behind(&self, lag: i64, parked: i64) {
        self.lag.store(lag, Ordering::Relaxed);
        self.parked.store(parked, Ordering::Relaxed);
    }

    /// Delivered, failed, switched off; lag and parked.
    #[must_use]
    pub fn read(&self) -> ([u64; 3], [i64; 2]) {
        let count = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let gauge = |n: &AtomicI64| n.load(Ordering::Relaxed);
        (
            [count(&self.delivered), count(&self.failed), count(&self.disabled)],
            [gauge(&self.lag), gauge(&self.parked)],
        )
    }
}
