//! The end of the retention time (ruling 8), and of what deleted tenants have left.

use std::collections::BTreeMap;

use base::Timestamp;
use store::{Change, ConnectionId, Purpose, ResourceId, TenantId, WriteTx};

use super::Swept;
use crate::operator::system_caller;
use crate::{Service, ServiceResult};

/// Tombstones in one transaction, so that other writers wait only shortly.
const CHUNK: u32 = 256;
/// Most in one sweep; the next one goes on.
const MOST: u32 = 4096;
/// The same of portions of what deleted tenants have left.
const PORTIONS: u32 = 64;

impl Service {
    /// Takes their content for ever from tombstones that are older than the retention time, and the payload from
    /// events about them.
    pub(super) async fn purge(&self, now: Timestamp, swept: &mut Swept) -> ServiceResult<()> {
        let before = now.minus(self.config.retention);
        while swept.purged < MOST {
            let mut system = self.store.system(Purpose::Sweep).await?;
            let found = system.purgeable(before, CHUNK).await?;
            drop(system);
            if found.is_empty() {
                return Ok(());
            }
            let mut by_tenant: BTreeMap<TenantId, Vec<ResourceId>> = BTreeMap::new();
            for (tenant, id) in found {
                by_tenant.entry(tenant).or_default().push(id);
            }
            for (tenant, ids) in by_tenant {
                let mut tx = WriteTx::new(system_caller(tenant, ConnectionId(0)));
                swept.purged += u32::try_from(ids.len()).unwrap_or(u32::MAX);
                tx.changes = ids.into_iter().map(|id| Change::Purge { id }).collect();
                self.store.commit(tx).await?;
            }
        }
        Ok(())
    }

    /// Finishes deletions of tenants that were cut short.
    pub(super) async fn finish_deletions(&self) -> ServiceResult<()> {
        let mut system = self.store.system(Purpose::Sweep).await?;
        for _ in 0..PORTIONS {
            if !system.sweep_deleted().await? {
                break;
            }
        }
        Ok(())
    }
}
