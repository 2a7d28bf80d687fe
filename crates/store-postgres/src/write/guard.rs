//! The mass-change guard counts.

use store::{Guard, WriteTx};

use super::counters;
use super::lock::Locks;
use super::outcome::{Plan, params};

const HOUR: i64 = 3_600_000_000;

/// Counts a commit's share, and notes whether the day's count exceeds what the policy allows. Before the commit's changes,
/// since the share is of those before them; under a lock, since every earlier write must be counted.
pub(super) fn count<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx, locks: Locks) {
    let Some(guard) = &tx.guard else { return };
    let (tenant, connection) = (tx.caller.tenant.0, guard.connection.0);
    let hour = guard.now.as_micros().div_euclid(HOUR);
    plan.run("SELECT pg_advisory_xact_lock($1)", params![locks.guard(connection)]);
    plan.run(
        "DELETE FROM guard_hour WHERE tenant = $1 AND connection = $2 AND hour < $3",
        params![tenant, connection, hour - 23],
    );
    plan.run(
        "INSERT INTO guard_hour (tenant, connection, hour, weight, base)
         SELECT $1, $2, $3, $4, coalesce(sum(n), 0)::bigint FROM counter WHERE tenant = $1 AND what = 3 AND key = $5
         ON CONFLICT (tenant, connection, hour) DO UPDATE SET weight = guard_hour.weight + excluded.weight",
        params![tenant, connection, hour, i64::from(guard.weight), counters::connection(guard.connection)],
    );
    plan.add(
        "SELECT weight, base FROM guard_hour WHERE tenant = $1 AND connection = $2 ORDER BY hour",
        params![tenant, connection],
        move |rows, outcome| {
            let mut count = 0;
            let mut managed = None;
            for row in rows {
                count += row.try_get::<_, i64>(0)?;
                managed = managed.or(Some(row.try_get::<_, i64>(1)?));
            }
            outcome.exceeded = exceeds(guard, count, managed.unwrap_or(0));
            Ok(())
        },
    );
}

fn exceeds(guard: &Guard, count: i64, managed: i64) -> bool {
    count > i64::from(guard.floor) && count * 100 > managed * i64::from(guard.percent)
}
