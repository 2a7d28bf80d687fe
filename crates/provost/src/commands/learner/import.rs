//! `provost learner import`.

use std::path::PathBuf;

use indicatif::ProgressBar;
use serde_json::{Value, json};
use service::{Import, ImportOptions, ImportPlan, ImportProgress, ImportReport, RowProblem};

use crate::cli::Scope;
use crate::commands::at;
use crate::failure::Failure;
use crate::printer::Printer;

/// What was asked for.
pub(super) struct Wish {
    pub(super) file: PathBuf,
    pub(super) dry_run: bool,
    pub(super) deactivate_missing: bool,
    pub(super) force: bool,
}

/// Checks the whole file; unless it is a dry run or something is wrong, applies it.
pub(super) async fn run(wish: &Wish, scope: &Scope, printer: Printer) -> Result<(), Failure> {
    let bytes = std::fs::read(&wish.file).map_err(|e| Failure::file(&wish.file, &e))?;
    let (opened, operator) = at(scope).await?;
    let options = ImportOptions { deactivate_missing: wish.deactivate_missing, force: wish.force };
    let bar = printer.progress(0, "checking");
    let mut on_progress = |progress: ImportProgress| show_progress(&bar, progress);
    let result = if wish.dry_run {
        let plan = opened.service.import_plan(&operator, &bytes, options, &mut on_progress).await;
        bar.finish_and_clear();
        planned(&plan?, wish, printer)
    } else {
        let import = opened.service.import(&operator, &bytes, options, &mut on_progress).await;
        bar.finish_and_clear();
        match import? {
            Import::Refused(plan) => planned(&plan, wish, printer),
            Import::Done(report) => done(&report, printer),
        }
    };
    opened.close().await?;
    result
}

fn show_progress(bar: &ProgressBar, progress: ImportProgress) {
    bar.set_message(progress.phase);
    bar.set_length(progress.total);
    bar.set_position(progress.done);
}

/// A plan: of a dry run, or of a file that was refused.
fn planned(plan: &ImportPlan, wish: &Wish, printer: Printer) -> Result<(), Failure> {
    if printer.json {
        printer.value(&json!({
            "dry_run": wish.dry_run, "rows": plan.rows, "created": plan.created, "updated": plan.updated,
            "unchanged": plan.unchanged, "deactivated": plan.deactivated, "kept": plan.kept,
            "problem_count": plan.problem_count, "problems": problems(&plan.problems), "notes": plan.notes,
        }));
    } else {
        for note in &plan.notes {
            printer.say(&format!("note: {note}"));
        }
        list(&plan.problems, plan.problem_count, printer);
    }
    if plan.problem_count > 0 {
        let file = wish.file.display();
        let failure = Failure::input(format!("{file} has problems, so nothing was imported"));
        return Err(failure.hint("mend the lines named above, then run it again"));
    }
    if !printer.json {
        printer.say(&format!(
            "{} rows: would create {}, update {}, leave {}, deactivate {}",
            plan.rows, plan.created, plan.updated, plan.unchanged, plan.deactivated
        ));
        if plan.kept > 0 {
            printer.say(&format!(
                "{} learners are not in the file and stay, because a connection manages them",
                plan.kept
            ));
        }
    }
    Ok(())
}

fn done(report: &ImportReport, printer: Printer) -> Result<(), Failure> {
    if printer.json {
        printer.value(&json!({
            "job": report.job.0.to_string(), "resumed": report.resumed, "created": report.created,
            "updated": report.updated, "unchanged": report.unchanged, "deactivated": report.deactivated,
            "skipped": report.skipped, "problems": problems(&report.problems),
        }));
    } else {
        list(&report.problems, report.skipped, printer);
        let resumed = if report.resumed { "went on with an interrupted import of this file: " } else { "" };
        printer.say(&format!(
            "{resumed}{} created, {} updated, {} unchanged, {} deactivated",
            report.created, report.updated, report.unchanged, report.deactivated
        ));
    }
    if report.skipped > 0 {
        let failure =
            Failure::input(format!("{} rows could not be done when their turn came", report.skipped));
        return Err(failure.hint("others changed the same learners meanwhile; run it again"));
    }
    Ok(())
}

fn list(problems: &[RowProblem], count: u64, printer: Printer) {
    for problem in problems {
        printer.say(&problem.to_string());
    }
    let more = count.saturating_sub(problems.len() as u64);
    if more > 0 {
        printer.say(&format!("… and {more} more"));
    }
}

fn problems(problems: &[RowProblem]) -> Value {
    serde_json::to_value(problems).unwrap_or(Value::Null)
}
