//! What the doors need of every request and of none in particular.

use store::Purpose;

use crate::{Service, ServiceResult};

impl Service {
    /// An id for a request: in its log entry, its events, and the answer's header.
    #[must_use]
    pub fn request_id(&self) -> String {
        self.ids.request_id()
    }

    /// Asks the database for its schema version: whether the service can do its work.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn health(&self) -> ServiceResult<i64> {
        let mut system = self.store.system(Purpose::Health).await?;
        Ok(system.health().await?)
    }
}
