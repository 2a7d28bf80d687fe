//! A face like Microsoft Graph's synchronization API (entra.md §4.13) over the engine: applications, assignments, secrets,
//! jobs, schemas, provision on demand, and `auditLogs/provisioning`.
//!
//! A script that sets provisioning up in a tenant runs against this face first, on a laptop. Requests and answers have
//! Graph's shapes; what is behind them is a [`Job`](crate::job::Job) for each synchronization job, with its state in a
//! folder of its own.

mod apps;
mod assigned;
mod assignments;
mod audit;
mod credentials;
mod directory;
mod fault;
mod jobs;
mod odata;
mod on_demand;
mod parse;
mod runner;
mod saved;
mod schema;
mod script;
mod secrets;

#[cfg(test)]
mod tests;

pub use audit::AuditQuery;
pub use directory::ListQuery;
pub use fault::GraphFault;
pub use script::{AZ, POWERSHELL, ScriptOptions, ScriptShell, script};

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::connection_test::random_guid;
use crate::env::Env;
use crate::job::{CycleReport, JobFault, Rules, Sleeper};
use crate::signin::NON_GALLERY_APP;
use crate::source::Source;
use crate::wire::{Dialect, Switches};
use runner::Slot;
use saved::{App, Saved};

/// The template of the non-gallery application, the one that can be instantiated here.
pub const APPLICATION_TEMPLATE: &str = NON_GALLERY_APP;

/// Is told what comes of each cycle that runs in the background.
pub trait Observer: Send + Sync + fmt::Debug {
    /// A cycle of the job of this application has ended.
    fn cycle_ended(&self, application: &str, result: &Result<CycleReport, JobFault>);
}

/// What a face is made of.
#[derive(Debug)]
pub struct FaceOptions {
    /// The directory that every job provisions from.
    pub source: Arc<dyn Source>,
    /// Where applications, secrets and the jobs' states are kept; they go with the process where there is none.
    pub folder: Option<PathBuf>,
    /// How jobs speak unless their Tenant URL says otherwise.
    pub dialect: Dialect,
    /// The dialect's switches, where not its own.
    pub switches: Option<Switches>,
    /// Requests a second at most, of each job.
    pub rate: Option<NonZeroU32>,
    /// Times and thresholds of each job.
    pub rules: Rules,
    /// Clock and entropy.
    pub env: Env,
    /// Waits; must agree with the clock.
    pub sleeper: Arc<dyn Sleeper>,
    /// Told of cycles.
    pub observer: Option<Arc<dyn Observer>>,
}

/// The face. Its methods answer one request each.
///
/// A method that changes something is not to be dropped half-way: whoever serves requests runs it as a task of its own.
#[derive(Debug)]
pub struct Face {
    options: FaceOptions,
    saved: Arc<Mutex<Saved>>,
    slots: Mutex<HashMap<String, Slot>>,
    /// Held until the end, so that no other face writes to the folder.
    lock: Mutex<Option<std::fs::File>>,
}

impl Face {
    /// A face over what an earlier one left in the folder, if it did. Runs nothing yet: see [`Face::resume`].
    ///
    /// # Errors
    /// When what is in the folder cannot be read, or another face has it open.
    pub fn open(options: FaceOptions) -> Result<Self, GraphFault> {
        let lock = options.folder.as_deref().map(saved::lock).transpose()?;
        let saved = Saved::load(options.folder.as_deref(), || random_guid(options.env.entropy.as_ref()))?;
        Ok(Self {
            options,
            saved: Arc::new(Mutex::new(saved)),
            slots: Mutex::default(),
            lock: Mutex::new(lock),
        })
    }

    /// Runs the jobs again that were running when an earlier face ended. Those that cannot are given back, with the reason.
    pub async fn resume(&self) -> Vec<(String, GraphFault)> {
        let started = self.saved().started();
        let mut failed = Vec::new();
        for (principal, job) in started {
            if let Err(fault) = self.start(&principal, &job).await {
                failed.push((job, fault));
            }
        }
        failed
    }

    /// When it is, for what is answered with a time.
    #[must_use]
    pub fn now(&self) -> base::Timestamp {
        self.options.env.clock.now()
    }

    /// An id that no other thing has.
    #[must_use]
    pub fn guid(&self) -> String {
        random_guid(self.options.env.entropy.as_ref())
    }

    fn saved(&self) -> MutexGuard<'_, Saved> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is kept of one application, and writes it down.
    fn change<R>(
        &self,
        principal: &str,
        change: impl FnOnce(&mut App) -> Result<R, GraphFault>,
    ) -> Result<R, GraphFault> {
        let mut saved = self.saved();
        let result = change(saved.app_mut(principal)?)?;
        saved.store(self.options.folder.as_deref())?;
        Ok(result)
    }
}
