//! `provost held`.

use serde_json::{Value, json};
use store::HeldEvent;

use super::at;
use crate::cli::Held as Command;
use crate::failure::Failure;
use crate::printer::{Printer, table};

/// Events listed per step.
const PAGE: u32 = 500;

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::List { scope } => {
            let (opened, operator) = at(&scope).await?;
            let mut all: Vec<HeldEvent> = Vec::new();
            loop {
                let after = all.last().map_or(0, |e| e.sequence);
                let some = opened.service.held(&operator, after, PAGE).await?;
                let last = some.len() < PAGE as usize;
                all.extend(some);
                if last {
                    break;
                }
            }
            show(printer, &all);
            opened.close().await
        }
        Command::Approve { scope } => {
            let (opened, operator) = at(&scope).await?;
            let released = opened.service.held_approve(&operator).await?;
            if printer.json {
                printer.value(&json!({"released": released}));
            } else {
                printer.say(&format!("{released} events go to the app now"));
            }
            opened.close().await
        }
        Command::Revert { scope } => {
            let (opened, operator) = at(&scope).await?;
            let done = opened.service.held_revert(&operator).await?;
            if printer.json {
                let stayed: Vec<Value> = done
                    .stayed
                    .iter()
                    .map(|(id, why)| json!({"id": id.to_string(), "reason": why}))
                    .collect();
                printer.value(&json!({"reverted": done.reverted, "stayed": stayed, "dropped": done.dropped}));
            } else {
                printer.say(&format!(
                    "{} learners are as they were before; the app never hears of it",
                    done.reverted
                ));
                for (id, why) in &done.stayed {
                    printer.say(&format!("warning: {id} stays as it is: {why}"));
                }
            }
            opened.close().await
        }
    }
}

fn show(printer: Printer, all: &[HeldEvent]) {
    if printer.json {
        printer.value(&Value::Array(all.iter().map(as_json).collect()));
        return;
    }
    if all.is_empty() {
        printer.say("nothing is held");
        return;
    }
    let rows = all.iter().map(|e| {
        let subject = e.event.subject.map(|(_, id)| id.to_string()).unwrap_or_default();
        vec![e.event.at.to_string(), e.event.kind.as_str().to_owned(), subject]
    });
    printer.data(&table(&["TIME", "EVENT", "SUBJECT"], rows));
    printer.say("approve with `provost held approve`, or undo with `provost held revert`");
}

fn as_json(held: &HeldEvent) -> Value {
    let e = &held.event;
    json!({
        "sequence": held.sequence, "id": e.id.to_string(), "type": e.kind.as_str(), "at": e.at.to_string(),
        "subject": e.subject.map(|(_, id)| id.to_string()), "cause": e.cause, "request": e.request,
        "data": serde_json::from_str::<Value>(&e.data).unwrap_or(Value::Null),
    })
}
