//! The message of a PATCH request.

use serde_json::Value;

use crate::dialect::Dialect;
use crate::dialect::body::{Fields, operations, require_schema, same_word};
use crate::error::{Result, ScimError};

/// Message URN.
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Most operations in one message (S-HTTP-12). Values have no limit of their own but the size of the body.
const MOST_OPERATIONS: usize = 1000;

/// What an operation does (RFC 7644 §3.5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// Adds to lists, sets what is single.
    Add,
    /// Unassigns.
    Remove,
    /// Puts in place of what is there.
    Replace,
}

impl Op {
    /// Every operation.
    pub const ALL: [Self; 3] = [Self::Add, Self::Remove, Self::Replace];

    /// As on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
        }
    }
}

/// One operation as it was sent; path and value are not looked into yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What to do.
    pub op: Op,
    /// Where; `None` is the resource itself.
    pub path: Option<String>,
    /// With what; `None` when it was not sent, which is not the same as `null`.
    pub value: Option<Value>,
}

/// A PATCH request: operations to be applied one after the other, all or none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PatchRequest {
    /// In the order of the message.
    pub operations: Vec<Operation>,
}

/// Reads the body of a PATCH request (S-PATCH-02).
///
/// # Errors
/// 400 `invalidSyntax` when it is no PATCH message, 413 when it has too many operations.
pub fn parse(body: Value, dialect: &Dialect) -> Result<PatchRequest> {
    let Value::Object(body) = body else {
        return Err(ScimError::syntax("A PATCH request is a JSON object with `Operations`."));
    };
    let mut fields = Fields::new(body, dialect);
    require_schema(&mut fields, PATCH_OP, dialect)?;
    let list = operations(&mut fields, dialect)?;
    if list.len() > MOST_OPERATIONS {
        return Err(ScimError::plain(
            413,
            format!(
                "The request has {} operations; {MOST_OPERATIONS} are the most. Send them in several requests.",
                list.len()
            ),
        ));
    }
    let operations = list.into_iter().enumerate().map(|(index, value)| operation(value, index, dialect));
    Ok(PatchRequest { operations: operations.collect::<Result<_>>()? })
}

fn operation(value: Value, index: usize, dialect: &Dialect) -> Result<Operation> {
    let number = index + 1;
    let wrong = |name: &str, text: String| {
        Err(ScimError::syntax(format!("Operation {number}: {text}"))
            .at(format!("Operations[{index}].{name}")))
    };
    let Value::Object(object) = value else {
        return Err(ScimError::syntax(format!("Operation {number} must be a JSON object."))
            .at(format!("Operations[{index}]")));
    };
    let mut fields = Fields::new(object, dialect);
    let op = match fields.take("op")? {
        Some(Value::String(word)) => {
            match Op::ALL.into_iter().find(|op| same_word(&word, op.as_str(), dialect)) {
                Some(op) => op,
                None => {
                    let word: String = word.chars().take(40).collect();
                    return wrong(
                        "op",
                        format!("`{word}` is no operation. Use `add`, `remove` or `replace`."),
                    );
                }
            }
        }
        Some(_) => return wrong("op", "`op` must be a string.".to_owned()),
        None => return wrong("op", "`op` is missing. Use `add`, `remove` or `replace`.".to_owned()),
    };
    let path = match fields.take_some("path")? {
        Some(Value::String(path)) => Some(path),
        Some(_) => return wrong("path", "`path` must be a string.".to_owned()),
        None => None,
    };
    Ok(Operation { op, path, value: fields.take("value")? })
}
