//! `provost log show`.

use serde_json::{Value, json};
use service::LogEntryDetail;
use store::NewEvent;

use super::{as_json, word};
use crate::cli::Scope;
use crate::commands::at;
use crate::failure::Failure;
use crate::printer::{BOLD, Printer, styled, table};

/// Shows one entry with what belongs to it.
pub(super) async fn run(sequence: i64, scope: &Scope, printer: Printer) -> Result<(), Failure> {
    let (opened, operator) = at(scope).await?;
    let found = opened.service.log_entry(&operator, sequence).await?;
    if printer.json {
        let mut value = as_json(&found.entry);
        value["connection"] = json!(found.connection);
        value["exchange"] = found.raw.clone().unwrap_or(Value::Null);
        value["events"] = found.events.iter().map(event).collect();
        printer.value(&value);
    } else {
        say(&found, printer);
    }
    opened.close().await
}

fn say(found: &LogEntryDetail, printer: Printer) {
    let own = &found.entry.entry;
    let times = if found.entry.times > 1 { format!(", {} times", found.entry.times) } else { String::new() };
    let title = format!("{} {}", word(&own.action), own.label);
    printer.data(&format!(
        "{}: {}, status {}{times}",
        styled(BOLD, title.trim()),
        word(&own.outcome),
        own.status
    ));
    let connection = found.connection.as_deref().unwrap_or("that is gone");
    printer.data(&format!("  {}, connection {connection}, request {}", own.at, own.request));
    if let Some((_, id)) = own.subject {
        printer.data(&format!("  about {id}"));
    }
    if !own.paths.is_empty() {
        printer.data(&format!("  attributes: {}", own.paths.join(", ")));
    }
    if let Some(code) = &own.code {
        printer.data(&format!("  code {code}"));
    }
    if let Some(detail) = &own.detail {
        printer.data(&format!("  {detail}"));
    }
    if let Some(advice) = found.advice {
        printer.data(&format!("  What to do: {advice}"));
    }
    for one in &found.events {
        printer.data(&format!("\nTold the app: {}", one.kind.as_str()));
        let data = data(one);
        let changes = data["changes"].as_array().map(Vec::as_slice).unwrap_or_default();
        if !changes.is_empty() {
            let rows = changes
                .iter()
                .map(|change| vec![plain(&change["path"]), plain(&change["old"]), plain(&change["new"])]);
            printer.data(&table(&["ATTRIBUTE", "BEFORE", "AFTER"], rows));
        }
    }
    let Some(raw) = &found.raw else {
        printer
            .say("the request's text is kept of failures, and while a connection is being set up or traced");
        return;
    };
    for (name, part) in [("Request", &raw["request"]), ("Body", &raw["body"]), ("Answer", &raw["answer"])] {
        if !part.is_null() {
            printer.data(&format!("\n{name}\n{}", plain(part)));
        }
    }
}

fn event(event: &NewEvent) -> Value {
    json!({
        "id": event.id.to_string(), "type": event.kind.as_str(), "at": event.at.to_string(), "cause": event.cause,
        "actor": event.actor, "data": data(event),
    })
}

/// What an event holds; nothing of one that was purged.
fn data(event: &NewEvent) -> Value {
    serde_json::from_str(&event.data).unwrap_or(Value::Null)
}

/// Text as it is, nothing as nothing, everything else as JSON over lines.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}
