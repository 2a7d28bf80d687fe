//! `provost demo`: the main job, start to end, on an embedded database.
//!
//! A server is started on loopback, and the provisioning engine plays the customer's side over HTTP as Microsoft Entra
//! does. After each act the directory is compared with what Entra would leave, person by person, by an oracle that does
//! not ask the engine.

mod act_one;
mod act_two;
mod directory;
mod engine;
mod expect;
mod recorder;
mod verify;

use std::time::Duration;

use self::directory::Directory;
use self::engine::Engine;
use self::verify::Verifier;
use crate::failure::Failure;
use crate::printer::{BOLD, DIM, GOOD, Printer, VALUE, styled};

/// What the demo plays against.
pub(crate) struct Stage {
    /// What the admin pastes as Tenant URL.
    pub(crate) tenant_url: String,
    /// What the admin pastes as Secret Token.
    pub(crate) token: String,
    /// Switches group provisioning of the connection, as an operator does.
    pub(crate) groups: Box<dyn Fn(bool) -> GroupsSwitch + Send + Sync>,
}

/// The operator's switch, under way.
pub(crate) type GroupsSwitch = std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// Plays both acts.
///
/// # Errors
/// When an answer or the directory's state is not what it should be.
pub(crate) async fn play(stage: &Stage, learners: usize, printer: Printer) -> Result<Summary, Failure> {
    let directory = Directory::sample(learners)?;
    let memory =
        tempfile::tempdir().map_err(|e| Failure::unexpected("no temporary directory").caused_by(&e))?;
    printer.say(&styled(BOLD, "\nThe admin pastes into Microsoft Entra"));
    printer.say(&format!("  Tenant URL    {}", styled(VALUE, &stage.tenant_url)));
    printer.say(&format!("  Secret Token  {}", styled(VALUE, &stage.token)));
    let mut verifier = Verifier::new(stage)?;
    let engine = Engine::new(stage, &directory, memory.path(), printer)?;
    let show = Show { printer };
    let begin = tokio::time::Instant::now();
    act_one::play(stage, &engine, &directory, &mut verifier, &show).await?;
    let engine = act_two::play(stage, engine, &directory, &mut verifier, &show).await?;
    let took = begin.elapsed();
    let summary = Summary::of(&engine, &verifier, took);
    printer.say(&styled(BOLD, "\nIt works"));
    printer.say(&format!(
        "  {} learners, {} groups; {} requests in {:.1} s ({:.0} a second), p50 {:.1} ms, p99 {:.1} ms",
        summary.learners,
        summary.groups,
        summary.requests,
        summary.seconds,
        summary.per_second,
        summary.p50_ms,
        summary.p99_ms
    ));
    Ok(summary)
}

/// What the closing line says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    pub(crate) learners: usize,
    pub(crate) groups: usize,
    pub(crate) requests: usize,
    pub(crate) seconds: f64,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Summary {
    fn of(engine: &Engine, verifier: &Verifier, took: Duration) -> Self {
        let times = engine.recorder.times();
        let at = |share: f64| {
            let index = ((times.len().saturating_sub(1)) as f64 * share) as usize;
            times.get(index).map_or(0.0, |t| t.as_secs_f64() * 1000.0)
        };
        let seconds = took.as_secs_f64();
        Self {
            learners: verifier.people.len(),
            groups: verifier.groups.len(),
            requests: times.len(),
            seconds,
            per_second: times.len() as f64 / seconds,
            p50_ms: at(0.5),
            p99_ms: at(0.99),
        }
    }
}

/// Prints the steps.
struct Show {
    printer: Printer,
}

impl Show {
    fn act(&self, title: &str) {
        self.printer.say(&styled(BOLD, &format!("\n{title}")));
    }

    /// A step that worked: what it was, what was sent last, and what came of it.
    fn done(&self, step: &str, engine: &Engine, came_of_it: &str) {
        self.printer.say(&format!("  {} {step}: {came_of_it}", styled(GOOD, "✓")));
        if let Some(sent) = engine.recorder.shown() {
            let shown: String = sent.chars().take(220).collect();
            let more = if shown.len() < sent.len() { "…" } else { "" };
            self.printer.say(&styled(DIM, &format!("      {shown}{more}")));
        }
    }
}
