//! Waiting, as a parameter: a job waits forty minutes, a day, four weeks.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use base::ManualClock;

/// Lets time pass.
#[async_trait]
pub trait Sleeper: Send + Sync + fmt::Debug {
    /// Returns when so much time has passed on the job's clock.
    async fn sleep(&self, span: Duration);
}

/// Real time, beside [`base::SystemClock`].
#[derive(Clone, Copy, Debug, Default)]
pub struct RealTime;

#[async_trait]
impl Sleeper for RealTime {
    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

/// Time that passes by being waited for: the clock is moved on, and nobody waits.
#[derive(Clone, Debug)]
pub struct VirtualTime(ManualClock);

impl VirtualTime {
    /// Moves this clock.
    #[must_use]
    pub const fn new(clock: ManualClock) -> Self {
        Self(clock)
    }
}

#[async_trait]
impl Sleeper for VirtualTime {
    async fn sleep(&self, span: Duration) {
        self.0.advance(span);
        // Others get their turn, as they would in real time.
        tokio::task::yield_now().await;
    }
}
