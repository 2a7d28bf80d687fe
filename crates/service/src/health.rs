//! Readiness.

use store::Purpose;

use crate::{Service, ServiceResult};

impl Service {
    /// Asks the database for its schema version: whether the service can do its work.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn health(&self) -> ServiceResult<i64> {
        let mut system = self.store.system(Purpose::Health).await?;
        Ok(system.health().await?)
    }
}
