//! When two elements of a list are the same thing.

use std::collections::HashMap;

use serde_json::Value;

use crate::schema::Attribute;
use crate::text::fold;

/// The elements of a list by what they are.
pub(super) struct Index {
    places: HashMap<String, Vec<usize>>,
}

impl Index {
    pub(super) fn new(attr: &Attribute, list: &[Value]) -> Self {
        let mut index = Self { places: HashMap::with_capacity(list.len()) };
        for (place, element) in list.iter().enumerate() {
            index.insert(attr, element, place);
        }
        index
    }

    pub(super) fn insert(&mut self, attr: &Attribute, element: &Value, place: usize) {
        self.places.entry(key(attr, element)).or_default().push(place);
    }

    /// The element of the list that is the same as this one.
    pub(super) fn find(&self, attr: &Attribute, element: &Value, list: &[Value]) -> Option<usize> {
        let places = self.places.get(&key(attr, element))?;
        places.iter().copied().find(|place| may_be_same_type(attr, &list[*place], element))
    }
}

/// Makes one of elements that have become the same through a change to some of them (S-MULTI-04). The first stays where
/// it is and takes from the others what it lacks.
pub(super) fn unite(attr: &Attribute, list: &mut Vec<Value>, changed: &[usize]) {
    let exact = |element: &Value| {
        let kind = element.get("type").map(|t| text(sub(attr, "type"), t));
        (key(attr, element), kind)
    };
    if list.len() < 2 {
        return;
    }
    let keys: Vec<_> = list.iter().map(exact).collect();
    let mut places: HashMap<_, Vec<usize>> = HashMap::with_capacity(keys.len());
    for (place, key) in keys.iter().enumerate() {
        places.entry(key).or_default().push(place);
    }
    let mut touched = vec![false; keys.len()];
    changed.iter().for_each(|place| touched[*place] = true);
    let mut gone = vec![false; keys.len()];
    for same in places.values().filter(|same| same.len() > 1 && same.iter().any(|place| touched[*place])) {
        for place in &same[1..] {
            gone[*place] = true;
            let (before, after) = list.split_at_mut(*place);
            absorb(&mut before[same[0]], &mut after[0]);
        }
    }
    let mut gone = gone.into_iter();
    list.retain(|_| !gone.next().unwrap_or(false));
}

fn absorb(first: &mut Value, later: &mut Value) {
    let (Some(first), Some(later)) = (first.as_object_mut(), later.as_object_mut()) else { return };
    if later.get("primary") == Some(&Value::Bool(true)) {
        first.insert("primary".to_owned(), Value::Bool(true));
    }
    for (name, value) in std::mem::take(later) {
        first.entry(name).or_insert(value);
    }
}

fn sub<'a>(attr: &'a Attribute, name: &str) -> Option<&'a Attribute> {
    attr.sub(name).map(|sub| &**sub)
}

/// Values alone tell these apart; a type only where both elements have one.
fn is_by_value(attr: &Attribute) -> bool {
    matches!(attr.name.as_str(), "members" | "groups" | "roles" | "entitlements")
}

fn may_be_same_type(attr: &Attribute, a: &Value, b: &Value) -> bool {
    match (a.get("type"), b.get("type")) {
        (Some(a), Some(b)) if is_by_value(attr) => text(sub(attr, "type"), a) == text(sub(attr, "type"), b),
        _ => true,
    }
}

/// A text that is equal for elements that are the same.
fn key(attr: &Attribute, element: &Value) -> String {
    let Value::Object(object) = element else { return text(Some(attr), element) };
    if let Some(value) = object.get("value") {
        let value = text(sub(attr, "value"), value);
        let kind = object.get("type").filter(|_| !is_by_value(attr)).map(|t| text(sub(attr, "type"), t));
        return format!("{}:{value}{}", value.len(), kind.unwrap_or_default());
    }
    // Without a value, everything counts but what only shows or ranks the element.
    let mut parts: Vec<String> = object
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "display" | "$ref" | "primary"))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parts.sort_unstable();
    parts.join(",")
}

fn text(attr: Option<&Attribute>, value: &Value) -> String {
    match value {
        Value::String(text) if attr.is_some_and(|a| a.case_exact) => text.clone(),
        Value::String(text) => fold(text).into_owned(),
        other => other.to_string(),
    }
}
