//! `provost tenant list` and `show`.

use store::{Actor, Caller, Connection, ConnectionId, Grant, Kind, Purpose, StoreResult, Tenant};

use crate::{Operator, Service, ServiceResult};

/// A tenant with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantSummary {
    /// The tenant.
    pub tenant: Tenant,
    /// Live learners, inactive ones included.
    pub learners: u64,
    /// Inactive learners.
    pub inactive: u64,
    /// Live groups.
    pub groups: u64,
    /// Its connections, by creation.
    pub connections: Vec<ConnectionSummary>,
}

/// A connection with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionSummary {
    /// The connection.
    pub connection: Connection,
    /// Learners it manages.
    pub managed: u64,
    /// Events that the mass-change guard holds back.
    pub held: u64,
    /// Tokens that still open it.
    pub live_tokens: usize,
}

impl Service {
    /// Tenants after a name, by name, at most `limit`, with their figures (kept counters: the cost does not depend on
    /// how many learners they have).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tenants(&self, after: Option<&str>, limit: u32) -> ServiceResult<Vec<TenantSummary>> {
        let mut system = self.store.system(Purpose::Tenants).await?;
        let tenants = system.tenants(after, limit).await?;
        drop(system);
        let mut out = Vec::with_capacity(tenants.len());
        for tenant in tenants {
            out.push(self.summarise(tenant).await?);
        }
        Ok(out)
    }

    /// The operator's tenant with its figures.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tenant_show(&self, op: &Operator) -> ServiceResult<TenantSummary> {
        Ok(self.summarise(op.tenant.tenant.clone()).await?)
    }

    async fn summarise(&self, tenant: Tenant) -> StoreResult<TenantSummary> {
        let caller = Caller {
            tenant: tenant.id,
            connection: ConnectionId(0),
            grant: Grant::FULL,
            actor: Actor::System,
        };
        let now = self.clock.now();
        let mut tx = self.store.read(&caller).await?;
        let tokens = tx.tokens().await?;
        let mut connections = Vec::new();
        for connection in tx.connections().await? {
            let live = |t: &&store::Token| {
                t.connection == connection.id && t.revoked.is_none() && t.expires.is_none_or(|at| at > now)
            };
            connections.push(ConnectionSummary {
                managed: tx.count_managed(connection.id).await?,
                held: tx.count_held(connection.id).await?,
                live_tokens: tokens.iter().filter(live).count(),
                connection,
            });
        }
        Ok(TenantSummary {
            learners: tx.count(Kind::USER).await?,
            inactive: tx.count_inactive().await?,
            groups: tx.count(Kind::GROUP).await?,
            connections,
            tenant,
        })
    }
}
