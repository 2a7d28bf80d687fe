//! `provost learner protect` and `unprotect`.

use serde_json::json;

use crate::cli::Scope;
use crate::commands::at;
use crate::failure::Failure;
use crate::printer::Printer;

/// Protects a learner from being locked out or removed by provisioning; or not any more.
pub(super) async fn run(which: &str, on: bool, scope: &Scope, printer: Printer) -> Result<(), Failure> {
    let (opened, operator) = at(scope).await?;
    let id = opened.service.learner_protect(&operator, which, on).await?;
    if printer.json {
        printer.value(&json!({"id": id.to_string(), "protected": on}));
    } else if on {
        printer
            .say(&format!("{which} is protected: provisioning neither deactivates nor deletes this learner"));
    } else {
        printer.say(&format!("{which} is not protected"));
    }
    opened.close().await
}
