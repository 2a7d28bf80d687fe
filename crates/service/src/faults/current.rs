//! The problems that a connection has.

use std::collections::BTreeMap;
use std::time::Duration;

use base::Timestamp;
use store::{LogFilter, Token};

use super::states::{Facts, states};
use super::{Fault, Found, Sign};
use crate::sweep::Note;
use crate::{Operator, Service, ServiceResult};

/// Entries of the log looked through.
const ENTRIES: u32 = 500;
/// How far back.
const SPAN: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long traffic must go on without a failure of one kind for it to count as over.
const CYCLE: Duration = Duration::from_secs(3600);
/// Minutes of traffic looked at: five days.
const MINUTES: i64 = 5 * 24 * 60;

/// A fault that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which.
    pub fault: &'static Fault,
    /// Since when.
    pub first: Timestamp,
    /// When it was last seen.
    pub last: Timestamp,
    /// How often; 1 for a state.
    pub times: u64,
    /// Whom or what it was last about, when it was about somebody.
    pub example: Option<String>,
    /// Whether it still holds.
    pub current: bool,
}

/// How a connection has been doing, as far as it is known without asking the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contact {
    /// Latest request of any kind.
    pub heard: Option<Timestamp>,
    /// First request that was answered well: the connection was tested.
    pub first_well: Option<Timestamp>,
    /// Latest request that was answered well.
    pub well: Option<Timestamp>,
    /// When groups were first asked for.
    pub groups_asked: Option<Timestamp>,
}

impl Service {
    /// The faults of the catalogue that were seen at the operator's connection in the last week: those that hold first,
    /// in the order in which a set-up meets them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn connection_faults(&self, op: &Operator) -> ServiceResult<Vec<Problem>> {
        let now = self.clock.now();
        let id = op.connection.id;
        let (contact, signs) = self.contact(op).await?;
        let mut read = self.store.read(&op.caller).await?;
        let connections = read.connections().await?;
        let Some(connection) = connections.into_iter().find(|c| c.id == id) else { return Ok(Vec::new()) };
        let filter = LogFilter { connection: Some(id), failures: true, ..LogFilter::default() };
        let entries = read.log(&filter, ENTRIES).await?;
        let live =
            |t: &Token| t.connection == id && t.revoked.is_none() && t.expires.is_none_or(|at| at > now);
        let tokens: Vec<_> = read.tokens().await?.into_iter().filter(live).collect();
        let from = now.as_micros().div_euclid(60_000_000) - MINUTES;
        let traffic = read.traffic(id, from).await?;
        let facts = Facts {
            now,
            connection: &connection,
            public_url: &self.config.public_url,
            heard: contact.heard,
            first_well: contact.first_well,
            tokens: &tokens,
            managed: read.count_managed(id).await?,
            held: read.count_held(id).await?,
            traffic: &traffic,
        };
        let mut found: BTreeMap<&'static str, Problem> = BTreeMap::new();
        for entry in entries.iter().filter(|e| now.since(e.entry.at) <= SPAN) {
            let Some(fault) = entry.entry.code.as_deref().and_then(Fault::of_code) else { continue };
            let at = entry.entry.at;
            let times = u64::from(entry.times);
            let example = Some(entry.entry.label.clone()).filter(|label| !label.is_empty());
            let current = match fault.found {
                Found::Refusal => contact.well.is_none_or(|well| well <= at),
                _ => contact.well.is_none_or(|well| well <= at || well.since(at) < CYCLE),
            };
            let new = Problem { fault, first: at, last: at, times: 0, example: None, current: false };
            let problem = found.entry(fault.id).or_insert(new);
            problem.first = problem.first.min(at);
            problem.last = problem.last.max(at);
            problem.times += times;
            problem.current |= current;
            problem.example = problem.example.take().or(example);
        }
        for (id, sign) in signs.iter().filter(|(_, sign)| sign.times > 0) {
            let Some(fault) = Fault::of_code(id) else { continue };
            let (first, last) = (Timestamp::from_micros(sign.first), Timestamp::from_micros(sign.last));
            if now.since(last) <= SPAN {
                let (times, current) = (u64::from(sign.times), sign.refuted < sign.last);
                found.insert(fault.id, Problem { fault, first, last, times, example: None, current });
            }
        }
        for (id, since) in states(&facts) {
            let Some(fault) = Fault::of_code(id) else { continue };
            let problem = Problem { fault, first: since, last: now, times: 1, example: None, current: true };
            found.insert(fault.id, problem);
        }
        let mut out: Vec<_> = Fault::all().filter_map(|fault| found.remove(fault.id)).collect();
        out.sort_by_key(|problem| !problem.current);
        Ok(out)
    }

    /// When the connection was heard from, and what its requests have shown: what is written down, and what this process
    /// knows beyond that.
    pub(crate) async fn contact(&self, op: &Operator) -> ServiceResult<(Contact, BTreeMap<String, Sign>)> {
        let id = op.connection.id;
        let mut read = self.store.read(&op.caller).await?;
        let note = Note::read(&mut *read, id).await?;
        drop(read);
        let here = self.pulse.link(op.caller.tenant, id).contact();
        let written = |at: Option<i64>| at.map(Timestamp::from_micros);
        let first = |a: Option<Timestamp>, b: Option<Timestamp>| a.into_iter().chain(b).min();
        let contact = Contact {
            heard: written(note.heard).max(here.heard),
            first_well: first(written(note.first_well), here.first_well),
            well: written(note.well).max(here.well),
            groups_asked: first(written(note.groups_asked), here.groups_asked),
        };
        let mut signs = note.signs;
        for (id, sign) in self.pulse.link(op.caller.tenant, op.connection.id).signs.pending() {
            let entry = signs.entry(id.to_owned()).or_default();
            *entry = entry.and(sign);
        }
        Ok((contact, signs))
    }
}
