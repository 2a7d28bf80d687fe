//! What a person sees of a cycle while it runs, and what is kept of it to sum it up.

use entra::findings::Findings;
use entra::job::{Effect, Phase, Progress};
use entra::log::{Entry, Status};
use entra::model::Kind;
use indicatif::ProgressBar;

use crate::printer::Printer;

/// Problems that a program is told one by one; more are counted.
const TOLD: usize = 10;

/// Takes a cycle's progress.
pub(super) struct View {
    printer: Printer,
    bar: ProgressBar,
    users: bool,
    /// Users that were worked on.
    pub(super) people: u64,
    /// The first failures.
    pub(super) problems: Vec<Entry>,
    /// All failures, by cause, and what was read back, where it was.
    pub(super) findings: Findings,
}

impl View {
    pub(super) fn new(printer: Printer) -> Self {
        let bar = ProgressBar::hidden();
        Self { printer, bar, users: false, people: 0, problems: Vec::new(), findings: Findings::default() }
    }

    /// Shows one step.
    pub(super) fn see(&mut self, progress: &Progress<'_>) {
        match progress {
            Progress::Importing(records) => {
                if self.bar.is_hidden() {
                    self.bar = self.printer.progress(*records, "reading");
                }
                // How many there are is known when they are read.
                self.bar.set_length(*records);
                self.bar.set_position(*records);
            }
            Progress::Phase(phase, total) => {
                self.bar.finish_and_clear();
                self.bar = self.printer.progress(*total, word(*phase));
                self.users = *phase == Phase::Users;
            }
            Progress::Done(effect, entry) => {
                self.bar.inc(1);
                let is_person = self.users && !matches!(effect, Effect::Nothing);
                self.people += u64::from(is_person);
                if let Some(entry) = entry {
                    self.findings.take(entry);
                }
                if let Some(entry) = entry.filter(|entry| entry.status == Status::Failure)
                    && self.problems.len() < TOLD
                {
                    self.problems.push(entry.clone());
                }
            }
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&mut self) {
        self.bar.finish_and_clear();
    }
}

const fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Users => "users",
        Phase::Groups => "groups",
        Phase::Removals => "removals",
        Phase::Managers => "managers",
        Phase::Members => "members",
    }
}

/// A kind in a person's words.
pub(super) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "user",
        Kind::Group => "group",
    }
}
