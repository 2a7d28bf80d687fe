//! `provost webhook replay`.

use store::Purpose;

use super::endpoint::ReplayOrder;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Most replays that wait.
const MOST: usize = 10;

impl Service {
    /// Has events of a range of the feed sent to an endpoint once more, beside what is new. They keep their ids.
    ///
    /// # Errors
    /// `NotFound` when there is no such endpoint, `Invalid` when the range is empty or not in the feed, `Conflict` when
    /// too many replays wait.
    pub async fn webhook_replay(
        &self,
        op: Option<&Operator>,
        which: &str,
        after: i64,
        until: Option<i64>,
    ) -> ServiceResult<ReplayOrder> {
        let mut system = self.store.system(Purpose::Webhooks).await?;
        let (end, floor) = (system.last_position().await?, system.feed_floor().await?);
        drop(system);
        let until = until.unwrap_or(end).min(end);
        if after < floor || until <= after {
            let message = format!("there are no events after {after} up to {until} in the feed");
            return Err(ServiceError::new(Code::Invalid, message)
                .hint(format!("the feed has positions after {floor} up to {end}")));
        }
        let done = self.webhook(op, which).await?.standing.replayed;
        let mut order = ReplayOrder { number: 0, after, until };
        self.change_webhook(op, which, "webhook_replayed", |webhook| {
            let replays = &mut webhook.settings.replays;
            order.number = replays.last().map_or(done, |last| last.number) + 1;
            replays.retain(|replay| replay.number > done);
            if replays.len() >= MOST {
                return Err(ServiceError::new(Code::Conflict, format!("{MOST} replays wait already"))
                    .hint("wait until they are done: `provost webhook show` tells"));
            }
            replays.push(order.clone());
            Ok(())
        })
        .await?;
        Ok(order)
    }
}
