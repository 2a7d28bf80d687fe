//! The round that looks at every connection: tokens about to expire, silence, requests that keep failing, the rhythm of a job
//! in quarantine.

use std::time::Duration;

use base::Timestamp;
use serde_json::json;
use store::{
    Change, Conflict, Connection, ConnectionId, EventKind, NewEvent, Purpose, StoreError, StoreResult,
    Tenant, Token, TrafficMinute, WriteTx,
};

use super::Swept;
use super::note::Note;
use crate::faults::rhythm;
use crate::operator::system_caller;
use crate::{Service, ServiceResult};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Days ahead at which an expiring token is announced (design §2).
const AHEAD: [u32; 3] = [30, 7, 1];
/// Tenants read at once.
const PAGE: u32 = 256;
/// Minutes looked at for failures, and how many failures are worth a word.
const FAILING_MINUTES: i64 = 60;
const FAILING_LEAST: u32 = 20;

impl Service {
    pub(super) async fn patrol(&self, now: Timestamp, swept: &mut Swept) -> ServiceResult<()> {
        let mut after: Option<String> = None;
        loop {
            let mut system = self.store.system(Purpose::Sweep).await?;
            let tenants = system.tenants(after.as_deref(), PAGE).await?;
            drop(system);
            let Some(last) = tenants.last() else { return Ok(()) };
            after = Some(last.name.clone());
            for tenant in &tenants {
                self.patrol_tenant(tenant, now, swept).await?;
            }
        }
    }

    async fn patrol_tenant(&self, tenant: &Tenant, now: Timestamp, swept: &mut Swept) -> StoreResult<()> {
        let mut read = self.store.read(&system_caller(tenant.id, ConnectionId(0))).await?;
        let tokens = read.tokens().await?;
        let minute = now.as_micros().div_euclid(60_000_000) - rhythm::MINUTES;
        let mut seen = Vec::new();
        for connection in read.connections().await? {
            let note = Note::read(&mut *read, connection.id).await?;
            let traffic = read.traffic(connection.id, minute).await?;
            seen.push((connection, note, traffic));
        }
        drop(read);
        for (connection, before, traffic) in seen {
            let mut note = before.clone();
            let mut tx = WriteTx::new(system_caller(tenant.id, connection.id));
            let own = tokens.iter().filter(|t| t.connection == connection.id);
            let expiring = self.expiring(&connection, own, &mut note, now);
            let silent = self.silent(&connection, &mut note, now);
            let failing = self.failing(&connection, &traffic, &mut note, now);
            let quarantined = self.quarantined(&connection, &traffic, &mut note, now);
            if note == before {
                continue;
            }
            let counts =
                [expiring.len(), silent.iter().len(), failing.iter().len(), quarantined.iter().len()];
            tx.events = expiring.into_iter().chain(silent).chain(failing).chain(quarantined).collect();
            tx.changes.push(Change::PutJob(Box::new(note.job(now))));
            match self.store.commit(tx).await {
                Ok(_) => {
                    let [expiring, silent, failing, quarantined] =
                        counts.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
                    swept.expiring += expiring;
                    swept.silent += silent;
                    swept.failing += failing;
                    swept.quarantined += quarantined;
                }
                // Deleted while we looked.
                Err(StoreError::Conflict(Conflict::Gone(_))) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn expiring<'a>(
        &self,
        connection: &Connection,
        tokens: impl Iterator<Item = &'a Token>,
        note: &mut Note,
        now: Timestamp,
    ) -> Vec<NewEvent> {
        let told = std::mem::take(&mut note.expiring);
        let mut events = Vec::new();
        for token in tokens {
            let Some(days) = days_ahead(token, now) else { continue };
            let before = told.get(&token.id).copied();
            if before.is_none_or(|before| days < before) {
                let data = json!({
                    "connection": connection.name,
                    "token": {
                        "id": token.id,
                        "name": token.name,
                        "expires": token.expires.map(|at| at.to_string()),
                    },
                    "days": days,
                });
                events.push(self.own_event(EventKind::TokenExpiring, connection, None, now, &data));
            }
            note.expiring.insert(token.id.clone(), before.map_or(days, |before| before.min(days)));
        }
        events
    }

    fn silent(&self, connection: &Connection, note: &mut Note, now: Timestamp) -> Option<NewEvent> {
        let here = self.pulse.heard(connection.id).map(Timestamp::as_micros);
        let heard = note.heard.max(here)?;
        let last = Timestamp::from_micros(heard);
        let over = now.since(last) >= self.config.silent_after;
        if !over || connection.paused.is_some() || note.silent == Some(heard) {
            return None;
        }
        note.silent = Some(heard);
        let data = json!({"connection": connection.name, "last_contact": last.to_string()});
        Some(self.own_event(EventKind::ConnectionSilent, connection, None, now, &data))
    }

    fn failing(
        &self,
        connection: &Connection,
        traffic: &[TrafficMinute],
        note: &mut Note,
        now: Timestamp,
    ) -> Option<NewEvent> {
        let from = now.as_micros().div_euclid(60_000_000) - FAILING_MINUTES;
        let hour = traffic.iter().filter(|m| m.minute >= from);
        let (failures, good) = hour.fold((0_u32, 0_u32), |(failures, good), m| {
            (failures.saturating_add(m.failures), good.saturating_add(m.reads).saturating_add(m.writes))
        });
        let fails = failures >= FAILING_LEAST && failures > good;
        let news = fails && !note.failing;
        note.failing = fails;
        news.then(|| {
            let data = json!({
                "connection": connection.name,
                "minutes": FAILING_MINUTES,
                "failed": failures,
                "done": good,
            });
            self.own_event(EventKind::ConnectionFailing, connection, None, now, &data)
        })
    }

    fn quarantined(
        &self,
        connection: &Connection,
        traffic: &[TrafficMinute],
        note: &mut Note,
        now: Timestamp,
    ) -> Option<NewEvent> {
        let cycles = rhythm::cycles(traffic);
        if note.quarantined {
            note.quarantined = !rhythm::recovered(&cycles);
            return None;
        }
        let since = rhythm::quarantined(connection, &cycles, now)?;
        note.quarantined = true;
        let last = note.heard.map(|at| Timestamp::from_micros(at).to_string());
        let data = json!({"connection": connection.name, "since": since.to_string(), "last_contact": last});
        Some(self.own_event(EventKind::ConnectionQuarantined, connection, None, now, &data))
    }
}

/// The announcement that is due for a token: the fewest days ahead that its end is within. A life that was shorter
/// than an announcement from the start makes it pointless.
fn days_ahead(token: &Token, now: Timestamp) -> Option<u32> {
    let end = token.expires.filter(|end| *end > now && token.revoked.is_none())?;
    let (left, life) = (end.since(now), end.since(token.created));
    AHEAD.into_iter().filter(|days| left <= DAY * *days && life > DAY * *days).min()
}

#[cfg(test)]
mod tests {
    use store::{Grant, TenantId};

    use super::*;

    fn token(life_days: u32) -> Token {
        Token {
            id: "t".into(),
            tenant: TenantId(1),
            connection: ConnectionId(1),
            name: "t".into(),
            grant: Grant::FULL,
            digest: [0; 32],
            created: Timestamp::EPOCH,
            expires: Some(Timestamp::EPOCH.plus(DAY * life_days)),
            revoked: None,
            last_used: None,
        }
    }

    fn day(n: u32) -> Timestamp {
        Timestamp::EPOCH.plus(DAY * n)
    }

    #[test]
    fn a_token_is_announced_30_7_and_1_days_ahead() {
        let year = token(365);
        let due: Vec<_> = [334, 335, 357, 358, 363, 364, 365].map(|n| days_ahead(&year, day(n))).into();
        assert_eq!(due, [None, Some(30), Some(30), Some(7), Some(7), Some(1), None]);
    }

    #[test]
    fn a_short_life_is_not_announced_at_its_beginning() {
        assert_eq!(days_ahead(&token(20), day(0)), None);
        assert_eq!(days_ahead(&token(20), day(13)), Some(7));
        assert_eq!(days_ahead(&token(1), day(0)), None);
        let revoked = Token { revoked: Some(day(1)), ..token(365) };
        assert_eq!(days_ahead(&revoked, day(364)), None);
    }
}
