//! A cycle summed up: the answer, the evidence, what to do next.

use entra::findings::{Finding, Findings};
use entra::job::{CycleReport, Tally};
use entra::log::Entry;
use serde_json::{Value, json};

use super::view::View;
use crate::printer::{GOOD, Printer, styled};

/// Bad records that are told one by one.
const TOLD: usize = 20;

/// For a program.
pub(super) fn as_json(report: &CycleReport, view: &View) -> Value {
    let t = &report.tally;
    let seconds = report.elapsed.as_secs_f64();
    let bad: Vec<String> = report.imported.bad.iter().map(ToString::to_string).collect();
    json!({
        "cycle": report.id, "initial": report.initial, "stopped": report.stopped,
        "created": t.created, "adopted": t.adopted, "updated": t.updated, "restored": t.restored,
        "disabled": t.disabled, "deleted": t.deleted, "untouched": t.untouched, "skipped": t.skipped,
        "failed": t.failed, "held_back": t.staged, "managers_set": t.managers_set,
        "managers_cleared": t.managers_cleared, "members_added": t.members_added,
        "members_removed": t.members_removed, "references_failed": t.references_failed,
        "references_unresolved": t.unresolved,
        "users_read": report.imported.users, "groups_read": report.imported.groups,
        "bad_record_count": report.imported.bad_count, "bad_records": bad,
        "problem_count": view.findings.failed, "problems": view.problems.iter().map(problem).collect::<Vec<_>>(),
        "findings": view.findings.iter().map(Finding::to_json).collect::<Vec<_>>(),
        "quarantine": report.quarantine.as_ref().map(|q| json!({
            "reason": q.reason.word(), "code": q.code, "message": q.message, "recommendation": q.recommendation,
        })),
        "people": view.people, "requests": report.requests, "seconds": seconds,
        "people_per_second": rate(view.people, seconds), "requests_per_second": rate(report.requests, seconds),
    })
}

fn rate(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

fn problem(entry: &Entry) -> Value {
    let error = entry.error.as_ref();
    json!({
        "id": entry.source.id, "name": entry.source.name, "action": entry.action.word(),
        "code": error.map(|e| e.code.as_str()), "reason": error.map(|e| e.reason.as_str()),
        "recommendation": error.map(|e| e.recommendation.as_str()),
    })
}

/// For a person.
pub(super) fn say(report: &CycleReport, view: &View, printer: Printer) {
    let which = if report.initial { "initial" } else { "incremental" };
    let end = match (report.stopped, &report.quarantine) {
        (true, _) => "was ended before it was through",
        (false, Some(_)) => "ended in quarantine",
        (false, None) => "is through",
    };
    let fine = report.quarantine.is_none()
        && !report.stopped
        && view.findings.is_empty()
        && report.imported.bad_count == 0;
    let mark = if fine { format!("{} ", styled(GOOD, "✓")) } else { String::new() };
    printer.say(&format!("{mark}The {which} cycle {end}: {}", counts(&report.tally)));
    let seconds = report.elapsed.as_secs_f64();
    printer.say(&format!(
        "  {} requests in {seconds:.1} s, {:.0} people a second",
        report.requests,
        rate(view.people, seconds)
    ));
    bad_records(report, printer);
    findings(&view.findings, &|line| printer.say(line));
    if let Some(quarantine) = &report.quarantine {
        printer.say(&format!(
            "  quarantine: {} ({}): {}",
            quarantine.reason.word(),
            quarantine.code,
            quarantine.message
        ));
        printer.say(&format!("    → {}", quarantine.recommendation));
    }
}

/// What was done, without what did not occur.
pub(super) fn counts(t: &Tally) -> String {
    let all = [
        (t.created, "created"),
        (t.adopted, "adopted"),
        (t.updated, "updated"),
        (t.restored, "restored"),
        (t.disabled, "disabled"),
        (t.deleted, "deleted"),
        (t.untouched, "untouched"),
        (t.skipped, "skipped"),
        (t.failed, "failed"),
        (t.staged, "removals held back"),
        (t.managers_set, "managers set"),
        (t.managers_cleared, "managers cleared"),
        (t.members_added, "members added"),
        (t.members_removed, "members removed"),
        (t.references_failed, "references failed"),
        (t.unresolved, "references to nobody provisioned"),
    ];
    let some: Vec<_> = all.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if some.is_empty() { "nothing to do".to_owned() } else { some.join(", ") }
}

/// Records of the source that were passed over.
pub(super) fn bad_records(report: &CycleReport, printer: Printer) {
    let imported = &report.imported;
    if imported.bad_count == 0 {
        return;
    }
    printer.say(&format!(
        "  records of the source that cannot be read and were passed over: {}",
        imported.bad_count
    ));
    for bad in imported.bad.iter().take(TOLD) {
        printer.say(&format!("    {bad}"));
    }
    more(imported.bad_count, imported.bad.len().min(TOLD), printer);
    if imported.absences_ignored {
        printer.say("    nobody was taken for absent, since it is not known whose they are");
    }
}

/// What the target does not do as Entra expects, by cause, each with the remedy.
pub(super) fn findings(findings: &Findings, tell: &dyn Fn(&str)) {
    for finding in findings.iter() {
        let code = finding.code.as_deref().map_or_else(String::new, |code| format!("{code}: "));
        tell(&format!("  {} × {}: {code}{}", finding.count, finding.operation, finding.title()));
        tell(&format!("    {}", finding.whom()));
        tell(&format!("    → {}", finding.remedy));
    }
}

fn more(all: u64, told: usize, printer: Printer) {
    let more = all.saturating_sub(told as u64);
    if more > 0 {
        printer.say(&format!("    … and {more} more"));
    }
}
