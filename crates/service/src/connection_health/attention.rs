//! What needs somebody's attention at a connection.

use std::time::Duration;

use base::Timestamp;
use store::{Action, Connection, LogEntry, ResourceId, Token, TrafficMinute};

/// Failures of an hour that are worth a word.
const FAILING_LEAST: u64 = 20;
/// How far ahead the end of a token is told.
const AHEAD: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long an identity alarm is told.
pub(crate) const ALARM: Duration = Duration::from_secs(7 * 24 * 3600);
const HOUR: i64 = 60;

/// A reason to look at a connection, the worst first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attention {
    /// The provider comes, but its token is refused.
    Refused {
        /// Code of the refusal.
        code: String,
        /// What happened and what to do.
        detail: String,
        /// Latest refusal.
        at: Timestamp,
    },
    /// Nothing was heard for long.
    Silent {
        /// Latest request.
        last: Timestamp,
    },
    /// Within the last hour more requests failed than were done.
    Failing {
        /// How many failed.
        failed: u64,
        /// How many were done.
        done: u64,
    },
    /// Events are held back from the app.
    Held {
        /// How many.
        events: u64,
    },
    /// No token opens the connection, though one did.
    NoToken,
    /// A token expires soon, and with it the provider's job.
    Expiring {
        /// Its name.
        token: String,
        /// When.
        at: Timestamp,
    },
    /// A known user name arrived as another person.
    Identity {
        /// The user name.
        label: String,
        /// Whose name it was; `None` when that one was removed.
        learner: Option<ResourceId>,
        /// Whether it was refused.
        refused: bool,
        /// When it was last told.
        at: Timestamp,
    },
    /// An operator paused it.
    Paused {
        /// Since when.
        since: Timestamp,
    },
}

/// What is known about a connection.
pub(super) struct Known<'a> {
    pub(super) now: Timestamp,
    pub(super) silent_after: Duration,
    pub(super) connection: &'a Connection,
    pub(super) tokens: &'a [Token],
    /// Latest request of any kind.
    pub(super) last_contact: Option<Timestamp>,
    /// Latest request that was answered well.
    pub(super) last_well: Option<Timestamp>,
    pub(super) held: u64,
    pub(super) traffic: &'a [TrafficMinute],
    /// The latest entries, newest first.
    pub(super) log: &'a [LogEntry],
    /// The latest identity alarm that is not settled.
    pub(super) alarm: Option<Attention>,
}

/// The reasons, the worst first.
pub(super) fn attention(known: &Known<'_>) -> Vec<Attention> {
    let mut out: Vec<Attention> =
        [refused(known), silent(known), failing(known)].into_iter().flatten().collect();
    if known.held > 0 {
        out.push(Attention::Held { events: known.held });
    }
    let is_live = |t: &&Token| t.revoked.is_none() && t.expires.is_none_or(|end| end > known.now);
    if known.last_well.is_some() && !known.tokens.iter().any(|t| is_live(&t)) {
        out.push(Attention::NoToken);
    }
    out.extend(known.tokens.iter().filter(is_live).filter_map(|token| {
        let at = token.expires.filter(|end| end.since(known.now) <= AHEAD)?;
        Some(Attention::Expiring { token: token.name.clone(), at })
    }));
    out.extend(known.alarm.clone());
    if let Some(since) = known.connection.paused {
        out.push(Attention::Paused { since: Timestamp::from_micros(since) });
    }
    out
}

/// The latest refusal, when nothing was answered well since.
fn refused(known: &Known<'_>) -> Option<Attention> {
    let entry = known.log.iter().map(|e| &e.entry).find(|e| e.action == Action::Authenticate)?;
    let is_last = known.last_well.is_none_or(|last| entry.at > last);
    is_last.then(|| Attention::Refused {
        code: entry.code.clone().unwrap_or_default(),
        detail: entry.detail.clone().unwrap_or_default(),
        at: entry.at,
    })
}

fn silent(known: &Known<'_>) -> Option<Attention> {
    let last = known.last_contact?;
    let over = known.now.since(last) >= known.silent_after;
    (over && known.connection.paused.is_none()).then_some(Attention::Silent { last })
}

fn failing(known: &Known<'_>) -> Option<Attention> {
    let from = known.now.as_micros().div_euclid(60_000_000) - HOUR;
    let hour = known.traffic.iter().filter(|m| m.minute > from);
    let (failed, done) = hour.fold((0, 0), |(failed, done), m| {
        (failed + u64::from(m.failures), done + u64::from(m.reads) + u64::from(m.writes))
    });
    (failed >= FAILING_LEAST && failed > done).then_some(Attention::Failing { failed, done })
}

#[cfg(test)]
mod tests;
