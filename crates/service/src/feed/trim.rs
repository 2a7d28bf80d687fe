//! The end of events that are older than they are kept.

use base::Timestamp;
use store::Purpose;

use crate::{Service, ServiceResult};

/// Events in one transaction, so that other writers wait only shortly.
const CHUNK: u32 = 1000;
/// Most in one sweep; the next one goes on.
const MOST: u64 = 100_000;

impl Service {
    /// Deletes events that nobody needs to read any more.
    pub(crate) async fn trim_feed(&self, now: Timestamp) -> ServiceResult<()> {
        let before = now.minus(self.config.events_kept);
        let mut system = self.store.system(Purpose::Sweep).await?;
        let mut gone = 0;
        while gone < MOST {
            let trimmed = system.trim_events(before, CHUNK).await?;
            gone += trimmed;
            if trimmed < u64::from(CHUNK) {
                break;
            }
        }
        Ok(())
    }
}
