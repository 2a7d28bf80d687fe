//! `provost learner show`.

use serde_json::{Value, json};

use super::list::{as_json, state};
use crate::cli::Scope;
use crate::commands::at;
use crate::failure::Failure;
use crate::printer::{BOLD, Printer, styled, table};

/// Shows one learner with groups and history.
pub(super) async fn run(which: &str, scope: &Scope, printer: Printer) -> Result<(), Failure> {
    let (opened, operator) = at(scope).await?;
    let learner = opened.service.learner_show(&operator, which).await?;
    if printer.json {
        let mut value = as_json(&learner.row);
        value["resource"] = learner.document.clone();
        value["externalIds"] =
            Value::Object(learner.external_ids.iter().map(|(c, id)| (c.clone(), json!(id))).collect());
        value["groups"] = learner
            .groups
            .iter()
            .map(|g| json!({"id": g.id.to_string(), "display": g.display, "direct": g.direct}))
            .collect();
        value["history"] = learner
            .history
            .iter()
            .map(|e| {
                json!({"position": e.position, "type": e.event.kind.as_str(), "at": e.event.at.to_string(),
                       "cause": e.event.cause, "actor": e.event.actor,
                       "data": serde_json::from_str::<Value>(&e.event.data).unwrap_or(Value::Null)})
            })
            .collect();
        printer.value(&value);
        return opened.close().await;
    }
    let row = &learner.row;
    let name = row.display_name.as_deref().unwrap_or("no display name");
    printer.data(&format!("{} ({name}) is {}", styled(BOLD, &row.user_name), state(row.state)));
    let managed = row.managed_by.as_deref().map_or("no connection".to_owned(), |c| format!("connection {c}"));
    printer.data(&format!("  id {}, managed by {managed}, version {}", row.id, row.version));
    for (connection, id) in &learner.external_ids {
        printer.data(&format!("  externalId of {connection}: {id}"));
    }
    if !learner.groups.is_empty() {
        printer.data("\nGroups");
        for group in &learner.groups {
            let how = if group.direct { "" } else { " (through another group)" };
            printer.data(&format!("  {}{how}", group.display));
        }
    }
    printer.data("\nHistory");
    let rows = learner.history.iter().map(|e| {
        let data: Value = serde_json::from_str(&e.event.data).unwrap_or(Value::Null);
        let changes = data["changes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let paths: Vec<&str> = changes.iter().filter_map(|c| c["path"].as_str()).collect();
        vec![e.event.at.to_string(), e.event.kind.as_str().to_owned(), paths.join(", ")]
    });
    printer.data(&table(&["TIME", "EVENT", "CHANGED"], rows));
    printer.data("\nResource");
    printer.data(&serde_json::to_string_pretty(&learner.document).unwrap_or_default());
    opened.close().await
}
