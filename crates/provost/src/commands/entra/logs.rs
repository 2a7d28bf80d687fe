//! `provost entra logs`.

use std::io::{self, Write};

use entra::findings::Findings;
use entra::job::Job;
use entra::log::{Entry, HtmlReport, Status, table};
use entra::state::LogFilter;

use super::{fault, parts, report};
use crate::cli::{EntraLogs, LogFormat};
use crate::failure::Failure;
use crate::printer::Printer;

/// Entries read together.
const PAGE: usize = 500;

/// Prints the log.
pub(super) fn run(args: &EntraLogs, printer: Printer) -> Result<(), Failure> {
    let job = parts::kept(&args.state, true)?;
    let filter = LogFilter {
        source_id: args.object.clone(),
        status: (args.failures || args.findings).then_some(Status::Failure),
        cycle: args.cycle.clone(),
    };
    if args.findings {
        return findings(&job, &filter, printer);
    }
    let format = if printer.json { LogFormat::Json } else { args.format };
    let written = match format {
        LogFormat::Html => html(&job, &filter, args.limit)?,
        LogFormat::Json => json(&job, &filter, args.limit)?,
        LogFormat::Table => {
            let mut entries = Vec::new();
            let read = each(&job, &filter, args.limit, &mut |entry| {
                entries.push(entry.clone());
                Ok(())
            })?;
            if entries.is_empty() {
                printer.say("nothing of that is in the log");
            } else {
                printer.data(table(&entries).trim_end());
                advise(&entries, printer);
            }
            read
        }
    };
    // A reader that has gone away is not an error of ours.
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::unexpected("the log cannot be written").caused_by(&error))
        }
        _ => Ok(()),
    }
}

/// What failed, by cause.
fn findings(job: &Job, filter: &LogFilter, printer: Printer) -> Result<(), Failure> {
    let mut found = Findings::default();
    let _ = each(job, filter, usize::MAX, &mut |entry| {
        found.take(entry);
        Ok(())
    })?;
    if printer.json {
        for finding in found.iter() {
            printer.value(&finding.to_json());
        }
    } else if found.is_empty() {
        printer.say("nothing failed");
    } else {
        report::findings(&found, &|line| printer.data(line));
    }
    Ok(())
}

/// Each code with what to do about it, once.
fn advise(entries: &[Entry], printer: Printer) {
    let mut told: Vec<&str> = Vec::new();
    for error in entries.iter().filter_map(|entry| entry.error.as_ref()) {
        if !told.contains(&error.code.as_str()) {
            told.push(&error.code);
            printer.say(&format!("{}: {}", error.code, error.recommendation));
        }
    }
}

type Written = Result<io::Result<()>, Failure>;

/// Hands out entries, the newest first, page by page.
fn each(
    job: &Job,
    filter: &LogFilter,
    limit: usize,
    take: &mut dyn FnMut(&Entry) -> io::Result<()>,
) -> Written {
    let (mut before, mut left) = (i64::MAX, limit);
    while left > 0 {
        let page = job.log(filter, before, left.min(PAGE)).map_err(|e| fault::job(&e))?;
        let Some((last, _)) = page.last() else { break };
        before = *last;
        left -= page.len();
        for (_, entry) in &page {
            if let Err(error) = take(entry) {
                return Ok(Err(error));
            }
        }
    }
    Ok(Ok(()))
}

/// As Graph lists them, written as they come.
fn json(job: &Job, filter: &LogFilter, limit: usize) -> Written {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let head =
        r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#auditLogs/provisioning","value":["#;
    if let Err(error) = write!(out, "{head}") {
        return Ok(Err(error));
    }
    let mut first = true;
    let result = each(job, filter, limit, &mut |entry| {
        let comma = if std::mem::take(&mut first) { "" } else { "," };
        write!(out, "{comma}{}", entry.summary(job.names()))
    })?;
    Ok(result.and_then(|()| writeln!(out, "]}}")).and_then(|()| out.flush()))
}

fn html(job: &Job, filter: &LogFilter, limit: usize) -> Written {
    let counts = job.state().log_counts(filter).map_err(|e| fault::state(&e))?;
    let now = base::Clock::now(&base::SystemClock);
    let mut report =
        match HtmlReport::begin(io::BufWriter::new(io::stdout().lock()), job.names(), now, counts) {
            Ok(report) => report,
            Err(error) => return Ok(Err(error)),
        };
    let result = each(job, filter, limit, &mut |entry| report.entry(entry))?;
    Ok(result.and_then(|()| report.end()))
}
