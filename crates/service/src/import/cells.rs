//! A row's cells into a resource.

use scim::schema::{AttributeType, Resolved};
use serde_json::{Map, Value, json};

use super::header::Column;

/// Marks text that a spreadsheet would take for a formula; an export puts it in front, an import takes it away.
const SHIELD: char = '\'';

/// Whether a spreadsheet would calculate this text.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Whether the text needs a shield: a formula, or what would be taken for a shielded one.
fn needs_shield(text: &str) -> bool {
    is_formula(text.trim_start_matches(SHIELD))
}

/// The cell's text without an export's shield.
pub(crate) fn unshielded(cell: &str) -> &str {
    match cell.strip_prefix(SHIELD) {
        Some(rest) if needs_shield(rest) => rest,
        _ => cell,
    }
}

/// The text as it can stand in a cell.
pub(crate) fn shielded(text: &str) -> String {
    if needs_shield(text) { format!("{SHIELD}{text}") } else { text.to_owned() }
}

/// Puts one cell over what is there. An empty cell changes nothing. The manager and what is ignored are not for here.
pub(crate) fn put(body: &mut Map<String, Value>, column: &Column, cell: &str) {
    let cell = unshielded(cell);
    if cell.is_empty() {
        return;
    }
    match column {
        Column::Value(at) => {
            let value = scalar(at.leaf().ty, cell);
            match &at.sub {
                None => {
                    holder(body, at).insert(at.attribute.name.clone(), value);
                }
                Some(sub) => {
                    let whole =
                        holder(body, at).entry(at.attribute.name.clone()).or_insert_with(|| json!({}));
                    if let Some(map) = whole.as_object_mut() {
                        map.insert(sub.name.clone(), value);
                    }
                }
            }
        }
        Column::Element { list, kind, part } => {
            let ty = list.attribute.sub(part).map_or(AttributeType::String, |s| s.ty);
            let primary = list.attribute.sub("primary").is_some();
            element(elements(body, list), (kind, primary), part, scalar(ty, cell));
        }
        Column::List(at) => {
            let parts = cell.split(';').map(str::trim).filter(|p| !p.is_empty());
            let complex = at.attribute.ty == AttributeType::Complex;
            let values = parts.map(|p| if complex { json!({"value": p}) } else { json!(p) }).collect();
            *elements(body, at) = values;
        }
        Column::ExternalId => {
            body.insert("externalId".to_owned(), json!(cell));
        }
        Column::Manager | Column::Ignored => {}
    }
}

/// The object that holds the attribute: the resource, or an extension's container.
fn holder<'a>(body: &'a mut Map<String, Value>, at: &Resolved) -> &'a mut Map<String, Value> {
    let Some(urn) = &at.container else { return body };
    let container = body.entry(urn.to_string()).or_insert_with(|| json!({}));
    if !container.is_object() {
        *container = json!({});
    }
    match container {
        Value::Object(map) => map,
        _ => unreachable!("it was made an object above"),
    }
}

fn elements<'a>(body: &'a mut Map<String, Value>, at: &Resolved) -> &'a mut Vec<Value> {
    let list = holder(body, at).entry(at.attribute.name.clone()).or_insert_with(|| json!([]));
    if !list.is_array() {
        *list = json!([]);
    }
    match list {
        Value::Array(list) => list,
        _ => unreachable!("it was made a list above"),
    }
}

/// Sets a part of the element of a type; the first element of a list is the primary one.
fn element(list: &mut Vec<Value>, (kind, primary): (&str, bool), part: &str, value: Value) {
    let of_kind =
        |e: &Value| e.get("type").and_then(Value::as_str).is_some_and(|t| t.eq_ignore_ascii_case(kind));
    let at = match list.iter().position(of_kind) {
        Some(at) => at,
        None => {
            let first = list.is_empty() && primary;
            list.push(if first { json!({"type": kind, "primary": true}) } else { json!({"type": kind}) });
            list.len() - 1
        }
    };
    list[at][part] = value;
}

/// Truth has many names in spreadsheets; everything else is left for the schema to judge.
fn scalar(ty: AttributeType, cell: &str) -> Value {
    if ty == AttributeType::Boolean {
        match cell.to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "active" | "enabled" => return Value::Bool(true),
            "false" | "no" | "n" | "0" | "inactive" | "disabled" => return Value::Bool(false),
            _ => {}
        }
    }
    Value::String(cell.to_owned())
}

#[cfg(test)]
mod tests {
    use scim::Registry;

    use super::super::header::columns;
    use super::*;

    fn filled(start: Value, titles: &[&str], cells: &[&str]) -> Value {
        let registry = Registry::builtin();
        let titles: Vec<_> = titles.iter().map(|t| (*t).to_owned()).collect();
        let (columns, problems) = columns(&titles, registry.resource_type("User").unwrap());
        assert!(problems.is_empty(), "{problems:?}");
        let Value::Object(mut body) = start else { panic!("an object") };
        for (column, cell) in columns.iter().zip(cells) {
            put(&mut body, column, cell);
        }
        Value::Object(body)
    }

    #[test]
    fn cells_make_a_resource() {
        let made = filled(
            json!({}),
            &["user name", "email", "first name", "active", "department", "roles", "mobile", "external id"],
            &["anna", "a@x.de", "Anna", "Yes", "Sales", "a; b", "'+49 1", "E1"],
        );
        let expected = json!({
            "userName": "anna",
            "emails": [{"type": "work", "primary": true, "value": "a@x.de"}],
            "name": {"givenName": "Anna"},
            "active": true,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"},
            "roles": [{"value": "a"}, {"value": "b"}],
            "phoneNumbers": [{"type": "mobile", "primary": true, "value": "+49 1"}],
            "externalId": "E1",
        });
        assert_eq!(made, expected);
    }

    #[test]
    fn an_element_changes_in_its_place_and_an_empty_cell_changes_nothing() {
        let start = json!({
            "emails": [{"type": "home", "value": "h", "primary": true}, {"type": "Work", "value": "w"}],
            "title": "T",
        });
        let made = filled(start, &["email", "title", "active"], &["new", "", "maybe"]);
        let expected = json!({
            "emails": [{"type": "home", "value": "h", "primary": true}, {"type": "Work", "value": "new"}],
            "title": "T",
            "active": "maybe",
        });
        assert_eq!(made, expected);
    }

    #[test]
    fn formulas_are_shielded_and_come_back() {
        for text in ["=1+1", "+49 30", "-", "@x", "'plain", "'=x", "''+", "plain", ""] {
            let cell = shielded(text);
            assert!(!is_formula(&cell), "{cell}");
            assert_eq!(unshielded(&cell), text);
        }
    }
}
