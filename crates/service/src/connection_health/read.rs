//! Reading what is known of connections.

use base::Timestamp;
use store::{
    Connection, ConnectionId, Kind, LogFilter, Purpose, ReadTx, StoreResult, Tenant, Token, TrafficMinute,
};

use super::attention::{ALARM, Attention, Known, attention};
use super::cycles::{cycles, rhythm};
use super::{ConnectionHealth, TenantHealth, TrafficSpan};
use crate::operator::system_caller;
use crate::{Operator, Service, ServiceResult};

const MINUTE: i64 = 60_000_000;
/// Minutes that are looked at: two days.
const MINUTES: i64 = 2 * 24 * 60;
/// Hours that are shown.
const HOURS: i64 = 24;
/// Log entries that are looked at.
const ENTRIES: u32 = 200;

impl Service {
    /// The operator's connection with what is known of its health. The cost does not depend on how many learners there
    /// are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn connection_health(&self, op: &Operator) -> ServiceResult<ConnectionHealth> {
        let mut read = self.store.read(&op.caller).await?;
        let tokens = read.tokens().await?;
        let found = read.connections().await?.into_iter().find(|c| c.id == op.connection.id);
        let connection = found.unwrap_or_else(|| op.connection.as_ref().clone());
        Ok(self.health_of(&mut *read, connection, &tokens).await?)
    }

    /// Tenants after a name, by name, at most `limit`, with the health of their connections.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tenants_health(&self, after: Option<&str>, limit: u32) -> ServiceResult<Vec<TenantHealth>> {
        let mut system = self.store.system(Purpose::Tenants).await?;
        let tenants = system.tenants(after, limit).await?;
        drop(system);
        let mut out = Vec::with_capacity(tenants.len());
        for tenant in tenants {
            out.push(self.tenant_health(tenant).await?);
        }
        Ok(out)
    }

    async fn tenant_health(&self, tenant: Tenant) -> StoreResult<TenantHealth> {
        let mut read = self.store.read(&system_caller(tenant.id, ConnectionId(0))).await?;
        let tokens = read.tokens().await?;
        let mut connections = Vec::new();
        for connection in read.connections().await? {
            connections.push(self.health_of(&mut *read, connection, &tokens).await?);
        }
        Ok(TenantHealth {
            learners: read.count(Kind::USER).await?,
            inactive: read.count_inactive().await?,
            groups: read.count(Kind::GROUP).await?,
            connections,
            tenant,
        })
    }

    async fn health_of(
        &self,
        read: &mut dyn ReadTx,
        connection: Connection,
        tokens: &[Token],
    ) -> StoreResult<ConnectionHealth> {
        let now = self.clock.now();
        let own: Vec<Token> = tokens.iter().filter(|t| t.connection == connection.id).cloned().collect();
        let live =
            own.iter().filter(|t| t.revoked.is_none() && t.expires.is_none_or(|end| end > now)).count();
        let (last_contact, last_well) = self.last_contact(read, &connection).await?;
        let this_minute = now.as_micros().div_euclid(MINUTE);
        let mut traffic = read.traffic(connection.id, this_minute - MINUTES).await?;
        add(&mut traffic, &self.pulse.unwritten(connection.id));
        let filter = LogFilter { connection: Some(connection.id), ..LogFilter::default() };
        let log = read.log(&filter, ENTRIES).await?;
        let held = read.count_held(connection.id).await?;
        let alarm = identity(read, connection.id, now).await?;
        let reasons = attention(&Known {
            now,
            silent_after: self.config.silent_after,
            connection: &connection,
            tokens: &own,
            last_contact,
            last_well,
            held,
            traffic: &traffic,
            log: &log,
            alarm,
        });
        let cycles = cycles(&traffic);
        Ok(ConnectionHealth {
            managed: read.count_managed(connection.id).await?,
            held,
            live_tokens: live,
            last_contact,
            rhythm: rhythm(&cycles),
            cycles,
            hours: hours(&traffic, now),
            attention: reasons,
            connection,
        })
    }
}

/// The latest identity alarm that is neither settled nor old, with the learner as far as one is here.
async fn identity(
    read: &mut dyn ReadTx,
    connection: ConnectionId,
    now: Timestamp,
) -> StoreResult<Option<Attention>> {
    let Some(alarm) = read.alarms(connection, now.minus(ALARM), 1).await?.pop() else { return Ok(None) };
    let known = read.describe(&[alarm.learner]).await?.into_iter().flatten().next();
    Ok(Some(Attention::Identity {
        label: alarm.label,
        learner: known.map(|_| alarm.learner),
        refused: alarm.refused,
        at: alarm.at,
    }))
}

/// Adds minutes that are not written yet; the result is in order.
fn add(traffic: &mut Vec<TrafficMinute>, more: &[TrafficMinute]) {
    for extra in more {
        match traffic.iter_mut().rev().find(|m| m.minute == extra.minute) {
            Some(known) => {
                known.reads = known.reads.saturating_add(extra.reads);
                known.writes = known.writes.saturating_add(extra.writes);
                known.failures = known.failures.saturating_add(extra.failures);
            }
            None => traffic.push(*extra),
        }
    }
    traffic.sort_by_key(|m| m.minute);
}

/// The last hours, the present one last, those without a request included.
fn hours(traffic: &[TrafficMinute], now: Timestamp) -> Vec<TrafficSpan> {
    let this = now.as_micros().div_euclid(60 * MINUTE);
    let empty = |hour: i64| TrafficSpan {
        from: Timestamp::from_micros(hour * 60 * MINUTE),
        reads: 0,
        writes: 0,
        failures: 0,
    };
    let mut out: Vec<_> = (this - HOURS + 1..=this).map(empty).collect();
    for minute in traffic {
        let at = minute.minute.div_euclid(60) - (this - HOURS + 1);
        if let Some(span) = usize::try_from(at).ok().and_then(|at| out.get_mut(at)) {
            span.reads += u64::from(minute.reads);
            span.writes += u64::from(minute.writes);
            span.failures += u64::from(minute.failures);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_without_a_request_are_there_and_the_present_one_is_last() {
        let minute = |minute, reads| TrafficMinute {
            connection: ConnectionId(1),
            minute,
            reads,
            writes: 0,
            failures: 1,
        };
        let mut traffic = vec![minute(10, 5), minute(60 * 30, 1)];
        add(&mut traffic, &[minute(60 * 30, 2), minute(60 * 30 - 1, 4)]);
        let found = hours(&traffic, Timestamp::from_micros((60 * 30 + 5) * MINUTE));
        assert_eq!(found.len(), 24);
        assert_eq!((found[23].reads, found[23].failures), (3, 2));
        assert_eq!((found[22].reads, found[21].reads), (4, 0));
        assert_eq!(found[23].from.as_micros(), 60 * 30 * MINUTE);
    }
}
