//! Applying a request: each operation on what the one before it left, all or none (RFC 7644 §3.5.2).

use super::state::State;
use super::{Operation, PatchRequest, RelationChange, expand, locate};
use crate::dialect::Dialect;
use crate::document::{Document, refresh_schemas, validate};
use crate::error::{Result, ScimError};
use crate::schema::{Registry, ResourceType};

/// What a request makes of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Patched {
    /// The document afterwards.
    pub document: Document,
    /// Whether the document is another state than before. Says nothing about the relation.
    pub changed: bool,
    /// What happens to the rows of the relation (`members`), in this order.
    pub relation: Vec<RelationChange>,
    /// What the dialect's leniency dropped: a sentence each, for the log.
    pub ignored: Vec<String>,
}

/// Applies a request to a document, which itself stays as it is (S-PATCH-05, S-PATCH-06).
///
/// The outcome is valid if it differs from the document at all; states in between need not be (S-PATCH-13).
///
/// # Errors
/// The error of the first operation that fails, with its number in the detail when there are several.
pub fn apply(
    rt: &ResourceType,
    registry: &Registry,
    document: &Document,
    request: PatchRequest,
    dialect: &Dialect,
) -> Result<Patched> {
    let mut state = State::new(rt, registry, document.clone(), dialect);
    let count = request.operations.len();
    for (index, operation) in request.operations.into_iter().enumerate() {
        one(&mut state, operation).map_err(|error| numbered(error, index, count))?;
    }
    state.settle()?;
    let State { document: mut after, relation, ignored, .. } = state;
    refresh_schemas(rt, &mut after);
    let changed = after != *document;
    if changed {
        validate(rt, &after)?;
    }
    Ok(Patched { document: after, changed, relation, ignored })
}

fn one(state: &mut State<'_>, operation: Operation) -> Result<()> {
    let Operation { op, path, value } = operation;
    match path {
        Some(path) => match locate::locate(&path, state)? {
            Some(target) => state.step(super::Step { op, target, value, within_value: false }),
            None => Ok(()),
        },
        None => {
            for step in expand::resource(op, value, state)? {
                state.step(step)?;
            }
            Ok(())
        }
    }
}

fn numbered(mut error: ScimError, index: usize, count: usize) -> ScimError {
    if count > 1 {
        error.detail = format!("Operation {}: {}", index + 1, error.detail);
    }
    error
}
