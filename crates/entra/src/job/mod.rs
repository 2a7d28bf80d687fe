//! The job: cycles that keep a target as Entra would keep it.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use provost_entra as entra;
//! use entra::job::{Job, JobOptions, Progress};
//! use entra::wire::{Dialect, Wire};
//!
//! let url = "https://app.example/scim_v2";
//! let wire = Wire::new(Dialect::EntraDefault)?.at(url);
//! let client = wire.client(url).bearer(base::Secret::new("pvt_…".to_owned())).build()?;
//! let schema = entra::schema::Schema::default_scim(entra::schema::DefaultMapping::default());
//! let mapping = entra::mapping::Mapping::check(&schema).map_err(|faults| faults[0].to_string())?;
//! let source = entra::source::open("organisation.json".as_ref())?;
//! // For a demonstration: `State::temporary()`, and `source::Organisation::new(json)` behind an `Arc` that is kept to
//! // change the directory between cycles.
//! let state = entra::state::State::open("state".as_ref())?;
//!
//! let mut options = JobOptions::new(client, wire, mapping, source, state);
//! options.rate = std::num::NonZeroU32::new(entra::job::ENTRA_RATE);
//! let job = Job::open(options)?;
//! let report = job
//!     .cycle(&mut |progress| match progress {
//!         Progress::Importing(_records) => {}
//!         Progress::Phase(_phase, _total) => { /* a new progress bar */ }
//!         Progress::Done(_effect, _entry) => { /* one step of it; the entry is the log's */ }
//!     })
//!     .await?;
//! println!("{} created, {} failed", report.tally.created, report.tally.failed);
//! if let Some(quarantine) = &report.quarantine {
//!     println!("in quarantine: {}", quarantine.message);
//! }
//! let _plan = job.plan(&mut |_| ()).await?;                        // --dry-run: the same callbacks, nothing written
//! let _diff = job.diff(&mut |finding| println!("{finding:?}")).await?;
//! let _steps = job.on_demand(entra::model::Kind::User, "objectId", &[]).await?;
//! let _graph_json = job.status()?;
//! let entries = job.log(&Default::default(), i64::MAX, 100)?;      // newest first; see `entra::log` for rendering
//! let _ = entra::log::table(entries.iter().map(|(_, entry)| entry));
//! job.restart("".parse()?)?;                                       // as the portal's button; `pause()`, `start()`
//! # let cancel = tokio_util::sync::CancellationToken::new();
//! job.watch(&cancel, &mut |_| (), &mut |_report| ()).await?;       // every 40 minutes, until cancelled
//! # Ok(()) }
//! ```
//!
//! A cycle imports the source into the [state](crate::state), which finds out what changed; works on what is due, users
//! and groups first; and then on references. What is done is marked in the same transaction in which its outcome is
//! remembered, so that a job that was killed goes on where it was. The one thing that cannot be remembered in time is a
//! create whose answer never came: the matching query finds it.
//!
//! **What Entra would leave** is the aim: a null is never cleared, a person who was unassigned first and deleted later is
//! never deleted, a disabled one is never created, members that drift are never put right.

mod act;
mod context;
mod cycle;
mod diff;
mod facts;
mod fault;
mod finish;
mod manager;
mod matching;
mod members;
mod on_demand;
mod options;
mod outcome;
mod pace;
mod plan;
mod pump;
mod quarantine;
mod read_back;
mod report;
mod restart;
mod standing;
mod status;
mod time;
mod watch;

pub use diff::{DiffReport, Finding};
pub use facts::{Execution, Facts, JobState, Quarantine, QuarantineReason};
pub use fault::JobFault;
pub use on_demand::{OnDemand, OnDemandStep};
pub use options::{JobOptions, QuarantineRules, Rules, Scope};
pub use pace::ENTRA_RATE;
pub use report::{CycleReport, Effect, Phase, Progress, Tally};
pub use restart::ResetScope;
pub use time::{RealTime, Sleeper, VirtualTime};

use std::sync::{Arc, Mutex, PoisonError};

use base::{Ids, Timestamp};

use crate::job::context::{Parts, soft_delete_flows};
use crate::job::facts::JOB;
use crate::job::pace::Pace;
use crate::log::{Entry, Names};
use crate::source::Source;
use crate::state::{LogFilter, State};

/// A job. Its methods may be called from anywhere; one cycle runs at a time.
#[derive(Debug)]
pub struct Job {
    parts: Arc<Parts>,
    source: Arc<dyn Source>,
    facts: Mutex<Facts>,
    /// Held by whatever writes to the target.
    running: tokio::sync::Mutex<()>,
    on_demand: Mutex<Vec<Timestamp>>,
}

impl Job {
    /// Opens the job. Sends nothing yet.
    ///
    /// # Errors
    /// When the state fails, or belongs to another target.
    pub fn open(options: JobOptions) -> Result<Self, JobFault> {
        let ids = Ids::new(Arc::clone(&options.env.clock), Arc::clone(&options.env.entropy));
        let target = options.client.base_url().to_string();
        let stored: Facts = options.state.fact(JOB)?.unwrap_or_default();
        let mut facts = stored.clone();
        if facts.target.is_empty() {
            facts.target.clone_from(&target);
        } else if facts.target != target {
            return Err(JobFault::OtherTarget { found: facts.target, wanted: target });
        }
        let guid = || crate::connection_test::random_guid(options.env.entropy.as_ref());
        let names = options.names.or_else(|| facts.names.clone()).unwrap_or_else(|| {
            let job = format!("scim.{}.{}", guid().replace('-', ""), guid());
            options::made_up(&target, job, guid)
        });
        facts.names = Some(names.clone());
        // A state that is only looked at is not written to.
        if facts != stored {
            options.state.set_fact(JOB, &facts)?;
        }
        let parts = Parts {
            soft_delete: soft_delete_flows(&options.mapping),
            client: options.client,
            wire: options.wire,
            mapping: options.mapping,
            state: options.state,
            env: options.env,
            ids,
            sleeper: options.sleeper,
            sign_in: options.sign_in,
            scope: options.scope,
            groups: options.groups,
            concurrency: options.concurrency.max(1),
            pace: Pace::new(options.rate),
            rules: options.rules,
            names,
            stop: options.stop,
        };
        Ok(Self {
            parts: Arc::new(parts),
            source: options.source,
            facts: Mutex::new(facts),
            running: tokio::sync::Mutex::default(),
            on_demand: Mutex::default(),
        })
    }

    /// What is remembered of the job as a whole.
    #[must_use]
    pub fn facts(&self) -> Facts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the log calls everything.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.parts.names
    }

    /// The state, to read.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.parts.state
    }

    /// Log entries, the newest first; see [`State::log`].
    ///
    /// # Errors
    /// When the state fails.
    pub fn log(&self, filter: &LogFilter, before: i64, limit: usize) -> Result<Vec<(i64, Entry)>, JobFault> {
        Ok(self.parts.state.log(filter, before, limit)?)
    }

    fn change(&self, change: impl FnOnce(&mut Facts)) -> Result<(), JobFault> {
        let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut facts);
        Ok(self.parts.state.set_fact(JOB, &*facts)?)
    }

    fn now(&self) -> Timestamp {
        self.parts.env.clock.now()
    }
}
