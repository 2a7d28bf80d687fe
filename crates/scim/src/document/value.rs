//! From what was sent for an attribute to the form that is kept.

use std::fmt;

use serde_json::{Map, Value};

use super::scalar::{scalar, wrong};
use super::unique;
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError};
use crate::schema::{Attribute, AttributeType, Mutability};

/// Most notes that one request leaves; a hostile body must not fill the log.
const MOST_NOTES: usize = 20;

/// Where a value stands. Turned into text only when something is wrong with it.
pub(super) enum At<'a> {
    /// The resource itself.
    Root,
    /// An extension container.
    Container(&'a str),
    /// A path that is text already.
    Path(&'a str),
    /// A sub-attribute.
    Sub(&'a At<'a>, &'a str),
    /// An element of a list, counted from 0.
    Element(&'a At<'a>, usize),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Path(path) => f.write_str(path),
            At::Root => Ok(()),
            At::Container(urn) => f.write_str(urn),
            At::Sub(At::Root, name) => f.write_str(name),
            At::Sub(At::Container(urn), name) => write!(f, "{urn}:{name}"),
            At::Sub(parent, name) => write!(f, "{parent}.{name}"),
            At::Element(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// What is known while a body is read.
pub(super) struct Reader<'a> {
    pub(super) dialect: &'a Dialect,
    /// What leniency dropped.
    pub(super) notes: Vec<String>,
}

/// The canonical form of a whole attribute: a list for a multi-valued one. `None` when nothing is left, that is when
/// the attribute is to be unassigned (RFC 7643 §2.5).
///
/// `path` is the attribute's path in canonical spelling, for errors. Read-only sub-attributes are dropped.
///
/// # Errors
/// 400 `invalidValue` when the value does not fit the attribute's type, `invalidSyntax` when two keys differ only in case
/// or, in dialects that do not ignore them, a sub-attribute is unknown.
pub fn canonical_value(
    attr: &Attribute,
    value: Value,
    dialect: &Dialect,
    path: &str,
) -> Result<Option<Value>> {
    Reader { dialect, notes: Vec::new() }.whole(attr, value, &At::Path(path))
}

/// The canonical form of one element of a multi-valued attribute, or of the one value of a singular attribute.
/// `None` when nothing is left.
///
/// # Errors
/// As [`canonical_value`].
pub fn canonical_element(
    attr: &Attribute,
    value: Value,
    dialect: &Dialect,
    path: &str,
) -> Result<Option<Value>> {
    Reader { dialect, notes: Vec::new() }.one(attr, value, &At::Path(path))
}

impl Reader<'_> {
    pub(super) fn note(&mut self, text: impl FnOnce() -> String) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(text());
        }
    }

    /// A whole attribute.
    pub(super) fn whole(&mut self, attr: &Attribute, value: Value, at: &At<'_>) -> Result<Option<Value>> {
        let reshape = self.dialect.has(Quirk::ShapeMismatch);
        if !attr.multi_valued {
            return match value {
                Value::Array(mut list) if reshape && list.len() < 2 => {
                    list.pop().map_or(Ok(None), |only| self.one(attr, only, at))
                }
                value => self.one(attr, value, at),
            };
        }
        let list = match value {
            Value::Null => return Ok(None),
            Value::Array(list) => list,
            // S-MULTI-08
            one if reshape => vec![one],
            other => return Err(wrong(at, "a list", &other)),
        };
        let mut out = Vec::with_capacity(list.len());
        for (index, element) in list.into_iter().enumerate() {
            out.extend(self.one(attr, element, &At::Element(at, index))?);
        }
        unique::merge_repeated(attr, &mut out);
        Ok(if out.is_empty() { None } else { Some(Value::Array(out)) })
    }

    /// One element, or the value of a singular attribute.
    pub(super) fn one(&mut self, attr: &Attribute, value: Value, at: &At<'_>) -> Result<Option<Value>> {
        if value.is_null() {
            return Ok(None);
        }
        if attr.ty != AttributeType::Complex {
            return scalar(attr, value, self.dialect, at).map(Some);
        }
        match value {
            Value::Object(map) => self.object(attr, map, at),
            Value::String(text) if self.dialect.has(Quirk::ShapeMismatch) && attr.sub("value").is_some() => {
                self.bare_value(attr, text, at)
            }
            other => Err(wrong(at, "an object", &other)),
        }
    }

    /// `"manager":"m1"` and `"members":["u1"]` mean `{"value":"m1"}`; an object in a string is read as the object.
    fn bare_value(&mut self, attr: &Attribute, text: String, at: &At<'_>) -> Result<Option<Value>> {
        if let Some(map) = object_in(&text) {
            return self.object(attr, map, at);
        }
        if text.is_empty() {
            return Ok(None);
        }
        let mut map = Map::new();
        map.insert("value".to_owned(), Value::String(text));
        self.object(attr, map, at)
    }

    fn object(&mut self, attr: &Attribute, map: Map<String, Value>, at: &At<'_>) -> Result<Option<Value>> {
        unique::keys_differ(&map, at)?;
        let map = if self.dialect.has(Quirk::StringifiedRole) { unpack_role(attr, map) } else { map };
        let points_at_resource = attr.points_at_resource();
        let mut linked = None;
        let mut out = Map::with_capacity(map.len());
        for (key, value) in map {
            let Some(sub) = attr.sub(&key) else {
                match self.role_display(attr, &key) {
                    Some(display) => {
                        if let Some(value) = self.whole(display, value, &At::Sub(at, &display.name))? {
                            out.entry(display.name.clone()).or_insert(value);
                        }
                    }
                    None => self.unknown(at, &key)?,
                }
                continue;
            };
            if sub.mutability == Mutability::ReadOnly && attr.mutability != Mutability::ReadOnly {
                continue;
            }
            // The service computes links to its own resources from `value`; a sent one only serves where that lacks.
            if points_at_resource && sub.name == "$ref" {
                linked = value.as_str().and_then(last_segment);
                continue;
            }
            if let Some(value) = self.whole(sub, value, &At::Sub(at, &sub.name))? {
                let key = if key == sub.name { key } else { sub.name.clone() };
                out.insert(key, value);
            }
        }
        if points_at_resource {
            if let (None, Some(id)) = (out.get("value"), linked) {
                out.insert("value".to_owned(), Value::String(id));
            }
            // No resource has an empty id: it means that there is none.
            if out.get("value").is_some_and(|v| v == "") {
                out.shift_remove("value");
            }
        }
        Ok(if out.is_empty() { None } else { Some(Value::Object(out)) })
    }

    /// `{"value":"Admin","displayName":"Admin"}`: the `display` of a role under another name, as Entra's expression
    /// AppRoleAssignmentsComplex sends it.
    fn role_display<'s>(&self, attr: &'s Attribute, key: &str) -> Option<&'s Attribute> {
        let is_alias = self.dialect.has(Quirk::RoleDisplayName)
            && attr.name == "roles"
            && key.eq_ignore_ascii_case("displayName");
        if is_alias { attr.sub("display").map(|sub| &**sub) } else { None }
    }

    /// A key that no schema knows.
    pub(super) fn unknown(&mut self, at: &At<'_>, key: &str) -> Result<()> {
        if self.dialect.has(Quirk::UnknownAttribute) {
            self.note(|| format!("`{}` is no attribute here and was ignored", At::Sub(at, &shown(key))));
            return Ok(());
        }
        let path = At::Sub(at, &shown(key)).to_string();
        let detail = format!("`{path}` is no attribute of the schema. Remove it, or correct its name.");
        Err(ScimError::syntax(detail).at(path))
    }
}

impl Attribute {
    /// Whether its values name resources of this service: a `value` that is an id beside a `$ref` to a resource type.
    /// The `$ref` is then never stored: it is computed from `value` when the resource is rendered (S-GROUP-04).
    #[must_use]
    pub fn points_at_resource(&self) -> bool {
        let resource = |t: &String| t != "external" && t != "uri";
        self.ty == AttributeType::Complex
            && self.sub("$ref").is_some_and(|r| r.reference_types.iter().any(resource))
            && self.sub("value").is_some()
    }
}

/// A key as it may stand in an error or note.
pub(super) fn shown(key: &str) -> String {
    key.chars().take(100).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn object_in(text: &str) -> Option<Map<String, Value>> {
    if text.starts_with('{') { serde_json::from_str(text).ok() } else { None }
}

/// `{"value":"{\"id\":\"g\",\"value\":\"Admin\",\"displayName\":\"Admin\"}"}`: the role itself, in a string.
fn unpack_role(attr: &Attribute, mut map: Map<String, Value>) -> Map<String, Value> {
    let Some(inner) = map.get("value").and_then(Value::as_str).and_then(object_in) else {
        return map;
    };
    let Some(value @ Value::String(_)) = inner.get("value") else {
        return map;
    };
    map.insert("value".to_owned(), value.clone());
    let display = inner.get("display").or_else(|| inner.get("displayName"));
    if let Some(display @ Value::String(_)) = display
        && attr.sub("display").is_some()
    {
        map.entry("display").or_insert_with(|| display.clone());
    }
    map
}

fn last_segment(link: &str) -> Option<String> {
    let path = link.split(['?', '#']).next()?.trim_end_matches('/');
    let segment = path.rsplit('/').next()?;
    if segment.is_empty() { None } else { Some(segment.to_owned()) }
}
