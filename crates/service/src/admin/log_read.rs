//! `provost log`.

use store::{LogEntry, LogFilter};

use crate::{Operator, Service, ServiceResult};

/// Most entries of one page.
const MOST: u32 = 1000;

impl Service {
    /// The tenant's provisioning log as the filter narrows it, newest first, at most `limit` entries and never more
    /// than 1000.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn provisioning_log(
        &self,
        op: &Operator,
        filter: &LogFilter,
        limit: u32,
    ) -> ServiceResult<Vec<LogEntry>> {
        let mut read = self.store.read(&op.caller).await?;
        Ok(read.log(filter, limit.min(MOST)).await?)
    }
}
