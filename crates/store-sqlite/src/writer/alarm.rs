//! Identity alarms.

use base::Timestamp;
use rusqlite::params;
use store::{Conflict, IdentityAlarm, ResourceId, TenantId};

use super::Writer;
use crate::fault::Done;

/// Most alarms that go when one comes, so that none has many to delete.
const GOING: u32 = 64;

impl Writer {
    /// Keeps an alarm, unless the same one was raised after `quiet`.
    pub(super) fn raise_alarm(
        &mut self,
        tenant: TenantId,
        alarm: &IdentityAlarm,
        quiet: Timestamp,
        forget: Timestamp,
    ) -> Done<()> {
        let raised = self.run_sql(
            "INSERT INTO identity_alarm (tenant, learner, connection, claim, at, label, refused)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (tenant, learner, connection, claim) DO UPDATE SET at = excluded.at, label = excluded.label,
                refused = excluded.refused WHERE at <= ?8",
            params![
                tenant.0,
                alarm.learner.0.as_bytes(),
                alarm.connection.0,
                alarm.claim,
                alarm.at.as_micros(),
                alarm.label,
                alarm.refused,
                quiet.as_micros(),
            ],
        )?;
        if raised == 0 {
            return Err(Conflict::AlarmRaised(alarm.learner).into());
        }
        self.run_sql(
            "DELETE FROM identity_alarm WHERE (tenant, learner, connection, claim) IN (
                SELECT tenant, learner, connection, claim FROM identity_alarm
                WHERE tenant = ?1 AND connection = ?2 AND at < ?3 ORDER BY at LIMIT ?4)",
            (tenant.0, alarm.connection.0, forget.as_micros(), GOING),
        )?;
        Ok(())
    }

    /// The alarms about a learner go.
    pub(super) fn settle_alarms(&mut self, tenant: TenantId, learner: ResourceId) -> Done<()> {
        self.run_sql(
            "DELETE FROM identity_alarm WHERE tenant = ?1 AND learner = ?2",
            params![tenant.0, learner.0.as_bytes()],
        )?;
        Ok(())
    }
}
