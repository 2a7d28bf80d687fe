//! What has happened to a learner.

use store::{Event, EventFilter, ResourceId};

use super::show::find;
use crate::{Operator, Service, ServiceResult};

/// Most events of one page.
const MOST: u32 = 1000;

impl Service {
    /// A page of a learner's events, oldest first, after a position; also of a removed learner, by its id. Events that the
    /// guard holds are not in it.
    ///
    /// # Errors
    /// `NotFound` when there never was such a learner.
    pub async fn learner_history(
        &self,
        op: &Operator,
        which: &str,
        after: i64,
        limit: u32,
    ) -> ServiceResult<Vec<Event>> {
        let mut read = self.store.read(&op.caller).await?;
        let id = match which.parse::<ResourceId>() {
            Ok(id) if read.tombstone(id).await?.is_some() => id,
            _ => find(&mut *read, which).await?.id,
        };
        let filter = EventFilter { subject: Some(id), ..EventFilter::default() };
        Ok(read.events(after, &filter, limit.clamp(1, MOST)).await?)
    }
}
