//! Identity alarms.

use base::Timestamp;
use store::{Conflict, IdentityAlarm, ResourceId, TenantId};

use super::outcome::{Plan, params};
use crate::text::Text;

/// Most alarms that go when one comes, so that none has many to delete.
const GOING: i64 = 64;

/// Keeps an alarm, unless the same one was raised after `quiet`. Of two at once, one waits here for the other, and then
/// finds that it was raised.
pub(super) fn raise<'a>(
    plan: &mut Plan<'a>,
    tenant: TenantId,
    alarm: &'a IdentityAlarm,
    quiet: Timestamp,
    forget: Timestamp,
) {
    let learner = alarm.learner;
    plan.add(
        "INSERT INTO identity_alarm (tenant, learner, connection, claim, at, label, refused)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant, learner, connection, claim) DO UPDATE SET at = excluded.at, label = excluded.label,
            refused = excluded.refused WHERE identity_alarm.at <= $8
         RETURNING 1",
        params![
            tenant.0,
            learner.0,
            alarm.connection.0,
            &alarm.claim[..],
            alarm.at.as_micros(),
            Text::from(&alarm.label),
            alarm.refused,
            quiet.as_micros(),
        ],
        move |rows, _| rows.first().map(|_| ()).ok_or(Conflict::AlarmRaised(learner).into()),
    );
    // What another commit is just deleting is passed over.
    plan.run(
        "DELETE FROM identity_alarm WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM identity_alarm WHERE tenant = $1 AND connection = $2 AND at < $3
            ORDER BY at LIMIT $4 FOR UPDATE SKIP LOCKED))",
        params![tenant.0, alarm.connection.0, forget.as_micros(), GOING],
    );
}

/// The alarms about a learner go.
pub(super) fn settle(plan: &mut Plan<'_>, tenant: TenantId, learner: ResourceId) {
    plan.run("DELETE FROM identity_alarm WHERE tenant = $1 AND learner = $2", params![tenant.0, learner.0]);
}
