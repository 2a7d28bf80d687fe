//! `provost group restore`.

use serde_json::json;

use crate::cli::Scope;
use crate::commands::at;
use crate::failure::Failure;
use crate::printer::Printer;

/// Brings a removed group back under the same id.
pub(super) async fn run(id: &str, scope: &Scope, printer: Printer) -> Result<(), Failure> {
    let Ok(id) = id.parse() else {
        return Err(Failure::input(format!("{id} is no id")).hint("`provost group removed` shows the ids"));
    };
    let (opened, operator) = at(scope).await?;
    opened.service.group_restore(&operator, id).await?;
    if printer.json {
        printer.value(&json!({"restored": id.to_string()}));
    } else {
        printer.say(&format!("{id} is back"));
    }
    opened.close().await
}
