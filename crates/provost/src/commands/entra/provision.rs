//! `provost entra provision`.

use entra::job::{CycleReport, Job, JobFault};
use tokio_util::sync::CancellationToken;

use super::parts::{self, Parts};
use super::view::View;
use super::{fault, report, test_connection};
use crate::cli::EntraProvision;
use crate::commands::serve::wait_for_signal;
use crate::failure::Failure;
use crate::printer::Printer;

/// Tests the connection, runs a cycle, sums it up; with `--watch` goes on.
pub(super) async fn run(args: &EntraProvision, printer: Printer) -> Result<(), Failure> {
    let parts = parts::of(&args.job, printer)?;
    test(&parts, printer).await?;
    let at_once = CancellationToken::new();
    let watcher = tokio::spawn(interrupted(parts.stop.clone(), at_once.clone(), printer));
    let work = async {
        if args.watch { watch(&parts, printer).await } else { once(&parts.job, args.verify, printer).await }
    };
    let result = tokio::select! {
        result = work => result,
        // Whatever was under way is found by the next cycle's matching query.
        () = at_once.cancelled() => Err(Failure::input("ended at once").hint("run it again: it goes on where it was")),
    };
    watcher.abort();
    result
}

/// As the portal, which lets nobody start a job whose connection does not work.
async fn test(parts: &Parts, printer: Printer) -> Result<(), Failure> {
    let report = test_connection::test(&parts.target, &parts.mapping).await;
    if report.passed() {
        return Ok(());
    }
    printer.say(report.to_string().trim_end());
    let why = report.findings().next().map_or_else(String::new, |finding| finding.reason.clone());
    Err(Failure::input(format!("nothing was provisioned, since the connection does not work: {why}")))
}

/// The first signal ends between people, the second at once.
async fn interrupted(stop: CancellationToken, at_once: CancellationToken, printer: Printer) {
    wait_for_signal().await;
    printer.say("ending as soon as the people under way are through; interrupt again to end at once");
    stop.cancel();
    wait_for_signal().await;
    at_once.cancel();
}

async fn once(job: &Job, verify: bool, printer: Printer) -> Result<(), Failure> {
    let mut view = View::new(printer);
    let result = job.cycle(&mut |progress| view.see(&progress)).await;
    view.end();
    let report = result.map_err(|e| fault::job(&e))?;
    if verify {
        read_back(job, &report, &mut view, printer).await?;
    }
    show(&report, &view, printer);
    if report.stopped {
        return Err(Failure::input("the cycle was ended before it was through")
            .hint("run it again: it goes on where it was"));
    }
    if report.quarantine.is_some() {
        return Err(Failure::input("the job is in quarantine").hint(
            "correct what is named above, then run it again; `provost entra status` shows how it stands",
        ));
    }
    if view.findings.failed > 0 {
        return Err(Failure::input(format!("operations that failed: {}", view.findings.failed)).hint(
            "correct what is named above, then run it again; all of them: `provost entra logs --failures`",
        ));
    }
    if view.findings.drifted > 0 {
        return Err(Failure::input("the target did not keep what it acknowledged")
            .hint("correct the target as named above; `provost entra diff` shows each difference"));
    }
    if report.imported.bad_count > 0 {
        return Err(Failure::input("not everything in the source can be read")
            .hint("mend the places named above, then run it again; everybody else is provisioned"));
    }
    if !printer.json {
        printer.say("  next: run it again for what changed since, or let it run with --watch");
    }
    Ok(())
}

/// Compares the target with what it acknowledged, unless the cycle did not get that far.
async fn read_back(
    job: &Job,
    report: &CycleReport,
    view: &mut View,
    printer: Printer,
) -> Result<(), Failure> {
    if report.stopped || report.quarantine.is_some() {
        return Ok(());
    }
    let compared = job.read_back(&mut view.findings).await.map_err(|e| fault::job(&e))?;
    if !printer.json && view.findings.drifted == 0 {
        printer.say(&format!("read back: {} objects, and what was acknowledged is there", compared.compared));
    }
    Ok(())
}

async fn watch(parts: &Parts, printer: Printer) -> Result<(), Failure> {
    let view = std::sync::Mutex::new(View::new(printer));
    let held = || view.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let job = &parts.job;
    let mut see = |progress: entra::job::Progress<'_>| held().see(&progress);
    let mut done = |result: Result<CycleReport, JobFault>| {
        let mut view = std::mem::replace(&mut *held(), View::new(printer));
        view.end();
        match result {
            Ok(report) => show(&report, &view, printer),
            Err(error) => printer.say(&fault::job(&error).render()),
        }
        if let Some(due) = job.next_due().filter(|_| !printer.json) {
            printer.say(&format!("  next cycle at {due}"));
        }
    };
    // A first cycle at once: somebody who starts it does not want to wait out the last one's pause.
    done(job.cycle(&mut see).await);
    job.watch(&parts.stop, &mut see, &mut done).await.map_err(|e| fault::job(&e))
}

fn show(report: &CycleReport, view: &View, printer: Printer) {
    if printer.json {
        printer.value(&report::as_json(report, view));
    } else {
        report::say(report, view, printer);
    }
}
