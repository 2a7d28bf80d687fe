//! The engine's faults as failures of a command.

use entra::job::JobFault;
use entra::schema::SchemaFault;
use entra::state::StateFault;

use crate::failure::Failure;

/// A fault of the state: the disk's, unless it says otherwise.
pub(super) fn state(fault: &StateFault) -> Failure {
    let failure = Failure::told(fault);
    match fault {
        StateFault::Database(_) | StateFault::Damaged { .. } => failure.at_our_side(),
        StateFault::Locked(_) | StateFault::Newer { .. } | StateFault::Folder { .. } => failure,
    }
}

/// A fault of the job.
pub(super) fn job(fault: &JobFault) -> Failure {
    match fault {
        JobFault::State(fault) => state(fault),
        JobFault::Broken(_) => Failure::told(fault).at_our_side(),
        _ => Failure::told(fault),
    }
}

/// Everything that is wrong with a schema, each with its place and, within an expression, a caret under it.
pub(super) fn schema(name: &str, faults: &[SchemaFault]) -> Failure {
    let count = match faults.len() {
        1 => "one mistake".to_owned(),
        n => format!("{n} mistakes"),
    };
    let mut text = format!("{name} has {count}, so nothing was sent");
    for fault in faults {
        text.push_str(&format!("\n  {fault}"));
        if let Some(expression) = &fault.expression {
            for line in expression.caret().lines() {
                text.push_str(&format!("\n      {line}"));
            }
        }
        for hint in base::Hinted::hints(fault) {
            text.push_str(&format!("\n    → {hint}"));
        }
    }
    Failure::input(text)
}
