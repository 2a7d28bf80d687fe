//! `provost entra restart`.

use serde_json::json;

use super::{fault, parts};
use crate::cli::EntraRestart;
use crate::failure::Failure;
use crate::printer::Printer;

/// Begins anew, as far as the scope says.
pub(super) fn run(args: &EntraRestart, printer: Printer) -> Result<(), Failure> {
    let scope = args.reset_scope.as_deref().unwrap_or_default().parse().map_err(|e| fault::job(&e))?;
    parts::kept(&args.state, false)?.restart(scope).map_err(|e| fault::job(&e))?;
    if printer.json {
        printer.value(&json!({"restarted": true}));
    } else {
        printer.say("the job begins anew in its next cycle: run `provost entra provision`");
    }
    Ok(())
}
