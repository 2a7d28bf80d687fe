//! Recognising a provider's rhythm by when its requests come.

use std::time::Duration;

use base::Timestamp;
use store::TrafficMinute;

const MINUTE: i64 = 60_000_000;
/// Minutes without a request that end a run.
const PAUSE: i64 = 10;
/// Runs that make a rhythm.
const LEAST: usize = 3;

/// A run of requests without a pause: what Entra calls a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// The minute of its first request.
    pub from: Timestamp,
    /// The end of the minute of its last request.
    pub to: Timestamp,
    /// Reads that were answered.
    pub reads: u64,
    /// Writes that changed something.
    pub writes: u64,
    /// Requests refused or failed.
    pub failures: u64,
}

/// The runs in traffic that comes in ascending order, newest first.
pub(super) fn cycles(traffic: &[TrafficMinute]) -> Vec<Cycle> {
    let mut out: Vec<Cycle> = Vec::new();
    let mut last = i64::MIN;
    for minute in traffic {
        let (reads, writes, failures) =
            (u64::from(minute.reads), u64::from(minute.writes), u64::from(minute.failures));
        let to = Timestamp::from_micros((minute.minute + 1) * MINUTE);
        match out.last_mut() {
            Some(cycle) if minute.minute - last <= PAUSE => {
                cycle.to = to;
                cycle.reads += reads;
                cycle.writes += writes;
                cycle.failures += failures;
            }
            _ => {
                let from = Timestamp::from_micros(minute.minute * MINUTE);
                out.push(Cycle { from, to, reads, writes, failures });
            }
        }
        last = minute.minute;
    }
    out.reverse();
    out
}

/// The usual time from one beginning to the next, when most are near it.
pub(super) fn rhythm(cycles: &[Cycle]) -> Option<Duration> {
    let mut gaps: Vec<Duration> = cycles.windows(2).map(|pair| pair[0].from.since(pair[1].from)).collect();
    if gaps.len() + 1 < LEAST {
        return None;
    }
    gaps.sort_unstable();
    let usual = *gaps.get(gaps.len() / 2)?;
    let near = gaps.iter().filter(|gap| gap.abs_diff(usual) <= usual / 4).count();
    (near * 3 >= gaps.len() * 2).then_some(usual)
}

#[cfg(test)]
mod tests {
    use store::ConnectionId;

    use super::*;

    fn minute(minute: i64) -> TrafficMinute {
        TrafficMinute { connection: ConnectionId(1), minute, reads: 2, writes: 1, failures: 0 }
    }

    #[test]
    fn a_pause_of_more_than_ten_minutes_ends_a_run() {
        let traffic: Vec<_> = [100, 101, 111, 140, 141].into_iter().map(minute).collect();
        let found = cycles(&traffic);
        let spans: Vec<_> =
            found.iter().map(|c| (c.from.as_micros() / MINUTE, c.to.as_micros() / MINUTE, c.reads)).collect();
        assert_eq!(spans, [(140, 142, 4), (100, 112, 6)]);
    }

    #[test]
    fn forty_minutes_are_recognised_although_one_was_missed() {
        let starts = [0, 40, 81, 160, 200, 239];
        let traffic: Vec<_> = starts.into_iter().map(minute).collect();
        assert_eq!(rhythm(&cycles(&traffic)), Some(Duration::from_secs(40 * 60)));
        let irregular: Vec<_> = [0, 20, 300, 340, 900].into_iter().map(minute).collect();
        assert_eq!(rhythm(&cycles(&irregular)), None);
        assert_eq!(rhythm(&cycles(&traffic[..2])), None);
    }
}
