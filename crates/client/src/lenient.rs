//! Reading what servers really send: keys in any case, numbers and booleans as strings, lists that are null.

use serde_json::Value;

/// A member by name, in any case (RFC 7643 §2.1); an exact match wins.
#[must_use]
pub fn get<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v))
}

/// A number that may come as a string or with a fraction of zero.
#[must_use]
pub fn unsigned(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| {
            number.as_f64().filter(|n| n.fract() == 0.0 && (0.0..9e15).contains(n)).map(|n| n as u64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A boolean that may come as a string in any case.
#[must_use]
pub fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The text of a string member.
#[must_use]
pub fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    get(value, name)?.as_str()
}

/// A resource's `id`.
#[must_use]
pub fn id(resource: &Value) -> Option<&str> {
    text(resource, "id")
}

/// A list that may be absent, null, or one thing alone.
#[must_use]
pub fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(single) => vec![single],
    }
}

/// Takes a member out by name, in any case.
pub fn take(value: &mut Value, name: &str) -> Option<Value> {
    let object = value.as_object_mut()?;
    let key = match object.contains_key(name) {
        true => name.to_owned(),
        false => object.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone(),
    };
    object.shift_remove(&key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_match_in_any_case_and_exactly_first() {
        // S-CLI-10
        let value = json!({"Id": "a", "ID": "b", "id": "c", "Meta": {"Version": "W/\"1\""}});
        assert_eq!(id(&value), Some("c"));
        assert_eq!(text(get(&value, "meta").unwrap(), "version"), Some("W/\"1\""));
        assert_eq!(get(&json!([1]), "id"), None);
    }

    #[test]
    fn strings_stand_in_for_numbers_and_booleans() {
        // S-CLI-10
        for (value, number) in [
            (json!(3), Some(3)),
            (json!("3 "), Some(3)),
            (json!(3.0), Some(3)),
            (json!(3.5), None),
            (json!(-1), None),
        ] {
            assert_eq!(unsigned(&value), number, "{value}");
        }
        assert_eq!(boolean(&json!("True")), Some(true));
        assert_eq!(boolean(&json!("FALSE")), Some(false));
        assert_eq!(boolean(&json!("yes")), None);
    }

    #[test]
    fn lists_may_be_missing() {
        assert!(list(None).is_empty() && list(Some(Value::Null)).is_empty());
        assert_eq!(list(Some(json!({"a": 1}))).len(), 1);
        let mut value = json!({"b": 0, "Resources": [1, 2], "a": 0});
        assert_eq!(list(take(&mut value, "resources")).len(), 2);
        assert_eq!(value.to_string(), r#"{"b":0,"a":0}"#);
    }
}
