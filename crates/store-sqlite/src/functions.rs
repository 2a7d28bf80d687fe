//! SQL functions that do in Rust what SQLite's own cannot do as the contract wants it.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use uuid::Uuid;

use crate::fault::Done;
use crate::filter::Form;

/// Makes the functions known to a connection.
pub(crate) fn register(db: &Connection) -> Done<()> {
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    // The text of an id: filters may compare it as text.
    db.create_scalar_function("scim_id", 1, pure, |args| {
        let id = match args.get_raw(0).as_blob_or_null()? {
            Some(bytes) => {
                Uuid::from_slice(bytes).map_err(|e| rusqlite::Error::UserFunctionError(Box::new(e)))?
            }
            None => return Ok(None),
        };
        Ok(Some(id.hyphenated().to_string()))
    })?;
    // The id that a text is; NULL when it is none.
    db.create_scalar_function("scim_blob", 1, pure, |args| {
        let id = text(args, 0).and_then(|text| text.parse::<store::ResourceId>().ok());
        Ok(id.map(|id| id.0.as_bytes().to_vec()))
    })?;
    // A stored value, as JSON or as text, in the form in which filters and sort compare it.
    db.create_scalar_function("scim_value", 2, pure, |args| {
        let form: i64 = args.get(0)?;
        Ok(text(args, 1).and_then(|json| Form::of_json(form, json)).unwrap_or(Value::Null))
    })?;
    db.create_scalar_function("scim_text", 2, pure, |args| {
        let form: i64 = args.get(0)?;
        Ok(text(args, 1).and_then(|plain| Form::of_text(form, plain)).unwrap_or(Value::Null))
    })?;
    // Contains, starts with, ends with: 0 without a value. LIKE would read % and _ in what is looked for (S-FILTER-16),
    // and SQLite's own string functions end a text at its first NUL.
    db.create_scalar_function("scim_co", 2, pure, |args| part(args, |whole, part| whole.contains(part)))?;
    db.create_scalar_function("scim_sw", 2, pure, |args| part(args, |whole, part| whole.starts_with(part)))?;
    db.create_scalar_function("scim_ew", 2, pure, |args| part(args, |whole, part| whole.ends_with(part)))?;
    Ok(())
}

fn text<'a>(args: &'a Context<'_>, index: usize) -> Option<&'a str> {
    match args.get_raw(index) {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

fn part(args: &Context<'_>, holds: fn(&str, &str) -> bool) -> rusqlite::Result<bool> {
    Ok(match (text(args, 0), text(args, 1)) {
        (Some(whole), Some(part)) => holds(whole, part),
        _ => false,
    })
}
