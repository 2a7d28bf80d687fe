//! The rhythm in which a provider comes, as its traffic shows it, and that of a job in quarantine: Entra comes every 40 minutes,
//! and to a job in quarantine less and less, in the end once a day.

use base::Timestamp;
use store::{Connection, ConnectionKind, TrafficMinute};

const MINUTE: i64 = 60_000_000;
/// A pause in traffic of so many minutes ends a cycle.
const PAUSE: i64 = 15;
/// Minutes between cycles in quarantine: once a day, more or less.
const DAILY: std::ops::RangeInclusive<i64> = 18 * 60..=30 * 60;
/// Minutes of traffic in which it is looked for: five days.
pub(crate) const MINUTES: i64 = 5 * 24 * 60;

/// The first minute of each cycle in traffic that comes in ascending order.
pub(crate) fn cycles(traffic: &[TrafficMinute]) -> Vec<i64> {
    let mut out: Vec<i64> = Vec::new();
    let mut last = None;
    for minute in traffic.iter().map(|m| m.minute) {
        if last.is_none_or(|last| minute - last > PAUSE) {
            out.push(minute);
        }
        last = Some(minute);
    }
    out
}

/// Since when the connection's job seems to be in quarantine: its latest cycles came a day apart, and the next is not overdue.
/// Only Entra is known to do so, and a connection that is paused here is refused whatever it does.
pub(crate) fn quarantined(connection: &Connection, cycles: &[i64], now: Timestamp) -> Option<Timestamp> {
    if connection.kind != ConnectionKind::Entra || connection.paused.is_some() {
        return None;
    }
    let [first, second, third] = cycles.last_chunk::<3>()?;
    let waits = now.as_micros().div_euclid(MINUTE) - third;
    let daily =
        DAILY.contains(&(second - first)) && DAILY.contains(&(third - second)) && waits <= *DAILY.end();
    daily.then(|| Timestamp::from_micros(first * MINUTE))
}

/// Whether it comes again as it should: of the latest cycles, two came sooner than in quarantine. One alone is somebody who
/// tries, by provisioning on demand, whether the reason is gone.
pub(crate) fn recovered(cycles: &[i64]) -> bool {
    let Some([first, second, third]) = cycles.last_chunk::<3>() else { return false };
    second - first < *DAILY.start() && third - second < *DAILY.start()
}

#[cfg(test)]
mod tests {
    use store::{ConnectionId, Policies, TenantId};

    use super::*;

    const DAY: i64 = 24 * 60;

    fn entra() -> Connection {
        Connection {
            id: ConnectionId(1),
            tenant: TenantId(1),
            name: "default".into(),
            handle: "h".into(),
            kind: ConnectionKind::Entra,
            dialect: "entra".into(),
            quirks: Vec::new(),
            groups: true,
            policies: Policies::default(),
            paused: None,
            created: 0,
            traced_until: 0,
            first_synced: None,
        }
    }

    fn is_daily(cycles: &[i64], minute: i64) -> bool {
        quarantined(&entra(), cycles, Timestamp::from_micros(minute * MINUTE)).is_some()
    }

    #[test]
    fn a_pause_ends_a_cycle() {
        let minute =
            |minute| TrafficMinute { connection: ConnectionId(1), minute, reads: 1, writes: 0, failures: 0 };
        let traffic: Vec<_> = [10, 11, 25, 41, 60, 61].map(minute).into();
        assert_eq!(cycles(&traffic), [10, 41, 60]);
    }

    #[test]
    fn once_a_day_is_the_rhythm_of_quarantine() {
        assert!(is_daily(&[0, DAY, 2 * DAY + 30], 2 * DAY + 60));
        assert!(!is_daily(&[0, 40, 80], 100), "every forty minutes");
        assert!(!is_daily(&[0, DAY], DAY), "too few to tell");
        assert!(!is_daily(&[0, DAY, 2 * DAY], 4 * DAY), "it has stopped altogether");
        assert!(!is_daily(&[0, 40, 40 + DAY], 50 + DAY), "only the latest pause was a day");
    }

    #[test]
    fn only_a_provider_that_is_let_in_and_known_to_quarantine_is_judged() {
        let (cycles, now) = ([0, DAY, 2 * DAY], Timestamp::from_micros((2 * DAY + 60) * MINUTE));
        let judged = |connection: &Connection| quarantined(connection, &cycles, now);
        assert_eq!(judged(&entra()), Some(Timestamp::EPOCH));
        assert_eq!(judged(&Connection { paused: Some(1), ..entra() }), None);
        assert_eq!(judged(&Connection { kind: ConnectionKind::Okta, ..entra() }), None);
    }

    #[test]
    fn one_cycle_between_is_no_recovery_and_two_are() {
        assert!(!recovered(&[0, DAY, 2 * DAY]));
        assert!(!recovered(&[0, DAY, DAY + 300]));
        assert!(recovered(&[0, DAY, DAY + 40, DAY + 80]));
    }
}
