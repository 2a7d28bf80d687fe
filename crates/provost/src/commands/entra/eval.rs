//! `provost entra eval`.

use entra::expression::{Expression, Flowed, Lookup};
use entra::mapping::{Seen, Virtual};
use entra::model::{Attributes, Kind, Value};
use serde_json::json;

use super::{find, parts};
use crate::cli::EntraEval;
use crate::failure::Failure;
use crate::printer::Printer;

/// Shows the value that an expression gives.
pub(super) async fn run(args: EntraEval, printer: Printer) -> Result<(), Failure> {
    let expression = Expression::parse(&args.expression).map_err(|fault| {
        let caret: String = fault.caret().lines().map(|line| format!("\n  {line}")).collect();
        let failure = Failure::input(format!("{fault}{caret}"));
        base::Hinted::hints(&fault).into_iter().fold(failure, Failure::hint)
    })?;
    let env = parts::env(args.default_domain.as_deref());
    let nobody = Attributes::default();
    let flowed = match &args.user {
        Some(who) => {
            let source = parts::source(args.source.as_deref())?;
            let object = find::object(source, Kind::User, who).await?;
            let gone = object.soft_deleted || !object.enabled;
            let computed = Virtual { is_soft_deleted: gone, app_role_assignments: &[] };
            let seen = Seen { object: &object, computed };
            for name in expression.sources().into_iter().filter(|name| seen.get(name).is_none()) {
                printer.say(&format!("note: [{name}] is null: “{who}” has no such attribute"));
            }
            expression.eval(&seen, &env)
        }
        None if !expression.sources().is_empty() => {
            return Err(Failure::input(format!("whose [{}]?", expression.sources().join("], [")))
                .hint("name somebody with --user, and where he is with --source"));
        }
        None => expression.eval(&nobody, &env),
    };
    let flowed = flowed.map_err(|fault| {
        let spaces = " ".repeat(fault.position.saturating_sub(1));
        Failure::input(format!("{fault}\n  {}\n  {spaces}^", args.expression))
    })?;
    if printer.json {
        let (value, flows) = match &flowed {
            Flowed::Value(value) => (value.to_json(), true),
            Flowed::Null => (serde_json::Value::Null, true),
            Flowed::Ignored => (serde_json::Value::Null, false),
        };
        printer.value(&json!({"value": value, "flows": flows}));
        return Ok(());
    }
    match &flowed {
        Flowed::Value(Value::Text(text)) => printer.data(text),
        Flowed::Value(other) => printer.data(&other.to_json().to_string()),
        Flowed::Null => printer.say("null: Entra leaves the target's value as it is"),
        Flowed::Ignored => printer.say("nothing flows (IgnoreFlowIfNullOrEmpty)"),
    }
    Ok(())
}
