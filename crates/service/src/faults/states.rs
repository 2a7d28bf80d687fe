//! What only time and settings show.

use std::time::Duration;

use base::Timestamp;
use store::{Connection, ConnectionKind, Token, TrafficMinute};

use super::rhythm::{cycles, quarantined};

const MINUTE: i64 = 60_000_000;
const HOUR: Duration = Duration::from_secs(3600);
/// How long after a token was made the first request is missed.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// What is known of a connection.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) now: Timestamp,
    pub(super) connection: &'a Connection,
    pub(super) public_url: &'a str,
    /// Latest request of any kind.
    pub(super) heard: Option<Timestamp>,
    /// First request that was answered well.
    pub(super) first_well: Option<Timestamp>,
    /// The connection's live tokens.
    pub(super) tokens: &'a [Token],
    /// Learners it manages.
    pub(super) managed: u64,
    /// Events that its guard holds.
    pub(super) held: u64,
    /// Its minutes with traffic, ascending, of the last days.
    pub(super) traffic: &'a [TrafficMinute],
}

/// The faults of the catalogue that hold now, each with since when.
pub(super) fn states(facts: &Facts<'_>) -> Vec<(&'static str, Timestamp)> {
    let Facts { now, connection, .. } = *facts;
    let entra = connection.kind == ConnectionKind::Entra;
    let cycles = cycles(facts.traffic);
    let quarantined = quarantined(connection, &cycles, now);
    let wrote = facts.managed > 0 || facts.traffic.iter().any(|m| m.writes > 0);
    let idle = facts.first_well.filter(|at| !wrote && now.since(*at) >= HOUR && connection.paused.is_none());
    let mut out = Vec::new();
    if facts.public_url.starts_with("http://") && !is_own_machine(facts.public_url) {
        out.push(("public_url_http", Timestamp::from_micros(connection.created)));
    }
    if facts.heard.is_none()
        && let Some(made) = facts.tokens.iter().map(|t| t.created).min()
        && now.since(made) >= PATIENCE
    {
        out.push(("nothing_arrived", made));
    }
    if let Some(end) = facts.tokens.iter().filter_map(|t| t.expires).min()
        && end > now
        && end.since(now) <= 30 * 24 * HOUR
    {
        out.push(("token_expiring", now));
    }
    if let Some(since) = idle {
        out.push((if cycles.len() >= 3 { "nobody_in_scope" } else { "not_started" }, since));
    }
    if let Some(since) = connection.paused {
        out.push(("paused", Timestamp::from_micros(since)));
    }
    if facts.held > 0 {
        out.push(("held_changes", now));
    }
    if let Some(since) = quarantined {
        out.push(("quarantine_rhythm", since));
    } else if entra
        && connection.paused.is_none()
        && (connection.first_synced.is_some() || wrote)
        && let Some(last) = facts.heard
        && now.since(last) >= 3 * HOUR
    {
        out.push(("silent", last));
    }
    if is_failing(facts.traffic, now) {
        out.push(("failing", now.minus(HOUR)));
    }
    out
}

fn is_failing(traffic: &[TrafficMinute], now: Timestamp) -> bool {
    let from = now.as_micros().div_euclid(MINUTE) - 60;
    let recent = traffic.iter().filter(|m| m.minute >= from);
    let (bad, good) = recent.fold((0_u64, 0_u64), |(bad, good), m| {
        (bad + u64::from(m.failures), good + u64::from(m.reads) + u64::from(m.writes))
    });
    bad >= 20 && bad > good
}

/// Whether a URL means this machine, so that nobody else can use it.
pub(crate) fn is_own_machine(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    ["localhost", "127.", "[::1]", "0.0.0.0"].iter().any(|own| host.starts_with(own))
}

#[cfg(test)]
mod tests {
    use store::ConnectionId;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_micros(minute * MINUTE)
    }

    fn minute(minute: i64, reads: u32, failures: u32) -> TrafficMinute {
        TrafficMinute { connection: ConnectionId(1), minute, reads, writes: 0, failures }
    }

    #[test]
    fn failures_count_when_they_are_many_and_more_than_half() {
        assert!(is_failing(&[minute(100, 19, 20)], at(120)));
        assert!(!is_failing(&[minute(100, 20, 20)], at(120)));
        assert!(!is_failing(&[minute(100, 0, 19)], at(120)));
        assert!(!is_failing(&[minute(100, 0, 50)], at(161)), "more than an hour ago");
    }

    #[test]
    fn a_loopback_address_may_be_http() {
        assert!(is_own_machine("http://127.0.0.1:8080") && is_own_machine("http://localhost"));
        assert!(!is_own_machine("http://scim.example.com"));
    }
}
