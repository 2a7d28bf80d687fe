//! `provost doctor`.

use std::path::Path;

use anstyle::{AnsiColor, Style};
use serde_json::json;

use crate::cli::Doctor;
use crate::doctor::{self, Finding, State};
use crate::failure::Failure;
use crate::printer::{BOLD, DIM, GOOD, Printer, styled};

const ADVICE: Style = AnsiColor::Yellow.on_default();
const FAULT: Style = AnsiColor::Red.on_default();

/// Looks at everything and says what to do: the answer first, then what it rests on.
pub(super) async fn run(args: &Doctor, file: Option<&Path>, printer: Printer) -> Result<(), Failure> {
    let findings = doctor::examine(args, file).await;
    let worst = findings.iter().map(|finding| finding.state).max().unwrap_or(State::Good);
    if printer.json {
        let all: Vec<_> = findings.iter().map(Finding::to_json).collect();
        printer.value(&json!({"state": worst.word(), "findings": all}));
    } else {
        printer.data(&styled(BOLD, &answer(&findings)));
        for finding in &findings {
            show(finding, printer);
        }
    }
    if worst == State::Fault { Err(Failure::silent()) } else { Ok(()) }
}

fn answer(findings: &[Finding]) -> String {
    let count = |state| findings.iter().filter(|finding| finding.state == state).count();
    let said = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    match (count(State::Fault), count(State::Advice)) {
        (0, 0) => "All is well.".to_owned(),
        (0, n) => format!("All works; {} to consider.", said(n, "thing", "things")),
        (n, 0) => format!("{} to mend.", said(n, "thing", "things")),
        (n, m) => format!("{} to mend, {} to consider.", said(n, "thing", "things"), m),
    }
}

fn show(finding: &Finding, printer: Printer) {
    let style = match finding.state {
        State::Good => GOOD,
        State::Advice => ADVICE,
        State::Fault => FAULT,
    };
    let word = format!("{:<7}", finding.state.word());
    printer.data(&format!("  {} {:<14} {}", styled(style, &word), finding.part, finding.saw));
    if !finding.todo.is_empty() {
        printer.data(&format!("  {:<7} {:<14} {}", "", "", styled(DIM, &format!("→ {}", finding.todo))));
    }
}
