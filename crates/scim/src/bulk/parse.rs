//! Reading a bulk request.

use std::collections::HashMap;

use serde_json::Value;

use super::{Action, BULK_REQUEST, BulkOperation, BulkRequest, Method, Target, reference};
use crate::dialect::Dialect;
use crate::dialect::body::{Fields, operations, patch_message, require_schema, same_word};
use crate::error::{Result, ScimError};

/// What this service takes (S-BULK-09), and what its own addresses begin with (S-BULK-14).
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// Most operations in one request.
    pub max_operations: usize,
    /// Most bytes in one request.
    pub max_payload_size: usize,
    /// Base addresses: `https://host/scim_v2`, `/scim_v2`.
    pub bases: &'a [&'a str],
}

impl Limits<'_> {
    /// Checks the size of a body before it is read (RFC 7644 §3.7.4).
    ///
    /// # Errors
    /// 413 when it is too large.
    pub fn check_payload(&self, bytes: usize) -> Result<()> {
        if bytes <= self.max_payload_size {
            return Ok(());
        }
        Err(ScimError::plain(
            413,
            format!(
                "The bulk request has {bytes} bytes and exceeds maxPayloadSize ({}).",
                self.max_payload_size
            ),
        ))
    }
}

/// Reads a bulk request. What is wrong with one operation is kept as that operation's own failure (S-BULK-02, -03).
///
/// # Errors
/// 400 when the body is no bulk request, 413 when it has too many operations.
pub fn parse(body: Value, dialect: &Dialect, limits: &Limits<'_>) -> Result<BulkRequest> {
    let Value::Object(body) = body else {
        return Err(ScimError::syntax("A bulk request is a JSON object with `Operations`."));
    };
    let mut fields = Fields::new(body, dialect);
    require_schema(&mut fields, BULK_REQUEST, dialect)?;
    let fail_on_errors = fail_on_errors(fields.take_some("failOnErrors")?)?;
    let list = operations(&mut fields, dialect)?;
    if list.len() > limits.max_operations {
        return Err(ScimError::plain(
            413,
            format!(
                "The bulk request has {} operations and exceeds maxOperations ({}). Send them in several requests.",
                list.len(),
                limits.max_operations
            ),
        ));
    }
    let mut request = BulkRequest {
        fail_on_errors,
        operations: list.into_iter().map(|v| operation(v, dialect, limits)).collect(),
        declared: HashMap::new(),
    };
    declare(&mut request);
    refer(&mut request);
    Ok(request)
}

fn fail_on_errors(value: Option<Value>) -> Result<Option<u64>> {
    let Some(value) = value else { return Ok(None) };
    match value.as_u64() {
        Some(n) if n > 0 => Ok(Some(n)),
        _ => Err(ScimError::value("failOnErrors", "`failOnErrors` must be a whole number of 1 or more.")),
    }
}

fn operation(value: Value, dialect: &Dialect, limits: &Limits<'_>) -> BulkOperation {
    let mut out = BulkOperation {
        method: String::new(),
        bulk_id: None,
        version: None,
        action: Err(ScimError::syntax("Each operation of a bulk request is a JSON object.")),
    };
    if let Value::Object(object) = value {
        let mut fields = Fields::new(object, dialect);
        out.action = read(&mut fields, &mut out, dialect, limits);
    }
    out
}

fn read(
    fields: &mut Fields,
    out: &mut BulkOperation,
    dialect: &Dialect,
    limits: &Limits<'_>,
) -> Result<Action> {
    let sent = text(fields, "method")?.unwrap_or_default();
    let method = Method::ALL.into_iter().find(|m| same_word(&sent, m.as_str(), dialect));
    out.method = method.map_or(sent, |m| m.as_str().to_owned());
    out.bulk_id = text(fields, "bulkId")?.filter(|name| !name.is_empty());
    out.version = text(fields, "version")?.filter(|version| !version.is_empty());
    let Some(method) = method else {
        return Err(ScimError::syntax(format!(
            "`{}` is no method of a bulk operation. Use POST, PUT, PATCH or DELETE.",
            out.method
        ))
        .at("method"));
    };
    if method == Method::Post && out.bulk_id.is_none() {
        return Err(ScimError::syntax("A POST inside a bulk request needs a `bulkId`.").at("bulkId"));
    }
    let Some(path) = text(fields, "path")? else {
        return Err(ScimError::syntax("The operation has no `path`.").at("path"));
    };
    let target = Target::parse(&path, method, limits)?;
    let data = match (method, fields.take_some("data")?) {
        (Method::Delete, _) => Value::Null,
        (Method::Patch, Some(data)) => patch_message(data, dialect),
        (_, Some(data)) => data,
        (_, None) => {
            return Err(ScimError::syntax(format!("{} needs `data`.", method.as_str())).at("data"));
        }
    };
    if method != Method::Delete && !data.is_object() {
        return Err(ScimError::syntax("`data` must be a JSON object, as in a request of its own.").at("data"));
    }
    Ok(Action { method, target, data, references: Vec::new() })
}

fn text(fields: &mut Fields, name: &str) -> Result<Option<String>> {
    match fields.take_some(name)? {
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(ScimError::syntax(format!("`{name}` must be a string.")).at(name)),
        None => Ok(None),
    }
}

/// Notes which POST makes which name; a name that is taken already refuses the operation.
fn declare(request: &mut BulkRequest) {
    for (index, operation) in request.operations.iter_mut().enumerate() {
        let Some(name) = &operation.bulk_id else { continue };
        if operation.method != Method::Post.as_str() {
            continue;
        }
        if request.declared.contains_key(name) {
            let detail =
                format!("The bulkId `{name}` is used by an earlier operation. Give each POST its own.");
            operation.action = Err(ScimError::syntax(detail).at("bulkId"));
        } else {
            request.declared.insert(name.clone(), index);
        }
    }
}

/// Finds the references; one that no operation can ever resolve refuses the operation (S-BULK-06).
fn refer(request: &mut BulkRequest) {
    let declared = &request.declared;
    for operation in &mut request.operations {
        let Ok(action) = &mut operation.action else { continue };
        let found =
            reference::find(action.method, &action.target, &action.data, |name| declared.contains_key(name));
        if let Some(unknown) = found.iter().find(|r| !declared.contains_key(&r.bulk_id)) {
            operation.action = Err(ScimError::bad(
                crate::ScimType::InvalidValue,
                format!(
                    "`bulkId:{0}` refers to no POST of this request. Add one with the bulkId `{0}`, or send the id.",
                    unknown.bulk_id
                ),
            ));
        } else {
            action.references = found;
        }
    }
}
