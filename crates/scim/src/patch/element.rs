//! Changes to elements of a list (T6, T7, T8, T11).

use serde_json::{Map, Value};

use super::Op;
use super::identity::unite;
use super::state::{State, at_fault, is_complex, is_nothing};
use super::step::{Element, Step, Target};
use super::write::{absorb, append, demote, is_primary, put_sub};
use crate::document::canonical_element;
use crate::error::{Result, ScimError, ScimType};
use crate::filter::eval::matches_element;
use crate::schema::{Attribute, Mutability};

/// T6, T7, T11.
pub(super) fn change(state: &mut State<'_>, step: Step) -> Result<()> {
    let Step { op, target, value, .. } = step;
    let Target::Element(at) = &target else { return Ok(()) };
    if !at.list.attribute.multi_valued {
        return Err(bad_path(&target, "selects by a filter, but the attribute has a single value"));
    }
    let mut list = match state.take(&at.list) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    let matched: Vec<usize> =
        (0..list.len()).filter(|place| matches_element(&at.filter, &list[*place])).collect();
    let nothing = op == Op::Remove || value.as_ref().is_none_or(is_nothing);
    if matched.is_empty() {
        match op {
            // S-PATCH-17, A-08
            Op::Remove => {}
            Op::Replace => return Err(State::no_target(&target)),
            Op::Add => {
                let element = created(state, at, &target, value)?;
                let text = at.list.to_string();
                append(&at.list.attribute, &mut list, element.into_iter().collect(), &text)?;
            }
        }
    } else if let Some(sub) = &at.sub {
        set_sub(state, op, &target, &mut list, &matched, (&at.list.attribute, sub), value)?;
    } else if nothing {
        let mut place = 0;
        list.retain(|_| {
            place += 1;
            matched.binary_search(&(place - 1)).is_err()
        });
    } else if op == Op::Add && !is_complex(&at.list.attribute) {
        return Err(bad_path(&target, "selects values, which `add` cannot add to"));
    } else {
        whole(state, op, &target, at, &mut list, &matched, value.unwrap_or_default())?;
    }
    state.put(&at.list, if list.is_empty() { None } else { Some(Value::Array(list)) });
    Ok(())
}

/// T8: the sub-attribute of every element.
pub(super) fn every(state: &mut State<'_>, op: Op, target: &Target, value: Option<Value>) -> Result<()> {
    let Target::Attr(path) = target else { return Ok(()) };
    let Some(sub) = &path.sub else { return Ok(()) };
    let Some(Value::Array(mut list)) = state.take(path) else {
        return if op == Op::Remove { Ok(()) } else { Err(State::no_target(target)) };
    };
    let all: Vec<usize> = (0..list.len()).collect();
    set_sub(state, op, target, &mut list, &all, (&path.attribute, sub), value)?;
    state.put(path, if list.is_empty() { None } else { Some(Value::Array(list)) });
    Ok(())
}

fn set_sub(
    state: &mut State<'_>,
    op: Op,
    target: &Target,
    list: &mut Vec<Value>,
    places: &[usize],
    (attr, sub): (&Attribute, &std::sync::Arc<Attribute>),
    value: Option<Value>,
) -> Result<()> {
    let text = target.to_string();
    let mut primary = Vec::new();
    let mut lost = false;
    for place in places {
        let Value::Object(object) = &mut list[*place] else { continue };
        lost |= put_sub(attr, object, sub, op, value.clone(), state.dialect, &text)?;
        if sub.name == "primary" && is_primary(&list[*place]) {
            primary.push(*place);
        }
    }
    if lost && let Some(path) = target.attribute() {
        state.lost(path, sub);
    }
    demote(list, &primary, &text)?;
    if lost {
        list.retain(|element| element.as_object().is_none_or(|object| !object.is_empty()));
    } else {
        unite(attr, list, places);
    }
    Ok(())
}

/// Every selected element, merged with the value or replaced by it. What the filter asked for stays true unless the
/// value says otherwise.
fn whole(
    state: &State<'_>,
    op: Op,
    target: &Target,
    at: &Element,
    list: &mut Vec<Value>,
    places: &[usize],
    value: Value,
) -> Result<()> {
    let attr = &at.list.attribute;
    let text = target.to_string();
    let new = canonical_element(attr, value, state.dialect, &text)?;
    let Some(new) = new else {
        return Err(at_fault(
            target,
            "would be left without any value",
            "Use `remove` to remove the element",
        ));
    };
    let mut primary = Vec::new();
    for place in places {
        let element = &mut list[*place];
        if op == Op::Add {
            absorb(attr, element, new.clone(), &text)?;
        } else {
            let next = match &new {
                Value::Object(new) => Value::Object(seeded(state, at, new.clone(), &text)?),
                simple => simple.clone(),
            };
            keeps_immutable(attr, element, &next, &text)?;
            *element = next;
        }
        if is_primary(&new) {
            primary.push(*place);
        }
    }
    demote(list, &primary, &text)?;
    unite(attr, list, places);
    Ok(())
}

/// A new element that the filter selects, with the value in it. `None` when there is nothing to add.
fn created(state: &State<'_>, at: &Element, target: &Target, value: Option<Value>) -> Result<Option<Value>> {
    let attr = &at.list.attribute;
    if !is_complex(attr) {
        return Err(bad_path(target, "selects values, which `add` cannot add to"));
    }
    if at.seed.is_none() {
        return Err(State::no_target(target));
    }
    let text = target.to_string();
    let object = match &at.sub {
        None => match canonical_element(attr, value.unwrap_or_default(), state.dialect, &text)? {
            Some(Value::Object(object)) => object,
            _ => Map::new(),
        },
        Some(sub) => {
            let mut object = Map::new();
            put_sub(attr, &mut object, sub, Op::Add, value, state.dialect, &text)?;
            object
        }
    };
    if object.is_empty() {
        return Ok(None);
    }
    Ok(Some(Value::Object(seeded(state, at, object, &text)?)))
}

/// The object with what the filter asks for, as far as the object does not say it itself.
fn seeded(
    state: &State<'_>,
    at: &Element,
    object: Map<String, Value>,
    text: &str,
) -> Result<Map<String, Value>> {
    let attr = &at.list.attribute;
    let Some(seed) = &at.seed else { return Ok(object) };
    let mut out = match canonical_element(attr, Value::Object(seed.clone()), state.dialect, text)? {
        Some(Value::Object(seed)) => seed,
        _ => Map::new(),
    };
    out.extend(object);
    Ok(out)
}

fn keeps_immutable(attr: &Attribute, old: &Value, new: &Value, text: &str) -> Result<()> {
    let differs = |sub: &&std::sync::Arc<Attribute>| {
        sub.mutability == Mutability::Immutable
            && old.get(&sub.name).is_some()
            && old.get(&sub.name) != new.get(&sub.name)
    };
    match attr.sub_attributes.iter().find(differs) {
        None => Ok(()),
        Some(sub) => {
            let path = format!("{text}.{}", sub.name);
            let detail = format!("`{path}` cannot be changed once it has a value. Leave it as it is.");
            Err(ScimError::mutability(path, detail))
        }
    }
}

fn bad_path(target: &Target, what: &str) -> ScimError {
    let path = target.to_string();
    ScimError::bad(ScimType::InvalidPath, format!("`{path}` {what}. Name the attribute alone.")).at(path)
}
