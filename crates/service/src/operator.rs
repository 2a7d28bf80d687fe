//! Operators: whoever works on one tenant from the command line, the console or the REST API.

use std::sync::Arc;

use store::{Actor, Caller, Connection, ConnectionId, Grant, Purpose, ReadTx, StoreResult, TenantId};

use crate::session::TenantView;
use crate::{Code, Service, ServiceError, ServiceResult};

/// The tenant and connection that `--tenant` and `--connection` default to (ruling 17).
pub const DEFAULT: &str = "default";

/// An operator at work on one connection of one tenant: the authority that the administrative use cases take.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Authority for storage, with the name of who it is.
    pub caller: Caller,
    /// The tenant with its schemas.
    pub tenant: Arc<TenantView>,
    /// The connection.
    pub connection: Arc<Connection>,
    /// Id of this piece of work, for events and the log.
    pub request: String,
}

/// What Provost does to a connection on its own account.
pub(crate) fn system_caller(tenant: TenantId, connection: ConnectionId) -> Caller {
    Caller { tenant, connection, grant: Grant::FULL, actor: Actor::System }
}

/// Whether the operator's tenant is there for this reader: what is read of one that was deleted looks like nothing.
pub(crate) async fn still_there(op: &Operator, read: &mut dyn ReadTx) -> ServiceResult<()> {
    match read.tenant().await? {
        Some(_) => Ok(()),
        None => Err(ServiceError::new(
            Code::NotFound,
            format!("the tenant \"{}\" was deleted meanwhile", op.tenant.tenant.name),
        )),
    }
}

impl Service {
    /// Sits an operator down at a connection of a tenant, by name. Both are read afresh.
    ///
    /// # Errors
    /// `NotFound` when there is no such tenant or connection, with the names there are.
    pub async fn operator(&self, actor: Actor, tenant: &str, connection: &str) -> ServiceResult<Operator> {
        let mut system = self.store.system(Purpose::Tenants).await?;
        let found = system.tenant(tenant).await?;
        drop(system);
        let Some(found) = found else { return Err(self.no_tenant(tenant).await) };
        let mut caller = Caller { tenant: found.id, connection: ConnectionId(0), grant: Grant::FULL, actor };
        let connections = self.connections_of(&caller).await?;
        let Some(own) = connections.iter().find(|c| c.name == connection) else {
            let names: Vec<_> = connections.iter().map(|c| c.name.as_str()).collect();
            return Err(ServiceError::new(
                Code::NotFound,
                format!("tenant \"{tenant}\" has no connection \"{connection}\""),
            )
            .hint(format!("its connections are: {}", names.join(", "))));
        };
        caller.connection = own.id;
        let view = self.view(&found, &caller).await?;
        Ok(Operator {
            caller,
            tenant: view,
            connection: Arc::new(own.clone()),
            request: self.ids.request_id(),
        })
    }

    /// Whether the operator's tenant is still there, for work that takes its time.
    ///
    /// # Errors
    /// `NotFound` when it was deleted meanwhile.
    pub async fn is_still_there(&self, op: &Operator) -> ServiceResult<()> {
        still_there(op, &mut *self.store.read(&op.caller).await?).await
    }

    /// A tenant's connections, by id.
    pub(crate) async fn connections_of(&self, caller: &Caller) -> StoreResult<Vec<Connection>> {
        let mut tx = self.store.read(caller).await?;
        tx.connections().await
    }

    async fn no_tenant(&self, name: &str) -> ServiceError {
        let error = ServiceError::new(Code::NotFound, format!("there is no tenant \"{name}\""));
        match self.tenant_names(6).await {
            Ok(names) if names.is_empty() => error.hint("create it with `provost tenant create`"),
            Ok(names) => {
                let more = if names.len() > 5 { ", …" } else { "" };
                let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
                error.hint(format!("the tenants are: {shown}{more}"))
            }
            Err(_) => error,
        }
    }

    async fn tenant_names(&self, limit: u32) -> StoreResult<Vec<String>> {
        let mut system = self.store.system(Purpose::Tenants).await?;
        Ok(system.tenants(None, limit).await?.into_iter().map(|t| t.name).collect())
    }
}
