//! `cargo xtask test`: everything that must hold before a change may land, in the order in which it
//! fails fastest. Stops at the first step that fails. The last line is for machines: `N passed, M failed`.

mod browser;
mod conformance;
mod description;
mod script;
mod server;
mod steps;
#[cfg(test)]
mod tests;
mod tools;

use std::time::Instant;

use crate::{Outcome, command};
use steps::STEPS;

/// What a step counted, and what was wrong.
#[derive(Default, Debug, PartialEq, Eq)]
struct Tally {
    passed: usize,
    failed: usize,
    problem: Option<String>,
}

impl Tally {
    /// One thing that either holds or does not.
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Ok(()) => Self { passed: 1, ..Self::default() },
            Err(problem) => Self { failed: 1, problem: Some(problem), ..Self::default() },
        }
    }
}

/// A part of the whole.
struct Step {
    name: &'static str,
    what: &'static str,
    /// A program it needs that one can do `--without`.
    needs: Option<&'static str>,
    run: fn() -> Tally,
}

/// Programs that a machine may lack, and whose tests can be left out by saying so.
const OPTIONAL: &[&str] = &["postgres", "browser", "nginx", "foreign"];

/// What was asked for.
#[derive(Default, Debug, PartialEq, Eq)]
struct Wanted {
    only: Vec<String>,
    without: Vec<String>,
}

impl Wanted {
    fn read(arguments: &[String]) -> Outcome<Self> {
        let mut wanted = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let (flag, value) = match argument.split_once('=') {
                Some((flag, value)) => (flag, value),
                None => (argument.as_str(), rest.next().map(String::as_str).unwrap_or_default()),
            };
            let steps: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
            let (list, allowed) = match flag {
                "--only" => (&mut wanted.only, steps.as_slice()),
                "--without" => (&mut wanted.without, OPTIONAL),
                _ => return Err(usage()),
            };
            for name in value.split(',') {
                if !allowed.contains(&name) {
                    return Err(format!("{flag} knows {}, not {name:?}", allowed.join(", ")));
                }
                list.push(name.to_owned());
            }
        }
        Ok(wanted)
    }

    fn includes(&self, step: &Step) -> bool {
        let named = self.only.is_empty() || self.only.iter().any(|name| name == step.name);
        let possible = step.needs.is_none_or(|needed| !self.without.iter().any(|name| name == needed));
        named && possible
    }
}

fn usage() -> String {
    let mut text = String::from(
        "usage: cargo xtask test [--only STEP,…] [--without postgres,browser,nginx,foreign]\n\nsteps, in order:\n",
    );
    for step in STEPS {
        text += &format!("  {:<14} {}\n", step.name, step.what);
    }
    text
}

/// Runs the steps that are wanted.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let wanted = Wanted::read(arguments)?;
    let (mut passed, mut failed) = (0, 0);
    let mut problem = None;
    for step in STEPS.iter().filter(|step| wanted.includes(step)) {
        say(Tone::Start, &format!("{}: {}", step.name, step.what));
        let start = Instant::now();
        let tally = (step.run)();
        passed += tally.passed;
        failed += tally.failed;
        let time = start.elapsed().as_secs_f64();
        match tally.problem {
            None => say(Tone::Good, &format!("{}: {} passed in {time:.1} s", step.name, tally.passed)),
            Some(what) => {
                say(Tone::Bad, &format!("{}: failed after {time:.1} s\n{what}", step.name));
                problem =
                    Some(format!("the step {} failed; `cargo xtask test --only {0}` repeats it", step.name));
                break;
            }
        }
    }
    if let Some(problem) = &problem {
        say(Tone::Bad, problem);
    }
    println!("{passed} passed, {failed} failed");
    // What failed has been said; the number of the exit is all that is left to say.
    if problem.is_some() { Err(String::new()) } else { Ok(()) }
}

enum Tone {
    Start,
    Good,
    Bad,
}

fn say(tone: Tone, text: &str) {
    let (mark, colour) = match tone {
        Tone::Start => ("==>", "1"),
        Tone::Good => (" ok", "32"),
        Tone::Bad => ("!!!", "31"),
    };
    if command::colours() {
        eprintln!("\u{1b}[{colour}m{mark}\u{1b}[0m {text}");
    } else {
        eprintln!("{mark} {text}");
    }
}
