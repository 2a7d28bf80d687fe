//! `provost entra status`.

use entra::job::Job;
use entra::model::Kind;

use super::{fault, parts};
use crate::cli::EntraStatus;
use crate::failure::Failure;
use crate::printer::Printer;

/// Shows how the job stands.
pub(super) fn run(args: &EntraStatus, printer: Printer) -> Result<(), Failure> {
    let job = parts::kept(&args.state, true)?;
    let status = job.status().map_err(|e| fault::job(&e))?;
    if printer.json {
        printer.value(&status);
        return Ok(());
    }
    let facts = job.facts();
    let code = status["status"]["code"].as_str().unwrap_or_default();
    printer.data(&format!("The job for {} is {}.", facts.target, said(code)));
    printer.data(&format!("  job        {}", job.names().job));
    for (kind, what) in [(Kind::User, "people"), (Kind::Group, "groups")] {
        let counts = job.state().counts(kind).map_err(|e| fault::state(&e))?;
        printer.data(&format!(
            "  {what:<10} {} in the target, {} in the source, {} due",
            counts.linked, counts.objects, counts.due
        ));
    }
    let (objects, references) = job.state().escrow_counts().map_err(|e| fault::state(&e))?;
    printer.data(&format!(
        "  waiting    {objects} objects and {references} references failed and are tried again"
    ));
    if let Some(last) = &facts.last {
        let which = if last.initial { "initial" } else { "incremental" };
        printer.data(&format!(
            "  last cycle {which}, {} at {}: {} written",
            last.state,
            instant(last.ended),
            last.exported
        ));
        if let Some((code, message)) = &last.error {
            printer.data(&format!("             {code}: {message}"));
        }
    }
    if let Some(quarantine) = &facts.quarantine {
        printer.data(&format!(
            "  quarantine {} since {}",
            quarantine.reason.word(),
            instant(quarantine.began)
        ));
        printer.data(&format!("             {}: {}", quarantine.code, quarantine.message));
        printer.data(&format!("             → {}", quarantine.recommendation));
    }
    next(&job, printer);
    Ok(())
}

fn next(job: &Job, printer: Printer) {
    if let Some(due) = job.next_due() {
        printer.data(&format!("  next cycle due at {due}"));
    }
}

fn instant(micros: i64) -> String {
    base::Timestamp::from_micros(micros).to_string()
}

/// Graph's code in a person's words.
fn said(code: &str) -> &str {
    match code {
        "Active" => "active",
        "Quarantine" => "in quarantine",
        "Paused" => "paused",
        "NotRun" => "not run yet",
        other => other,
    }
}
