//! Whether the target has a value already: by the attribute's type, without a copy.

use client::lenient;
use serde_json::Value as Json;

use crate::mapping::{AttributeType, TargetAttribute};
use crate::model::{TargetPath, Value};
use crate::wire::create::role_claim;

/// Whether `there`, found at the attribute's place, is `value`.
pub(super) fn same(attribute: &TargetAttribute, path: &TargetPath, value: &Value, there: &Json) -> bool {
    match (value, there) {
        (Value::Text(text), there) if is_role(path) => {
            let there = there.as_str().unwrap_or_default();
            same_text(attribute, &role_claim(text), &role_claim(there))
        }
        (Value::Text(text), Json::Array(list)) => match &list[..] {
            [single] => same_element(attribute, text, single),
            _ => false,
        },
        (Value::Text(text), there) => same_scalar(attribute, text, there),
        (Value::Many(items), Json::Array(list)) => {
            items.len() == list.len() && items.iter().all(|item| holds(attribute, list, item))
        }
        (Value::Many(items), there) => match &items[..] {
            [single] => same(attribute, path, single, there),
            _ => false,
        },
        (Value::Complex(parts), Json::Array(list)) => match &list[..] {
            [single] => same_parts(attribute, parts, single),
            _ => false,
        },
        (Value::Complex(parts), there) => same_parts(attribute, parts, there),
    }
}

/// Whether a list of the target holds this value, as an element or as an element's `value`.
pub(super) fn holds(attribute: &TargetAttribute, list: &[Json], value: &Value) -> bool {
    list.iter().any(|element| match value {
        Value::Text(text) => same_element(attribute, text, element),
        // What names an element is its `value`; the service may know more of it, or write the rest differently.
        Value::Complex(parts) => match parts.get("value").and_then(Json::as_str) {
            Some(text) => same_element(attribute, text, element),
            None => same_parts(attribute, parts, element),
        },
        Value::Many(_) => false,
    })
}

/// Whether the path is that of the one role of `SingleAppRoleAssignment`.
pub(super) fn is_role(path: &TargetPath) -> bool {
    path.attribute == "roles" && path.element.is_some() && path.sub.as_deref() == Some("value")
}

fn same_element(attribute: &TargetAttribute, text: &str, element: &Json) -> bool {
    same_scalar(attribute, text, lenient::get(element, "value").unwrap_or(element))
}

fn same_parts(attribute: &TargetAttribute, parts: &serde_json::Map<String, Json>, element: &Json) -> bool {
    parts.iter().all(|(name, part)| match (part, lenient::get(element, name)) {
        (Json::String(text), Some(there)) => same_scalar(attribute, text, there),
        (part, there) => there == Some(part),
    })
}

fn same_scalar(attribute: &TargetAttribute, text: &str, there: &Json) -> bool {
    match attribute.type_ {
        AttributeType::Boolean => match (truth(text), lenient::boolean(there)) {
            (Some(wanted), Some(there)) => wanted == there,
            _ => there.as_str() == Some(text),
        },
        AttributeType::Integer => match there {
            Json::Number(number) => number.as_str() == text || text.parse::<i64>().ok() == number.as_i64(),
            there => there.as_str() == Some(text),
        },
        AttributeType::DateTime => {
            let there = there.as_str().unwrap_or_default();
            there == text || instant(text).is_some_and(|wanted| instant(there) == Some(wanted))
        }
        AttributeType::Binary => there.as_str() == Some(text),
        AttributeType::String | AttributeType::Reference => match there {
            Json::String(there) => same_text(attribute, text, there),
            Json::Number(there) => there.as_str() == text,
            Json::Bool(there) => truth(text) == Some(*there),
            _ => false,
        },
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn instant(text: &str) -> Option<base::Timestamp> {
    text.parse().ok()
}

/// `caseExact` decides whether a change of case is a change (entra.md §4.1).
fn same_text(attribute: &TargetAttribute, wanted: &str, there: &str) -> bool {
    wanted == there
        || (!attribute.case_exact
            && wanted.chars().flat_map(char::to_lowercase).eq(there.chars().flat_map(char::to_lowercase)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(type_: AttributeType, case_exact: bool) -> TargetAttribute {
        TargetAttribute { type_, case_exact, multivalued: false, required: false, referenced: Vec::new() }
    }

    fn same_at(attribute: &TargetAttribute, value: &str, there: &Json) -> bool {
        same(attribute, &"title".parse().unwrap(), &Value::from(value), there)
    }

    #[test]
    fn values_are_compared_by_their_type() {
        let text = |exact| of(AttributeType::String, exact);
        assert!(same_at(&text(false), "Ärztin", &json!("äRZTIN")));
        assert!(!same_at(&text(true), "Ann", &json!("ann")));
        assert!(same_at(&text(true), "7", &json!(7)));
        assert!(!same_at(&text(true), "a", &json!({"value": "a"})));
        let boolean = of(AttributeType::Boolean, false);
        for there in [json!(true), json!("True"), json!("true")] {
            assert!(same_at(&boolean, "True", &there) && !same_at(&boolean, "False", &there), "{there}");
        }
        let integer = of(AttributeType::Integer, false);
        assert!(same_at(&integer, "7", &json!(7)) && same_at(&integer, "7", &json!("7")));
        assert!(!same_at(&integer, "7", &json!(8)));
        let date = of(AttributeType::DateTime, false);
        assert!(same_at(&date, "2026-01-01T01:00:00+01:00", &json!("2026-01-01T00:00:00.000Z")));
        assert!(!same_at(&date, "2026-01-01T01:00:00Z", &json!("2026-01-01T00:00:00Z")));
    }

    #[test]
    fn lists_are_sets_of_values() {
        let attribute = of(AttributeType::String, true);
        let path = "tags".parse().unwrap();
        let value = Value::Many(vec!["a".into(), "b".into()]);
        assert!(same(&attribute, &path, &value, &json!(["b", "a"])));
        assert!(same(&attribute, &path, &value, &json!([{"value": "b"}, {"value": "a", "type": "x"}])));
        assert!(!same(&attribute, &path, &value, &json!(["a", "b", "c"])));
        assert!(!same(&attribute, &path, &value, &json!(["a"])));
    }

    #[test]
    fn a_role_is_the_same_as_text_and_as_json_in_text() {
        let path = "roles[primary eq \"True\"].value".parse().unwrap();
        let role = Value::from(r#"{"id":"g","value":"Admin","displayName":"Admin"}"#);
        let attribute = of(AttributeType::String, true);
        assert!(same(&attribute, &path, &role, &json!("Admin")));
        assert!(same(&attribute, &path, &role, &json!(r#"{"value":"Admin"}"#)));
        assert!(!same(&attribute, &path, &role, &json!("User")));
    }
}
