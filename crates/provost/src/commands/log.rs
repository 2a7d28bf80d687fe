//! `provost log`.

mod show;

use serde_json::{Value, json};
use store::{LogEntry, LogFilter};

use super::at;
use crate::cli::{Log, LogCommand};
use crate::failure::Failure;
use crate::printer::{Printer, table};

/// Shows the connection's log, newest first.
pub(super) async fn run(args: Log, printer: Printer) -> Result<(), Failure> {
    if let Some(LogCommand::Show { sequence, scope }) = args.command {
        return show::run(sequence, &scope, printer).await;
    }
    let (opened, operator) = at(&args.scope).await?;
    let filter = LogFilter {
        connection: Some(operator.connection.id),
        failures: args.failures,
        ..LogFilter::default()
    };
    let entries = opened.service.provisioning_log(&operator, &filter, args.limit).await?;
    if printer.json {
        printer.value(&Value::Array(entries.iter().map(as_json).collect()));
    } else if entries.is_empty() {
        printer.say("the log is empty: the provider has not written anything yet, and nothing was refused");
    } else {
        let rows = entries.iter().map(|e| {
            let times = if e.times > 1 { format!(" (×{})", e.times) } else { String::new() };
            vec![
                e.sequence.to_string(),
                e.entry.at.to_string(),
                word(&e.entry.action),
                format!("{}{times}", word(&e.entry.outcome)),
                e.entry.status.to_string(),
                e.entry.label.clone(),
                e.entry.detail.clone().unwrap_or_else(|| e.entry.paths.join(", ")),
            ]
        });
        printer.data(&table(&["ENTRY", "TIME", "ACTION", "OUTCOME", "STATUS", "WHO", "WHAT"], rows));
        advise(&entries, printer);
    }
    opened.close().await
}

/// What to do about each code above, once.
fn advise(entries: &[LogEntry], printer: Printer) {
    let mut codes: Vec<&str> = entries.iter().filter_map(|e| e.entry.code.as_deref()).collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        if let Some(advice) = service::Fault::advice_of(code) {
            printer.say(&format!("{code}: {advice}"));
        }
    }
}

fn as_json(entry: &LogEntry) -> Value {
    let e = &entry.entry;
    json!({
        "sequence": entry.sequence, "at": e.at.to_string(), "request": e.request, "action": e.action,
        "outcome": e.outcome, "status": e.status, "scimType": e.scim_type,
        "subject": e.subject.map(|(_, id)| id.to_string()), "label": e.label, "paths": e.paths, "code": e.code,
        "advice": e.code.as_deref().and_then(service::Fault::advice_of),
        "detail": e.detail, "times": entry.times, "raw": e.raw,
    })
}

/// The word that a value has in JSON.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
