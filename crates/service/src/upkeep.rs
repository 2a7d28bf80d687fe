//! What must be done now and then while a directory is served.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::{Service, ServiceResult};

/// How often.
const BEAT: Duration = Duration::from_secs(30);

impl Service {
    /// From now on forgets what it keeps in memory as soon as another process says that it has changed. [`Self::upkeep`] does
    /// so by itself.
    pub fn listen(&self) {
        let sessions = self.sessions.clone();
        self.store.listen(Box::new(move || sessions.forget_all()));
    }

    /// Sweeps, takes up interrupted imports, and takes out what tenants no longer store, until it is told to stop; then sweeps
    /// once more, so that what was counted is written. Whoever serves a directory runs this beside it. Any number of nodes may:
    /// the work is claimed.
    pub async fn upkeep(&self, stop: &CancellationToken) {
        self.listen();
        // Beside each other, because some of it may take long; what is stopped goes on at the next start.
        tokio::join!(
            self.sweeps(stop),
            now_and_then(stop, "going on with an interrupted import", || Box::pin(self.resume_imports())),
            now_and_then(stop, "taking out what is no longer stored", || Box::pin(self.scrub())),
        );
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
}

/// Does work that can be gone on with at any point with every beat, and drops it where it is when it is told to stop.
async fn now_and_then<T, F: Future<Output = ServiceResult<T>>>(
    stop: &CancellationToken,
    what: &str,
    mut work: impl FnMut() -> F,
) {
    let mut beat = beat();
    let round = async {
        loop {
            beat.tick().await;
            if let Err(error) = work().await {
                tracing::warn!(%error, "{what} failed; it is tried again");
            }
        }
    };
    stop.run_until_cancelled(round).await;
}

fn beat() -> Interval {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}
