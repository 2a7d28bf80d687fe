//! `provost group removed`.

use serde_json::{Value, json};

use crate::cli::Scope;
use crate::commands::at;
use crate::failure::Failure;
use crate::printer::{Printer, table};

/// Lists removed groups that can be restored, latest first.
pub(super) async fn run(limit: u32, scope: &Scope, printer: Printer) -> Result<(), Failure> {
    let (opened, operator) = at(scope).await?;
    let gone = opened.service.removed_groups(&operator, None, limit).await?;
    if printer.json {
        let all = gone.iter().map(|g| {
            json!({"id": g.id.to_string(), "displayName": g.name, "removed": g.removed.to_string(),
                   "purged": g.purged.to_string()})
        });
        printer.value(&Value::Array(all.collect()));
    } else if gone.is_empty() {
        printer.say("no group that was removed can be restored");
    } else {
        let rows = gone
            .iter()
            .map(|g| vec![g.id.to_string(), g.name.clone(), g.removed.to_string(), g.purged.to_string()]);
        printer.data(&table(&["ID", "NAME", "REMOVED", "PURGED FOR GOOD"], rows));
    }
    opened.close().await
}
