//! What must be done now and then while a directory is served.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::Service;

/// How often.
const BEAT: Duration = Duration::from_secs(30);

impl Service {
    /// From now on forgets what it keeps in memory as soon as another process says that it has changed. [`Self::upkeep`] does
    /// so by itself.
    pub fn listen(&self) {
        let sessions = self.sessions.clone();
        self.store.listen(Box::new(move || sessions.forget_all()));
    }

    /// Sweeps, and takes up interrupted imports, until it is told to stop; then sweeps once more, so that what was counted is
    /// written. Whoever serves a directory runs this beside it. Any number of nodes may: the work is claimed.
    pub async fn upkeep(&self, stop: &CancellationToken) {
        self.listen();
        // Beside each other, because an import may take long; one that is stopped goes on at the next start.
        tokio::join!(self.sweeps(stop), self.interrupted_imports(stop));
        if let Err(error) = self.sweep().await {
            tracing::warn!(%error, "the last counts could not be written");
        }
    }

    async fn sweeps(&self, stop: &CancellationToken) {
        let mut beat = beat();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = beat.tick() => {
                    if let Err(error) = self.sweep().await {
                        tracing::warn!(%error, "background work failed; it is tried again");
                    }
                }
            }
        }
    }

    async fn interrupted_imports(&self, stop: &CancellationToken) {
        let mut beat = beat();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = beat.tick() => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                result = self.resume_imports() => {
                    if let Err(error) = result {
                        tracing::warn!(%error, "an interrupted import cannot go on; it is tried again");
                    }
                }
            }
        }
    }
}

fn beat() -> Interval {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}
