//! `provost tenant delete`.

use store::Purpose;

use super::TenantSummary;
use crate::{Operator, Service, ServiceResult};

impl Service {
    /// Deletes the operator's tenant with everything of it, for ever: learners, groups, tokens, events, log. Gives
    /// what there was. Its tokens are refused at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tenant_delete(&self, op: &Operator) -> ServiceResult<TenantSummary> {
        let summary = self.tenant_show(op).await?;
        let mut system = self.store.system(Purpose::Tenants).await?;
        system.delete_tenant(op.caller.tenant).await?;
        drop(system);
        self.sessions.forget_all();
        for connection in &summary.connections {
            self.pulse.forget(connection.connection.id);
        }
        Ok(summary)
    }
}
