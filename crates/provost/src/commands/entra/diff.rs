//! `provost entra diff`.

use entra::job::{DiffReport, Finding};
use entra::log::Modified;
use serde_json::{Value, json};

use super::{fault, parts, plan, view};
use crate::cli::EntraDiff;
use crate::failure::Failure;
use crate::printer::{BOLD, Printer, styled};

/// Compares, printing each difference as it is found.
pub(super) async fn run(args: &EntraDiff, printer: Printer) -> Result<(), Failure> {
    let parts = parts::of(&args.job, printer)?;
    let report = parts.job.diff(&mut |finding| show(&finding, printer)).await.map_err(|e| fault::job(&e))?;
    if printer.json {
        printer.value(&json!({"summary": {
            "compared": report.compared, "same": report.same, "missing": report.missing, "extra": report.extra,
            "differing": report.differing, "memberships": report.memberships, "agrees": report.agrees(),
        }}));
    }
    if report.agrees() {
        printer.say(&format!("source and target agree: {} compared", report.compared));
        return Ok(());
    }
    Err(Failure::input(format!("source and target differ: {}", counts(&report))).hint(
        "a cycle (`provost entra provision`) creates who is missing and corrects values; members that drifted and what is too many it leaves, as Entra does",
    ))
}

fn counts(report: &DiffReport) -> String {
    let all = [
        (report.missing, "missing"),
        (report.extra, "too many"),
        (report.differing, "with other values"),
        (report.memberships, "groups with other members"),
    ];
    let mut some: Vec<_> =
        all.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    some.push(format!("{} the same", report.same));
    some.join(", ")
}

fn show(finding: &Finding, printer: Printer) {
    if printer.json {
        printer.value(&as_json(finding));
        return;
    }
    let head = |word: &str| styled(BOLD, &format!("{word:<10}"));
    match finding {
        Finding::Missing { kind, id, name } => {
            printer.data(&format!("{} {} {name} ({id})", head("missing"), view::kind(*kind)));
        }
        Finding::Extra { kind, target_id, name } => {
            printer.data(&format!(
                "{} {} {name} ({target_id} in the target)",
                head("too many"),
                view::kind(*kind)
            ));
        }
        Finding::Differs { kind, name, values, .. } => {
            printer.data(&format!("{} {} {name}", head("differs"), view::kind(*kind)));
            for value in values {
                printer.data(&plan::changed(value));
            }
        }
        Finding::Members { name, missing, extra, .. } => {
            printer.data(&format!("{} group {name}", head("members")));
            for id in missing {
                printer.data(&format!("             + {id} should be a member"));
            }
            for id in extra {
                printer.data(&format!("             - {id} should be no member"));
            }
        }
    }
}

fn as_json(finding: &Finding) -> Value {
    let values = |values: &[Modified]| -> Vec<Value> {
        values.iter().map(|m| json!({"name": m.name, "target": m.old, "source": m.new})).collect()
    };
    match finding {
        Finding::Missing { kind, id, name } => {
            json!({"finding": "missing", "kind": view::kind(*kind), "id": id, "name": name})
        }
        Finding::Extra { kind, target_id, name } => {
            json!({"finding": "extra", "kind": view::kind(*kind), "target_id": target_id, "name": name})
        }
        Finding::Differs { kind, id, target_id, name, values: them } => json!({
            "finding": "differs", "kind": view::kind(*kind), "id": id, "target_id": target_id, "name": name,
            "values": values(them),
        }),
        Finding::Members { id, target_id, name, missing, extra } => json!({
            "finding": "members", "kind": "group", "id": id, "target_id": target_id, "name": name,
            "missing": missing, "extra": extra,
        }),
    }
}
