//! `provost entra provision --dry-run`: what the next cycle would do.

use entra::job::{Effect, Progress};
use entra::log::{Entry, Modified};
use serde_json::{Value, json};

use super::view::{self, View};
use super::{fault, parts, report};
use crate::cli::EntraJob;
use crate::failure::Failure;
use crate::printer::{BOLD, DIM, Printer, styled};

/// Rehearses a cycle and prints each change as it is found out, so that memory stays flat.
pub(super) async fn run(args: &EntraJob, printer: Printer) -> Result<(), Failure> {
    let parts = parts::of(args, printer)?;
    let mut view = View::new(printer);
    let result = parts
        .job
        .plan(&mut |progress| {
            if let Progress::Done(effect, Some(entry)) = &progress {
                step(*effect, entry, printer);
            }
            view.see(&progress);
        })
        .await;
    view.end();
    let report = result.map_err(|e| fault::job(&e))?;
    if printer.json {
        printer.value(&json!({"summary": report::as_json(&report, &view)}));
    } else {
        report::bad_records(&report, printer);
        printer.say(&format!("The next cycle would come to: {}", report::counts(&report.tally)));
    }
    if let Some(quarantine) = &report.quarantine {
        return Err(Failure::input(format!(
            "the next cycle would end in quarantine: {}",
            quarantine.message
        ))
        .hint(quarantine.recommendation.clone()));
    }
    if !printer.json {
        printer.say("  nothing was written; leave out --dry-run to do it");
    }
    Ok(())
}

/// What would be done, in a word; none for what would be left as it is.
const fn word(effect: Effect) -> Option<&'static str> {
    Some(match effect {
        Effect::Created(_) => "create",
        Effect::Adopted(_) | Effect::AdoptedAndUpdated(_) => "adopt",
        Effect::Updated(_) => "update",
        Effect::Restored(_) => "restore",
        Effect::Disabled(_) => "disable",
        Effect::Deleted(_) => "delete",
        Effect::Skipped(_) => "skip",
        Effect::Failed(_) | Effect::ReferenceFailed => "fail",
        Effect::Staged(_) => "hold back",
        Effect::ManagerSet | Effect::ManagerCleared => "manager",
        Effect::MembersAdded(_) | Effect::MembersRemoved(_) => "members",
        Effect::Unresolved(_) => "unresolved",
        Effect::Untouched(_) | Effect::Nothing => return None,
    })
}

fn step(effect: Effect, entry: &Entry, printer: Printer) {
    if printer.json {
        printer.value(&as_json(word(effect).unwrap_or("untouched"), entry));
        return;
    }
    let Some(word) = word(effect) else { return };
    let (kind, name) = (view::kind(entry.source.kind), &entry.source.name);
    printer.data(&format!("{} {kind} {name}", styled(BOLD, &format!("{word:<10}"))));
    for change in &entry.modified {
        printer.data(&changed(change));
    }
    let why = entry.error.as_ref().map(|e| format!("{}: {}", e.code, e.reason));
    if let Some(why) = why.or_else(|| entry.skip.as_ref().map(|skip| skip.text.clone())) {
        // Of one that is adopted the skip says only that nothing differs.
        printer.data(&styled(DIM, &format!("             {why}")));
    }
}

fn as_json(word: &str, entry: &Entry) -> Value {
    json!({
        "action": word, "kind": view::kind(entry.source.kind), "id": entry.source.id, "name": entry.source.name,
        "target_id": entry.target.as_ref().map(|target| target.id.as_str()),
        "changes": entry.modified.iter().map(|m| json!({"name": m.name, "old": m.old, "new": m.new})).collect::<Vec<_>>(),
        "reason": entry.error.as_ref().map(|e| e.reason.as_str()).or_else(|| entry.skip.as_ref().map(|s| s.text.as_str())),
    })
}

/// One value, before and after.
pub(super) fn changed(change: &Modified) -> String {
    // Who would only be created has no id in the target yet: the engine says whom it means.
    let quoted = |value: &String| format!("“{}”", value.strip_prefix("planned:").unwrap_or(value));
    let text = match (&change.old, &change.new) {
        (None, Some(new)) => quoted(new),
        (Some(old), Some(new)) => format!("{} → {}", quoted(old), quoted(new)),
        (Some(old), None) => format!("{} → nothing", quoted(old)),
        (None, None) => String::new(),
    };
    format!("             {}: {text}", change.name)
}
