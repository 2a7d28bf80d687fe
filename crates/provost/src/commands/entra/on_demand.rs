//! `provost entra on-demand`.

use std::sync::Arc;

use entra::job::Effect;
use entra::log::Status;
use entra::model::Kind;
use serde_json::{Value, json};

use super::{fault, find, parts};
use crate::cli::EntraOnDemand;
use crate::failure::Failure;
use crate::printer::{BOLD, DIM, GOOD, Printer, styled};

/// Provisions one object and shows the five steps.
pub(super) async fn run(args: &EntraOnDemand, printer: Printer) -> Result<(), Failure> {
    let source = parts::source(args.job.source.source.as_deref())?;
    let (kind, who) = match (&args.user, &args.group) {
        (Some(user), _) => (Kind::User, user),
        (None, Some(group)) => (Kind::Group, group),
        (None, None) => return Err(Failure::input("give --user or --group")),
    };
    let object = find::object(Arc::clone(&source), kind, who).await?;
    let mut members = Vec::with_capacity(args.members.len());
    for member in &args.members {
        members.push(find::object(Arc::clone(&source), Kind::User, member).await?.id);
    }
    let parts = parts::of(&args.job, printer)?;
    let done = parts.job.on_demand(kind, &object.id, &members).await.map_err(|e| fault::job(&e))?;
    if printer.json {
        let steps: Vec<Value> = done
            .steps
            .iter()
            .map(|s| json!({"name": s.name, "status": s.status.word(), "description": s.description, "details": s.details}))
            .collect();
        printer.value(&json!({"steps": steps, "members_added": done.members_added}));
    } else {
        for (number, step) in (1..).zip(&done.steps) {
            let style = if step.status == Status::Success { GOOD } else { BOLD };
            printer.data(&format!("{number}. {}: {}", step.name, styled(style, step.status.word())));
            if !step.description.is_empty() {
                printer.data(&format!("   {}", step.description));
            }
            details(&step.details, printer);
        }
    }
    let failed = done.steps.iter().any(|step| step.status == Status::Failure);
    if failed || matches!(done.effect, Effect::Failed(_)) {
        let advice =
            done.entries.iter().find_map(|entry| entry.error.as_ref()).map(|e| e.recommendation.clone());
        let failure = Failure::input(format!("“{who}” was not provisioned"));
        return Err(match advice {
            Some(advice) => failure.hint(advice),
            None => failure.hint("`provost entra test-connection` says what is wrong with the connection"),
        });
    }
    Ok(())
}

fn details(details: &Value, printer: Printer) {
    // The particulars repeat what was modified, in the log's own spelling.
    let particulars =
        details.as_object().into_iter().flatten().filter(|(name, _)| *name != "modifiedProperties");
    for (name, value) in particulars {
        let shown = match value {
            Value::String(text) => text.clone(),
            Value::Null => continue,
            Value::Array(list) if list.is_empty() => continue,
            other => other.to_string(),
        };
        printer.data(&styled(DIM, &format!("     {name}: {shown}")));
    }
}
