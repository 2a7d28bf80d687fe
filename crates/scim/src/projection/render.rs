//! The thorough way out: any projection, any schema.

use serde_json::{Map, Value};

use super::Envelope;
use super::view::{Shown, View};
use crate::document::Document;
use crate::json::{write_key, write_str, write_value};
use crate::schema::{Attribute, Schema};

/// The resource as the client sees it.
///
/// `computed` holds what the document does not: `groups`, `members`, and in extension containers such things as the
/// manager's `$ref`. It is merged into the document, objects member by member, and projected like it. An `externalId` in
/// the document is ignored in favour of the envelope's.
#[must_use]
pub fn render(
    view: &View<'_>,
    document: &Document,
    envelope: &Envelope<'_>,
    computed: &Map<String, Value>,
) -> String {
    let mut out = String::with_capacity(2048);
    out.push('{');
    if let Some(schemas) = document.root.get("schemas") {
        write_key(&mut out, "schemas");
        write_value(&mut out, schemas);
        out.push(',');
    }
    write_key(&mut out, "id");
    write_str(&mut out, envelope.id);
    if let Some(id) = envelope.external_id
        && view.wants(None, "externalId")
    {
        member(&mut out, "externalId");
        write_str(&mut out, id);
    }
    for (key, value) in &document.root {
        top(&mut out, view, key, Some(value), computed.get(key));
    }
    for (key, value) in computed.iter().filter(|(key, _)| !document.root.contains_key(*key)) {
        top(&mut out, view, key, None, Some(value));
    }
    meta(&mut out, view, envelope);
    out.push('}');
    out
}

/// `,"key":`
fn member(out: &mut String, key: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    write_key(out, key);
}

fn top(out: &mut String, view: &View<'_>, key: &str, stored: Option<&Value>, computed: Option<&Value>) {
    if matches!(key, "schemas" | "id" | "externalId" | "meta") {
        return;
    }
    if let Some(attr) = view.rt.core(key) {
        attribute(out, view, None, attr, stored, computed);
    } else if let Some(extension) = view.rt.container(key) {
        container(
            out,
            view,
            &extension.schema,
            stored.and_then(Value::as_object),
            computed.and_then(Value::as_object),
        );
    }
}

fn container(
    out: &mut String,
    view: &View<'_>,
    schema: &Schema,
    stored: Option<&Map<String, Value>>,
    computed: Option<&Map<String, Value>>,
) {
    let before = out.len();
    member(out, &schema.id);
    out.push('{');
    let empty = out.len();
    for (key, stored, computed) in both(stored, computed) {
        if let Some(attr) = schema.attribute(key) {
            attribute(out, view, Some(&schema.id), attr, stored, computed);
        }
    }
    close(out, before, empty);
}

fn attribute(
    out: &mut String,
    view: &View<'_>,
    urn: Option<&str>,
    attr: &Attribute,
    stored: Option<&Value>,
    computed: Option<&Value>,
) {
    let shown = view.shows(urn, attr);
    if shown == Shown::No {
        return;
    }
    let shows_sub = |sub: &Attribute| {
        if shown == Shown::Whole { view.shows_by_default(sub) } else { view.shows_sub(urn, attr, sub) }
    };
    let before = out.len();
    match (stored, computed) {
        (Some(Value::Object(stored)), Some(Value::Object(computed))) => {
            member(out, &attr.name);
            if !object(out, attr, Some(stored), Some(computed), &shows_sub) {
                out.truncate(before);
            }
        }
        (_, Some(value)) | (Some(value), None) => {
            member(out, &attr.name);
            if !whole(out, attr, value, &shows_sub) {
                out.truncate(before);
            }
        }
        (None, None) => {}
    }
}

/// Writes a value; returns `false` when nothing of it may be shown.
fn whole(out: &mut String, attr: &Attribute, value: &Value, shows: &dyn Fn(&Attribute) -> bool) -> bool {
    match value {
        Value::Object(map) => object(out, attr, Some(map), None, shows),
        Value::Array(list) if !attr.sub_attributes.is_empty() => {
            out.push('[');
            let start = out.len();
            for element in list {
                let before = out.len();
                if before > start {
                    out.push(',');
                }
                if !whole(out, attr, element, shows) {
                    out.truncate(before);
                }
            }
            out.push(']');
            // A list that was empty to begin with is meant to be shown (an option for groups without members).
            list.is_empty() || out.len() > start + 1
        }
        simple => {
            write_value(out, simple);
            true
        }
    }
}

fn object(
    out: &mut String,
    attr: &Attribute,
    stored: Option<&Map<String, Value>>,
    computed: Option<&Map<String, Value>>,
    shows: &dyn Fn(&Attribute) -> bool,
) -> bool {
    out.push('{');
    let start = out.len();
    for (key, stored, computed) in both(stored, computed) {
        if let (Some(sub), Some(value)) = (attr.sub(key), computed.or(stored))
            && shows(sub)
        {
            member(out, &sub.name);
            write_value(out, value);
        }
    }
    out.push('}');
    out.len() > start + 1
}

/// The members of both objects, each key once.
fn both<'a>(
    stored: Option<&'a Map<String, Value>>,
    computed: Option<&'a Map<String, Value>>,
) -> impl Iterator<Item = (&'a str, Option<&'a Value>, Option<&'a Value>)> {
    let first = stored.into_iter().flatten();
    let first = first.map(move |(key, value)| (key.as_str(), Some(value), computed.and_then(|c| c.get(key))));
    let more =
        computed.into_iter().flatten().filter(move |(key, _)| !stored.is_some_and(|s| s.contains_key(*key)));
    first.chain(more.map(|(key, value)| (key.as_str(), None, Some(value))))
}

/// Closes an object, or takes it back if nothing came into it.
fn close(out: &mut String, before: usize, empty: usize) {
    if out.len() == empty {
        out.truncate(before);
    } else {
        out.push('}');
    }
}

fn meta(out: &mut String, view: &View<'_>, envelope: &Envelope<'_>) {
    if !view.wants(None, "meta") {
        return;
    }
    let before = out.len();
    member(out, "meta");
    if !envelope.write_meta(out, |name| view.wants_sub(None, "meta", name)) {
        out.truncate(before);
    }
}
