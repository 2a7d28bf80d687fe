//! A resource as a client sends it, into a canonical document (S-CREATE-02, A-15 to ).

use serde_json::{Map, Value};

use super::value::{At, Reader, shown};
use super::{Document, refresh_schemas, scalar, unique};
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError};
use crate::schema::{Attribute, ENTERPRISE_USER, Mutability, Registry, ResourceType, Schema};

/// The enterprise URN without its last colon, as it stands in a sample of Microsoft's.
const MALFORMED_ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User";

/// What a create or replace request carried.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Incoming {
    /// The canonical document. Not validated as a whole yet: see [`super::create`] and [`super::replace`].
    pub document: Document,
    /// `id` as it was sent; the service never follows it (S-COMMON-02).
    pub id: Option<String>,
    /// Elements of the relation (`members`): objects with `value` and perhaps `type`. `None` when the attribute was
    /// absent, empty when it was null or empty.
    pub relation: Option<Vec<Value>>,
    /// Attributes that were null or empty lists: `nickName`, `urn:…:User:department`, `urn:…:User`.
    pub assigned_null: Vec<String>,
    /// What the dialect's leniency dropped: a sentence each, for the log.
    pub ignored: Vec<String>,
}

impl Incoming {
    /// Whether the attribute was sent as null or as an empty list.
    #[must_use]
    pub fn is_null(&self, name: &str) -> bool {
        self.assigned_null.iter().any(|n| n == name)
    }

    /// Compares the `id` in the body with that in the URL (S-PUT-05, A-16).
    ///
    /// # Errors
    /// 400 `mutability` in dialects that do not ignore read-only values.
    pub fn check_id(&self, id: &str, dialect: &Dialect) -> Result<()> {
        match &self.id {
            Some(sent) if sent != id && !dialect.has(Quirk::ReadOnlyInValue) => Err(ScimError::mutability(
                "id",
                "`id` is set by the service and cannot be changed. Send the id of the URL, or none.",
            )),
            _ => Ok(()),
        }
    }
}

/// Reads the body of a create or replace request.
///
/// Names come out in canonical spelling, values in canonical form, unassigned values not at all. Read-only attributes,
/// links to the service's own resources and passwords are dropped.
///
/// # Errors
/// 400 `invalidSyntax`: no object, keys that differ only in case, and in strict dialects unknown attributes and schemas
/// that are missing or not announced. 400 `invalidValue`: a value of the wrong type, the schema of another endpoint.
pub fn read(rt: &ResourceType, registry: &Registry, body: Value, dialect: &Dialect) -> Result<Incoming> {
    let Value::Object(body) = body else {
        return Err(ScimError::syntax(format!("The body must be a JSON object: the {}.", rt.name)));
    };
    unique::keys_differ(&body, &At::Root)?;
    let mut reader = Reader { dialect, notes: Vec::new() };
    let announced = announced(rt, registry, &body, &mut reader)?;

    let mut incoming = Incoming::default();
    let mut root = Map::with_capacity(body.len() + 1);
    // First, so that it stays first.
    root.insert("schemas".to_owned(), Value::Null);
    let relation = rt.relation();
    for (key, value) in body {
        if let Some(attr) = rt.core(&key) {
            if relation.is_some_and(|r| r.name == attr.name) {
                incoming.relation = Some(members(&mut reader, attr, value)?);
            } else if attr.name == "id" {
                incoming.id = value.as_str().map(str::to_owned);
            } else if attr.name != "schemas" {
                place(&mut reader, &mut incoming.assigned_null, &mut root, (key, value), attr, &At::Root)?;
            }
        } else if let Some(index) = extension(rt, &key, dialect) {
            let schema = &rt.extensions[index].schema;
            if announced.as_ref().is_some_and(|a| !a[index]) && !dialect.has(Quirk::UnannouncedExtension) {
                let detail =
                    format!("The body holds `{0}`, but `schemas` does not list it. Add it there.", schema.id);
                return Err(ScimError::syntax(detail).at(&*schema.id));
            }
            if let Some(map) = container(&mut reader, &mut incoming.assigned_null, schema, value)?
                && root.insert(schema.id.to_string(), Value::Object(map)).is_some()
            {
                let detail = format!("`{}` stands twice, once misspelt. Send it once.", schema.id);
                return Err(ScimError::syntax(detail).at(&*schema.id));
            }
        } else if key.contains(':') && dialect.has(Quirk::UnknownSchema) {
            reader.note(|| format!("`{}` is no schema of {} and was ignored", shown(&key), rt.name));
        } else {
            reader.unknown(&At::Root, &key)?;
        }
    }
    incoming.document = Document { root };
    refresh_schemas(rt, &mut incoming.document);
    incoming.ignored = reader.notes;
    Ok(incoming)
}

/// One attribute into its object.
fn place(
    reader: &mut Reader<'_>,
    nulls: &mut Vec<String>,
    into: &mut Map<String, Value>,
    (key, value): (String, Value),
    attr: &Attribute,
    parent: &At<'_>,
) -> Result<()> {
    if attr.mutability == Mutability::ReadOnly || attr.is_discarded() {
        return Ok(());
    }
    let at = At::Sub(parent, &attr.name);
    let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    match reader.whole(attr, value, &at)? {
        Some(value) => {
            into.insert(if key == attr.name { key } else { attr.name.clone() }, value);
        }
        None if empty => nulls.push(at.to_string()),
        None => {}
    }
    Ok(())
}

/// An extension's object. `None` when nothing is left of it (S-NULL-04).
fn container(
    reader: &mut Reader<'_>,
    nulls: &mut Vec<String>,
    schema: &Schema,
    value: Value,
) -> Result<Option<Map<String, Value>>> {
    let at = At::Container(&schema.id);
    let map = match value {
        Value::Object(map) => map,
        Value::Null => {
            nulls.push(schema.id.to_string());
            return Ok(None);
        }
        other => return Err(scalar::wrong(&at, "an object", &other)),
    };
    unique::keys_differ(&map, &at)?;
    let mut out = Map::with_capacity(map.len());
    for (key, value) in map {
        match schema.attribute(&key) {
            Some(attr) => place(reader, nulls, &mut out, (key, value), attr, &at)?,
            None => reader.unknown(&at, &key)?,
        }
    }
    Ok(if out.is_empty() { None } else { Some(out) })
}

/// The elements of a relation, each with a `value`.
fn members(reader: &mut Reader<'_>, attr: &Attribute, value: Value) -> Result<Vec<Value>> {
    let list = match reader.whole(attr, value, &At::Path(&attr.name))? {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    match list.iter().position(|m| m.get("value").is_none()) {
        None => Ok(list),
        Some(index) => {
            let path = format!("{}[{index}].value", attr.name);
            let detail = format!("`{path}` is missing. Send the id of the member.");
            Err(ScimError::value(path, detail))
        }
    }
}

/// Which extension the key or URN names.
fn extension(rt: &ResourceType, urn: &str, dialect: &Dialect) -> Option<usize> {
    let find = |urn: &str| rt.extensions.iter().position(|e| e.schema.id.eq_ignore_ascii_case(urn));
    find(urn).or_else(|| {
        let misspelt =
            dialect.has(Quirk::MalformedEnterpriseUrn) && urn.eq_ignore_ascii_case(MALFORMED_ENTERPRISE);
        if misspelt { find(ENTERPRISE_USER) } else { None }
    })
}

/// Which extensions `schemas` announces, in the order of the resource type's; `None` when the list says nothing and the
/// dialect lets the body speak for itself (A-19, S-RES-01).
fn announced(
    rt: &ResourceType,
    registry: &Registry,
    body: &Map<String, Value>,
    reader: &mut Reader<'_>,
) -> Result<Option<Vec<bool>>> {
    let dialect = reader.dialect;
    let sent = body
        .get("schemas")
        .or_else(|| body.iter().find(|(key, _)| key.eq_ignore_ascii_case("schemas")).map(|(_, value)| value));
    let list = match sent {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list.as_slice(),
        Some(one @ Value::String(_)) if dialect.has(Quirk::ShapeMismatch) => std::slice::from_ref(one),
        Some(other) => return Err(scalar::wrong(&At::Path("schemas"), "a list of URNs", other)),
    };
    if list.is_empty() {
        if dialect.has(Quirk::MissingSchemas) {
            return Ok(None);
        }
        let detail =
            format!("`schemas` is missing. It must list `{}` and the extensions used.", rt.schema.id);
        return Err(ScimError::syntax(detail).at("schemas"));
    }
    let mut base = false;
    let mut extensions = vec![false; rt.extensions.len()];
    let mut foreign = None;
    for (index, item) in list.iter().enumerate() {
        let Value::String(urn) = item else {
            return Err(scalar::wrong(&At::Element(&At::Path("schemas"), index), "a URN", item));
        };
        let seen = if urn.eq_ignore_ascii_case(&rt.schema.id) {
            &mut base
        } else if let Some(index) = extension(rt, urn, dialect) {
            &mut extensions[index]
        } else {
            if registry.types().iter().any(|t| t.schema.id.eq_ignore_ascii_case(urn)) {
                foreign = Some(urn);
            }
            if !dialect.has(Quirk::UnknownSchema) {
                let detail = format!(
                    "`schemas` lists `{}`, which is no schema of {}. List `{}` and the extensions used.",
                    shown(urn),
                    rt.name,
                    rt.schema.id
                );
                return Err(ScimError::value("schemas", detail));
            }
            reader.note(|| format!("`{}` is no schema of {} and was ignored", shown(urn), rt.name));
            continue;
        };
        if std::mem::replace(seen, true) && !dialect.has(Quirk::MissingSchemas) {
            let detail = format!("`schemas` lists `{}` twice. List it once.", shown(urn));
            return Err(ScimError::value("schemas", detail));
        }
    }
    if !base && let Some(urn) = foreign {
        let detail = format!(
            "`schemas` lists `{}`, but this endpoint takes `{}`. Send the resource to its own endpoint.",
            shown(urn),
            rt.schema.id
        );
        return Err(ScimError::value("schemas", detail));
    }
    if !base && !dialect.has(Quirk::MissingSchemas) {
        let detail = format!("`schemas` must list `{}`.", rt.schema.id);
        return Err(ScimError::value("schemas", detail));
    }
    Ok(Some(extensions))
}
