//! Members of groups: rows, so that a change costs the same in a small group and a large one.

use rusqlite::params;
use store::code::Counted;
use store::{Conflict, Kind, ResourceId, TenantId};

use super::Writer;
use super::counters::CounterKey;
use crate::fault::Done;

impl Writer {
    /// Somebody joins a group.
    pub(super) fn add_member(
        &mut self,
        tenant: TenantId,
        group: ResourceId,
        member: ResourceId,
        kind: Kind,
    ) -> Done<()> {
        self.live(tenant, group)?;
        if self.live(tenant, member)?.kind != kind {
            return Err(Conflict::Missing(member).into());
        }
        let added = self.run_sql(
            "INSERT OR IGNORE INTO membership (tenant, grp, member, kind) VALUES (?1, ?2, ?3, ?4)",
            params![tenant.0, group.0.as_bytes(), member.0.as_bytes(), kind.0],
        )?;
        if added == 0 {
            return Err(Conflict::Membership { group, member }.into());
        }
        self.count(tenant, Counted::Members, CounterKey::Group(group), 1);
        Ok(())
    }

    /// Somebody leaves a group.
    pub(super) fn remove_member(
        &mut self,
        tenant: TenantId,
        group: ResourceId,
        member: ResourceId,
    ) -> Done<()> {
        let removed = self.run_sql(
            "DELETE FROM membership WHERE tenant = ?1 AND grp = ?2 AND member = ?3",
            params![tenant.0, group.0.as_bytes(), member.0.as_bytes()],
        )?;
        if removed == 0 {
            return Err(Conflict::Membership { group, member }.into());
        }
        self.count(tenant, Counted::Members, CounterKey::Group(group), -1);
        Ok(())
    }
}
