//! When what failed is tried again: a pure function of how often it was tried, what the receiver asked, and a die.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A receiver that asks for a longer pause gets this one.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// Pauses before the second, third … attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

/// Seconds of the usual schedule: denser at first, then daily; four days together.
const USUAL: [u64; 14] =
    [5, 30, 120, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 86_400, 86_400];

impl Default for Schedule {
    fn default() -> Self {
        Self(USUAL.into_iter().map(Duration::from_secs).collect())
    }
}

impl Schedule {
    /// The pause after so many failed attempts (from 1), with a fifth more or less by `dice`, and not shorter than what
    /// the receiver asks, up to an hour. `None` when the schedule is over.
    #[must_use]
    pub fn pause(&self, attempts: u32, asked: Option<Duration>, dice: u64) -> Option<Duration> {
        let usual = *self.0.get(attempts.saturating_sub(1) as usize)?;
        Some(with(usual, asked, dice))
    }

    /// The same for a whole endpoint: the last pause repeats itself.
    #[must_use]
    pub fn pause_for_all(&self, failures: u32, asked: Option<Duration>, dice: u64) -> Duration {
        let at = (failures.saturating_sub(1) as usize).min(self.0.len().saturating_sub(1));
        with(self.0.get(at).copied().unwrap_or_default(), asked, dice)
    }
}

fn with(usual: Duration, asked: Option<Duration>, dice: u64) -> Duration {
    let spread = 800 + u32::try_from(dice % 401).unwrap_or(200);
    let jittered = usual.saturating_mul(spread) / 1000;
    jittered.max(asked.map_or(Duration::ZERO, |asked| asked.min(LONGEST_ASKED)))
}

/// A text that is no schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleError(String);

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is no pause; a schedule is a list such as 5s,30s,2m,1h,1d", self.0)
    }
}

impl std::error::Error for ScheduleError {}

impl FromStr for Schedule {
    type Err = ScheduleError;

    /// Pauses separated by commas: `5s,30s,2m,1h,1d`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pause = |item: &str| {
            let wrong = || ScheduleError(item.to_owned());
            let digits = item.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let factor = match &item[digits.len()..] {
                "ms" => return digits.parse().map(Duration::from_millis).map_err(|_| wrong()),
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                "d" => 86_400,
                _ => return Err(wrong()),
            };
            let number: u32 = digits.parse().map_err(|_| wrong())?;
            Ok(Duration::from_secs(u64::from(number) * factor))
        };
        text.split(',').map(|item| pause(item.trim())).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_schedule_is_read_from_a_list() {
        let pauses = [Duration::from_millis(50), Duration::from_secs(5), Duration::from_secs(7200)];
        assert_eq!("50ms, 5s,2h".parse(), Ok(Schedule(pauses.into())));
        for bad in ["", "5", "s", "5s,", "1y", "-1s"] {
            assert!(bad.parse::<Schedule>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_pause_is_near_the_schedule_and_at_least_what_is_asked(
            attempts in 1_u32..15, asked in proptest::option::of(0_u64..10_000), dice: u64
        ) {
            let asked = asked.map(Duration::from_secs);
            let pause = Schedule::default().pause(attempts, asked, dice);
            prop_assert_eq!(pause.is_none(), attempts > 14);
            if let Some(pause) = pause {
                let usual = Duration::from_secs(USUAL[attempts as usize - 1]);
                let bound = asked.unwrap_or_default().min(LONGEST_ASKED);
                prop_assert!(pause >= (usual * 4 / 5).max(bound));
                prop_assert!(pause <= (usual * 6 / 5).max(bound));
            }
            let all = Schedule::default().pause_for_all(attempts + 20, asked, dice);
            prop_assert!(all >= Duration::from_secs(86_400) * 4 / 5);
        }
    }
}
