//! Entra's side: the provisioning engine with the demo's directory, in virtual time.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base::{Clock, Hinted, ManualClock, Secret, SystemClock, SystemEntropy};
use client::Client;
use entra::connection_test::{self, Report};
use entra::env::Env;
use entra::job::{CycleReport, Job, JobFault, JobOptions, Phase, Progress, VirtualTime};
use entra::mapping::Mapping;
use entra::schema::{DefaultMapping, ExternalId, Schema};
use entra::state::State;
use entra::wire::{Dialect, Wire};

use super::Stage;
use super::directory::Directory;
use super::recorder::Recorder;
use crate::failure::Failure;
use crate::printer::Printer;

/// Requests under way at once.
const AT_ONCE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);

/// The engine with one job, which is taken up again when the admin changes it.
pub(super) struct Engine {
    /// The job.
    pub(super) job: Job,
    /// What went over the wire.
    pub(super) recorder: Arc<Recorder>,
    wire: Wire,
    client: Client,
    mapping: Mapping,
    clock: ManualClock,
    folder: PathBuf,
    printer: Printer,
}

impl Engine {
    /// A job that has not run yet, with the group mapping switched off.
    pub(super) fn new(
        stage: &Stage,
        directory: &Directory,
        folder: &Path,
        printer: Printer,
    ) -> Result<Self, Failure> {
        let wire = Wire::new(Dialect::EntraDefault).map_err(|e| Failure::unexpected(e.to_string()))?;
        let wire = wire.at(&stage.tenant_url);
        let recorder = Arc::new(Recorder::default());
        let client = wire
            .client(&stage.tenant_url)
            .bearer(Secret::new(stage.token.clone()))
            .trace(Arc::clone(&recorder) as Arc<dyn client::WireSink>)
            .build()
            .map_err(|e| Failure::unexpected("the client cannot be set up").caused_by(&e))?;
        let schema = Schema::default_scim(DefaultMapping { external_id: ExternalId::ObjectId });
        let mapping =
            Mapping::check(&schema).map_err(|_| Failure::unexpected("the built-in mapping is wrong"))?;
        let clock = ManualClock::new(SystemClock.now());
        let (folder, groups) = (folder.to_owned(), false);
        let job = open(&wire, &client, &mapping, &clock, &folder, directory, groups)?;
        Ok(Self { job, recorder, wire, client, mapping, clock, folder, printer })
    }

    /// The admin switches the group mapping on; as after any change of mappings, the next cycle is an initial one.
    pub(super) fn switch_groups_on(self, directory: &Directory) -> Result<Self, Failure> {
        let Self { job, recorder, wire, client, mapping, clock, folder, printer } = self;
        // Two jobs may not have one state.
        drop(job);
        let job = open(&wire, &client, &mapping, &clock, &folder, directory, true)?;
        job.restart(entra::job::ResetScope::PORTAL).map_err(|e| failed(&e))?;
        Ok(Self { job, recorder, wire, client, mapping, clock, folder, printer })
    }

    /// Test Connection, which must pass.
    pub(super) async fn test_connection(&self) -> Result<Report, Failure> {
        let report =
            connection_test::run(&self.client, &self.wire, &self.mapping, &SystemEntropy::new()).await;
        let wrong = report.findings().next().map(|finding| (finding.reason.clone(), finding.remedy.clone()));
        match wrong {
            None => Ok(report),
            Some((reason, remedy)) => {
                Err(Failure::unexpected(format!("Test Connection fails: {reason}")).hint(remedy))
            }
        }
    }

    /// Runs a cycle, which must go well.
    pub(super) async fn cycle(&self) -> Result<CycleReport, Failure> {
        let mut bar = indicatif::ProgressBar::hidden();
        let mut failure = None;
        let report = self
            .job
            .cycle(&mut |progress| match progress {
                Progress::Importing(_) => {}
                Progress::Phase(phase, total) => {
                    bar.finish_and_clear();
                    bar = self.printer.progress(total, word(phase));
                }
                Progress::Done(_, entry) => {
                    bar.inc(1);
                    if let Some((entry, error)) = entry.and_then(|e| Some((e, e.error.as_ref()?)))
                        && entry.status == entra::log::Status::Failure
                    {
                        failure.get_or_insert(format!("{}: {}", entry.source.name, error.reason));
                    }
                }
            })
            .await;
        bar.finish_and_clear();
        let report = report.map_err(|e| failed(&e))?;
        let quarantine = report.quarantine.as_ref().map(|quarantine| quarantine.message.clone());
        match quarantine.or(failure) {
            Some(why) => Err(Failure::unexpected(format!("the cycle did not go well: {why}"))),
            None => Ok(report),
        }
    }

    /// Lets days pass.
    pub(super) fn pass_days(&self, days: u32) {
        self.clock.advance(Duration::from_secs(86_400) * days);
    }
}

fn open(
    wire: &Wire,
    client: &Client,
    mapping: &Mapping,
    clock: &ManualClock,
    folder: &Path,
    directory: &Directory,
    groups: bool,
) -> Result<Job, Failure> {
    let state = State::open(folder).map_err(|e| Failure::told(&e).at_our_side())?;
    let source = Arc::clone(&directory.source) as Arc<dyn entra::source::Source>;
    let mut options = JobOptions::new(client.clone(), wire.clone(), mapping.clone(), source, state);
    options.env = Env::new(Arc::new(clock.clone()), Arc::new(SystemEntropy::new()));
    options.sleeper = Arc::new(VirtualTime::new(clock.clone()));
    options.concurrency = AT_ONCE.get();
    options.groups = groups;
    Job::open(options).map_err(|e| failed(&e))
}

/// In the demo nothing may fail.
pub(super) fn failed(fault: &JobFault) -> Failure {
    fault.hints().into_iter().fold(Failure::unexpected(fault.to_string()), Failure::hint)
}

const fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Users => "people",
        Phase::Groups => "groups",
        Phase::Removals => "removals",
        Phase::Managers => "managers",
        Phase::Members => "memberships",
    }
}
