//! Changes to `schemas` itself (S-PATCH-10). The list follows from the data, so that adding an extension's URN changes
//! nothing until the extension has values; removing one removes them.

use serde_json::Value;

use super::Op;
use super::state::{State, at_fault, is_nothing};
use super::step::{Step, Target};
use crate::dialect::Quirk;
use crate::error::{Result, ScimError};
use crate::filter::eval::matches_element;

pub(super) fn change(state: &mut State<'_>, step: Step) -> Result<()> {
    let Step { op, target, value, within_value } = step;
    match &target {
        Target::Attr(_) if op == Op::Remove || value.as_ref().is_some_and(is_nothing) => {
            Err(base_stays(state))
        }
        Target::Attr(_) => {
            let named = named(state, &target, value.unwrap_or_default())?;
            // As one of many members of a value it announces what the others hold and takes nothing away.
            if op == Op::Add || within_value {
                return Ok(());
            }
            if !named.iter().any(|urn| urn.eq_ignore_ascii_case(&state.rt.schema.id)) {
                return Err(base_stays(state));
            }
            let rt = state.rt;
            for extension in &rt.extensions {
                let urn = &extension.schema.id;
                if !named.iter().any(|n| n.eq_ignore_ascii_case(urn)) {
                    state.drop_container(urn)?;
                }
            }
            Ok(())
        }
        Target::Element(element) if op == Op::Remove => {
            let rt = state.rt;
            let selected = |urn: &str| matches_element(&element.filter, &Value::from(urn));
            if selected(&rt.schema.id) {
                return Err(base_stays(state));
            }
            for extension in rt.extensions.iter().filter(|e| selected(&e.schema.id)) {
                state.drop_container(&extension.schema.id)?;
            }
            Ok(())
        }
        _ => {
            Err(at_fault(&target, "can only be removed", "Use `add` with the path `schemas` to add a schema"))
        }
    }
}

/// The URNs of a value, each of a schema that the resource can have.
fn named(state: &mut State<'_>, target: &Target, value: Value) -> Result<Vec<String>> {
    let list = match value {
        Value::Array(list) => list,
        one => vec![one],
    };
    let mut out = Vec::with_capacity(list.len());
    for item in list {
        let Value::String(urn) = item else {
            return Err(at_fault(target, "must be a list of URNs", "Send the URNs of the schemas"));
        };
        if urn.eq_ignore_ascii_case(&state.rt.schema.id) || state.rt.container(&urn).is_some() {
            out.push(urn);
        } else if state.dialect.has(Quirk::UnknownSchema) {
            state.note(format!(
                "`{}` is no schema of {} and was ignored",
                super::locate::shown(&urn),
                state.rt.name
            ));
        } else {
            let detail =
                format!("`{}` is no schema of {}. Leave it out.", super::locate::shown(&urn), state.rt.name);
            return Err(ScimError::value("schemas", detail));
        }
    }
    Ok(out)
}

fn base_stays(state: &State<'_>) -> ScimError {
    let detail = format!("`schemas` must keep `{}`. Remove the URNs of extensions only.", state.rt.schema.id);
    ScimError::mutability("schemas", detail)
}
