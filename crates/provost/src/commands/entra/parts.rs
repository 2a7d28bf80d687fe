//! A job from the flags that describe it.

use std::path::Path;
use std::sync::Arc;

use base::{SystemClock, SystemEntropy};
use entra::env::Env;
use entra::job::{Job, JobOptions, Scope};
use entra::mapping::Mapping;
use entra::source::{Organisation, Source};
use entra::state::State;
use tokio_util::sync::CancellationToken;

use super::target::Target;
use super::{fault, mapping};
use crate::cli::{EntraJob, EntraState, Switch, Who};
use crate::failure::Failure;
use crate::printer::Printer;

/// A job that is set up, and what it was set up from.
pub(super) struct Parts {
    pub(super) job: Job,
    pub(super) target: Target,
    pub(super) mapping: Mapping,
    /// Ends a cycle between people.
    pub(super) stop: CancellationToken,
}

/// Sets the job up. Whatever is wrong with flags, schema and source's address is told before anything is sent.
pub(super) fn of(args: &EntraJob, printer: Printer) -> Result<Parts, Failure> {
    let mapping = mapping::of(&args.mapping)?;
    let source = source(args.source.source.as_deref())?;
    let target = Target::of(&args.target, printer)?;
    let state = State::open(&args.state.state_dir).map_err(|e| fault::state(&e))?;
    let mut options =
        JobOptions::new(target.client.clone(), target.wire.clone(), mapping.clone(), source, state);
    options.env = env(args.mapping.default_domain.as_deref());
    options.sign_in = Some(Arc::clone(&target.sign_in));
    options.scope = match args.source.scope {
        Who::Assigned => Scope::Assigned,
        Who::All => Scope::All,
    };
    options.groups = args.mapping.groups == Switch::On;
    options.concurrency = usize::from(args.bounds.concurrency.max(1));
    options.rate = args.bounds.rate;
    options.rules.delete_threshold = args.bounds.delete_threshold;
    options.rules.skip_out_of_scope_deletions = args.bounds.skip_out_of_scope_deletions;
    let stop = options.stop.clone();
    let job = Job::open(options).map_err(|e| fault::job(&e))?;
    Ok(Parts { job, target, mapping, stop })
}

/// The surroundings of expressions.
pub(super) fn env(default_domain: Option<&str>) -> Env {
    let env = Env::new(Arc::new(SystemClock), Arc::new(SystemEntropy::new()));
    match default_domain {
        Some(domain) => env.with_default_domain(domain),
        None => env,
    }
}

/// The source at a path.
pub(super) fn source(path: Option<&Path>) -> Result<Arc<dyn Source>, Failure> {
    let Some(path) = path else {
        return Err(Failure::input("there is no source").hint(
            "give an organisation file, a folder of line-delimited files or a CSV file with --source",
        ));
    };
    entra::source::open(path).map_err(|e| Failure::told(&e))
}

/// The job of a state that has one, for commands that send nothing. `look`: also while it runs elsewhere.
pub(super) fn kept(args: &EntraState, look: bool) -> Result<Job, Failure> {
    let folder = &args.state_dir;
    if !folder.join("job.db").exists() {
        return Err(Failure::input(format!("no job has run with {} as its --state-dir", folder.display()))
            .hint("begin one with `provost entra provision`, or name the folder of one"));
    }
    let state = if look { State::look(folder) } else { State::open(folder) };
    let state = state.map_err(|e| fault::state(&e))?;
    let facts: Option<entra::job::Facts> = state.fact("job").map_err(|e| fault::state(&e))?;
    let Some(facts) = facts else {
        return Err(Failure::input(format!("no job has run with {} as its --state-dir", folder.display()))
            .hint("begin one with `provost entra provision`"));
    };
    let wire = entra::wire::Wire::new(entra::wire::Dialect::EntraDefault)
        .map_err(|e| Failure::unexpected(e.to_string()))?;
    let client = wire.client(&facts.target).build().map_err(|e| Failure::told(&e))?;
    let schema = mapping::schema(None, crate::cli::ExternalIdSource::MailNickname)?;
    let mapping = mapping::checked(&schema, None)?;
    let nothing = Arc::new(Organisation::new(serde_json::json!({})));
    Job::open(JobOptions::new(client, wire, mapping, nothing, state)).map_err(|e| fault::job(&e))
}
