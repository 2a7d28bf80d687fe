//! From the text of a path to the place it means (S-PATCH-03, S-PATCH-20, S-PATCH-21).

use std::sync::Arc;

use super::seed::seed;
use super::state::State;
use super::step::{Element, Target};
use crate::dialect::Quirk;
use crate::error::{Result, ScimError, ScimType};
use crate::filter::{Checked, Parsed};
use crate::path::{self, Path, PathTarget};

/// Finds a path in the schema. `None` when it leads into an extension this service does not have, and the dialect
/// ignores that.
///
/// # Errors
/// 400 `invalidPath` or, for the filter within it, `invalidFilter`.
pub(crate) fn locate(text: &str, state: &mut State<'_>) -> Result<Option<Target>> {
    let parsed = path::parse(text, state.dialect)?;
    let checked = match parsed.check(state.rt, state.dialect) {
        Ok(checked) => checked,
        Err(error) => {
            if state.dialect.has(Quirk::UnknownSchema) && is_foreign(&parsed, state) {
                state.note(format!("`{}` is in no schema of {} and was ignored", shown(text), state.rt.name));
                return Ok(None);
            }
            return Err(with_hint(error, text, &parsed, state));
        }
    };
    Ok(Some(target(parsed, checked, state)))
}

fn target(parsed: Path<Parsed>, checked: Path<Checked>, state: &State<'_>) -> Target {
    match (checked.target, parsed.target) {
        (PathTarget::Schema(urn), _) => {
            let urn = state.rt.container(&urn).map_or_else(|| Arc::from(urn), |e| e.schema.id.clone());
            Target::Container(urn)
        }
        (PathTarget::Attr(path), _) => Target::Attr(path),
        (PathTarget::Element { attr, filter, sub }, parsed) => {
            let seed = match parsed {
                PathTarget::Element { filter, .. } => seed(&filter, &attr.attribute),
                _ => None,
            };
            let sub = sub.and_then(|name| attr.attribute.sub(&name).cloned());
            Target::Element(Element { list: attr, filter: *filter, seed, sub })
        }
    }
}

/// Whether the path names a schema that this resource type does not have.
fn is_foreign(path: &Path<Parsed>, state: &State<'_>) -> bool {
    let urn = match &path.target {
        PathTarget::Schema(urn) => Some(urn),
        PathTarget::Attr(attr) | PathTarget::Element { attr, .. } => attr.urn.as_ref(),
    };
    let ours = |urn: &str| {
        let same = |own: &str| own.eq_ignore_ascii_case(urn) || is_under(own, urn);
        same(&state.rt.schema.id) || state.rt.extensions.iter().any(|e| same(&e.schema.id))
    };
    urn.is_some_and(|urn| !ours(urn))
}

/// Whether a schema's URN goes on where this text ends: a path whose last colon stands within the URN.
fn is_under(own: &str, text: &str) -> bool {
    own.len() > text.len()
        && own.as_bytes()[text.len()] == b':'
        && own.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text))
}

/// Says so when the attribute belongs to another resource type.
fn with_hint(mut error: ScimError, text: &str, path: &Path<Parsed>, state: &State<'_>) -> ScimError {
    error.path.get_or_insert_with(|| shown(text));
    if error.scim_type == Some(ScimType::InvalidPath) {
        let other = state
            .registry
            .types()
            .iter()
            .find(|t| t.name != state.rt.name && path.check(t, state.dialect).is_ok());
        if let Some(other) = other {
            error.detail.push_str(&format!(
                " It is an attribute of {}, and this is a {}.",
                other.name, state.rt.name
            ));
        }
    }
    error
}

/// A path or key as it may stand in an error or note.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
