//! `provost api-key list`.

use std::collections::HashMap;

use store::{ApiKey, Purpose, TenantId};

use crate::{Operator, Service, ServiceResult};

/// Tenants read at once to find their names.
const PAGE: u32 = 1000;

/// An API key in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// The key.
    pub key: ApiKey,
    /// Name of the only tenant that it opens.
    pub tenant: Option<String>,
}

impl Service {
    /// API keys by creation, revoked ones included: those of the operator's tenant, or all of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn api_keys(&self, op: Option<&Operator>) -> ServiceResult<Vec<KeyRow>> {
        let mut system = self.store.system(Purpose::ApiKeys).await?;
        let keys = system.api_keys().await?;
        if let Some(op) = op {
            let own = keys.into_iter().filter(|key| key.tenant == Some(op.caller.tenant));
            let tenant = Some(op.tenant.tenant.name.clone());
            return Ok(own.map(|key| KeyRow { key, tenant: tenant.clone() }).collect());
        }
        let mut names: HashMap<TenantId, String> = HashMap::new();
        let mut after: Option<String> = None;
        while keys.iter().any(|key| key.tenant.is_some_and(|id| !names.contains_key(&id))) {
            let page = system.tenants(after.as_deref(), PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.name.clone());
            names.extend(page.into_iter().map(|tenant| (tenant.id, tenant.name)));
        }
        let row = |key: ApiKey| KeyRow { tenant: key.tenant.and_then(|id| names.get(&id).cloned()), key };
        Ok(keys.into_iter().map(row).collect())
    }
}
