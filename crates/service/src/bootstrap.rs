//! The first start.

use store::{Conflict, Purpose, StoreError};

use crate::admin::NewTenant;
use crate::operator::DEFAULT;
use crate::{Service, ServiceResult};

impl Service {
    /// Makes tenant `default` with connection `default` in a directory that has no tenant at all (design §2). Every
    /// command calls it; two processes may do so at once. A `default` that an operator has deleted stays deleted as
    /// long as there is another tenant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bootstrap(&self) -> ServiceResult<()> {
        let mut system = self.store.system(Purpose::Tenants).await?;
        if !system.tenants(None, 1).await?.is_empty() {
            return Ok(());
        }
        let (tenant, connection) = self.first_connection(&NewTenant::named(DEFAULT))?;
        match system.create_tenant(&tenant, &connection).await {
            // Somebody was faster, which is just as well.
            Ok(_) | Err(StoreError::Conflict(Conflict::NameTaken(_))) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
