//! Many requests under way at once, and what comes of them written down in groups.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::job::context::Context;
use crate::job::members::{self, Chunk};
use crate::job::outcome::Outcome;
use crate::job::quarantine::Meter;
use crate::job::{Effect, JobFault, Progress, QuarantineReason, Tally, act, manager};
use crate::judge::Fault;
use crate::log::Entry;
use crate::model::Kind;
use crate::state::{Item, ManagerWork, Which, Write};

/// Objects read together.
const PAGE: usize = 256;
/// Outcomes in one commit, and how long the first of them waits.
const GROUP: usize = 256;
const LATEST: Duration = Duration::from_millis(100);

/// A piece of work.
#[derive(Debug)]
pub(super) enum Work {
    Object(Box<Item>),
    Manager(Box<ManagerWork>),
    Members(Chunk),
}

/// What a feed gives.
pub(super) enum Next {
    Work(Work),
    /// Something that came of itself.
    Outcome(Outcome),
    /// Nothing yet; ask again at once.
    Again,
    End,
}

/// Where work comes from.
pub(super) trait Feed: Send {
    fn next(&mut self) -> Result<Next, JobFault>;

    /// A piece of work is done; what follows from that.
    fn done(&mut self, _outcome: &mut Outcome) -> Option<Outcome> {
        None
    }
}

/// Why no more work is begun.
#[derive(Debug)]
pub(super) enum Halt {
    /// The target or the way to it is at fault.
    Fault(Box<Fault>),
    /// Too much failed.
    Threshold(QuarantineReason),
}

/// The loop of one run.
pub(super) struct Pump<'p> {
    pub(super) context: Arc<Context>,
    pub(super) progress: &'p mut (dyn FnMut(Progress<'_>) + Send),
    pub(super) tally: Tally,
    pub(super) meter: Meter,
    pub(super) halt: Option<Halt>,
    writes: Vec<Write>,
    claims: Vec<(Kind, String)>,
    outcomes: usize,
    flushed: Instant,
}

impl<'p> Pump<'p> {
    pub(super) fn new(context: &Arc<Context>, progress: &'p mut (dyn FnMut(Progress<'_>) + Send)) -> Self {
        Self {
            meter: Meter::new(context.parts.rules.quarantine),
            context: Arc::clone(context),
            progress,
            tally: Tally::default(),
            halt: None,
            writes: Vec::new(),
            claims: Vec::new(),
            outcomes: 0,
            flushed: Instant::now(),
        }
    }

    /// Does everything a feed gives, so many at once, until it ends or the job has to halt.
    pub(super) async fn run(&mut self, feed: &mut dyn Feed) -> Result<(), JobFault> {
        let mut under_way = JoinSet::new();
        let mut more = true;
        loop {
            let parts = Arc::clone(&self.context.parts);
            let goes_on = |halt: &Option<Halt>| halt.is_none() && !parts.stop.is_cancelled();
            while more && goes_on(&self.halt) && under_way.len() < parts.concurrency {
                match feed.next()? {
                    Next::Work(work) => {
                        let context = Arc::clone(&self.context);
                        under_way.spawn(async move { done(&context, work).await });
                    }
                    Next::Outcome(outcome) => self.absorb(outcome)?,
                    Next::Again => {}
                    Next::End => more = false,
                }
            }
            let Some(joined) = under_way.join_next().await else { break };
            let mut outcome = joined.map_err(|error| JobFault::Broken(error.to_string()))??;
            let follows = feed.done(&mut outcome);
            self.absorb(outcome)?;
            if let Some(follows) = follows {
                self.absorb(follows)?;
            }
        }
        self.flush()
    }

    fn absorb(&mut self, mut outcome: Outcome) -> Result<(), JobFault> {
        self.tally.count(outcome.effect);
        self.meter.count(outcome.effect);
        (self.progress)(Progress::Done(outcome.effect, outcome.entry.as_deref()));
        self.writes.append(&mut outcome.writes);
        self.writes.extend(outcome.entry.map(Write::Log));
        self.claims.append(&mut outcome.claims);
        if self.halt.is_none() {
            self.halt = match (outcome.halt, self.meter.verdict()) {
                (Some(fault), _) => Some(Halt::Fault(fault)),
                (None, Some(reason)) => Some(Halt::Threshold(reason)),
                (None, None) => None,
            };
        }
        self.outcomes += 1;
        if self.outcomes >= GROUP || self.flushed.elapsed() >= LATEST { self.flush() } else { Ok(()) }
    }

    /// Writes down what came until now.
    pub(super) fn flush(&mut self) -> Result<(), JobFault> {
        self.context.state().write(&self.writes)?;
        self.writes.clear();
        self.context.release_claims(&mut self.claims);
        self.outcomes = 0;
        self.flushed = Instant::now();
        Ok(())
    }

    /// Writes an entry that belongs to no piece of work.
    pub(super) fn tell(&mut self, effect: Effect, entry: Entry) -> Result<(), JobFault> {
        self.absorb(Outcome::new(effect, Vec::new()).told(entry))
    }
}

async fn done(context: &Context, work: Work) -> Result<Outcome, JobFault> {
    match work {
        Work::Object(item) => Box::pin(act::object(context, &item)).await,
        Work::Manager(work) => manager::manager(context, &work).await,
        Work::Members(chunk) => members::chunk(context, &chunk).await,
    }
}

/// Gives objects page by page.
pub(super) struct ObjectFeed {
    context: Arc<Context>,
    which: Which,
    kind: Kind,
    after: Option<String>,
    page: std::vec::IntoIter<Item>,
}

impl ObjectFeed {
    pub(super) fn new(context: &Arc<Context>, which: Which, kind: Kind) -> Self {
        let page = Vec::new().into_iter();
        Self { context: Arc::clone(context), which, kind, after: Some(String::new()), page }
    }
}

impl Feed for ObjectFeed {
    fn next(&mut self) -> Result<Next, JobFault> {
        if let Some(item) = self.page.next() {
            return Ok(Next::Work(Work::Object(Box::new(item))));
        }
        let Some(after) = self.after.take() else { return Ok(Next::End) };
        let page = self.context.state().items(self.which, self.kind, &after, PAGE)?;
        self.after = page.last().map(|item| item.known.object.id.clone());
        self.page = page.into_iter();
        Ok(Next::Again)
    }
}

/// Gives users whose manager is due, page by page.
pub(super) struct ManagerFeed {
    context: Arc<Context>,
    after: Option<String>,
    page: std::vec::IntoIter<ManagerWork>,
}

impl ManagerFeed {
    pub(super) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context), after: Some(String::new()), page: Vec::new().into_iter() }
    }
}

impl Feed for ManagerFeed {
    fn next(&mut self) -> Result<Next, JobFault> {
        if let Some(work) = self.page.next() {
            return Ok(Next::Work(Work::Manager(Box::new(work))));
        }
        let Some(after) = self.after.take() else { return Ok(Next::End) };
        let page = self.context.state().managers_due(&after, PAGE)?;
        self.after = page.last().map(|work| work.id.clone());
        self.page = page.into_iter();
        Ok(Next::Again)
    }
}
