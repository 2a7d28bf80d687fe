//! The figures of the design's table, measured in one run beside their limits. Ratios, never a timed test.
//!
//! `cargo xtask bench [--learners N] [--tenants N] [--seconds S] [--rounds N] [--only reads,writes,cycle,crowd,tenants,console,postgres,scale,delivery,…] [--endpoints N] [--events N] [--folder DIR] [--json FILE]`

mod bare;
mod cluster;
mod console;
mod crowd;
mod cycle;
mod delivery;
mod load;
mod measure;
mod people;
mod postgres;
mod prepare;
mod raw;
mod receivers;
mod report;
mod scale;
mod server;
mod starts;
mod tenants;
mod walk;

use std::path::PathBuf;
use std::time::Duration;

/// Prints a line of the result.
#[expect(clippy::print_stdout, reason = "the table is this program's output")]
fn say(line: &str) {
    println!("{line}");
}

/// Prints a line about what goes on.
#[expect(clippy::print_stderr, reason = "progress goes beside the output")]
fn note(line: &str) {
    eprintln!("bench: {line}");
}

/// What the command line asked for.
pub struct Options {
    /// The binary under measurement.
    pub binary: PathBuf,
    /// Where prepared directories are kept.
    pub folder: PathBuf,
    /// How many learners.
    pub learners: u64,
    /// How many tenants of a hundred learners each.
    pub tenants: u64,
    /// How many customers have a webhook.
    pub endpoints: u64,
    /// How many events wait for each of them.
    pub events: u64,
    /// Length of one round.
    pub round: Duration,
    /// Rounds of each side, in turn.
    pub rounds: usize,
    /// The parts to measure; all when empty.
    pub only: Vec<String>,
}

impl Options {
    /// Whether a part was asked for.
    pub fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|p| p == part)
    }
}

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if args.first().is_some_and(|a| a == "bare") {
        let (head, body) = (std::fs::read(&args[1])?, std::fs::read(&args[2])?);
        // Two workers, as the measured server has on this machine.
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        return runtime.block_on(bare::serve(&head, &body));
    }
    if args.first().is_some_and(|a| a == "receivers") {
        let count = |at: usize| args.get(at).and_then(|v| v.parse().ok()).unwrap_or(0);
        return runtime.block_on(receivers::serve(count(1), count(2), count(3)));
    }
    let value = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1)).cloned();
    let number = |name: &str, default: u64| value(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let target = std::env::current_exe()?;
    let options = Options {
        binary: value("--binary").map_or_else(|| target.with_file_name("provost"), PathBuf::from),
        folder: value("--folder").map_or_else(|| target.with_file_name("bench-data"), PathBuf::from),
        learners: number("--learners", 1_000_000),
        tenants: number("--tenants", 10_000),
        endpoints: number("--endpoints", 1_000),
        events: number("--events", 1_000),
        round: Duration::from_secs(number("--seconds", 5)),
        rounds: number("--rounds", 3) as usize,
        only: value("--only").map_or_else(Vec::new, |v| v.split(',').map(str::to_owned).collect()),
    };
    std::fs::create_dir_all(&options.folder)?;
    let rows = runtime.block_on(measure::all(&options))?;
    report::table(&rows);
    if let Some(file) = value("--json") {
        std::fs::write(file, report::json(&rows).to_string())?;
    }
    Ok(())
}
