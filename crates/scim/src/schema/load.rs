//! Schemas and resource types out of JSON (RFC 7643 §6, §7), with the rules that a loaded schema must keep.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    Attribute, AttributeType, Extension, Mutability, Registry, ResourceType, Returned, Schema, Uniqueness,
};

/// Why a schema or resource type cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaProblem {
    /// Where: the schema's URN or the type's name, then the attribute path.
    pub at: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl SchemaProblem {
    pub(super) fn new(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { at: at.into(), message: message.into() }
    }
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.at, self.message)
        }
    }
}

impl std::error::Error for SchemaProblem {}

type Result<T> = std::result::Result<T, SchemaProblem>;

/// How deep attributes may nest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nesting {
    /// Attributes and sub-attributes (S-MODEL-01).
    TwoLevels,
    /// The schema of schemas.
    Any,
}

impl Schema {
    /// Reads a schema in the form of RFC 7643 §7. Characteristics left out take the defaults of §2.2.
    ///
    /// # Errors
    /// Names the attribute at fault: a type that does not exist, a complex sub-attribute, a name that is not a
    /// SCIM name or stands twice, an unknown keyword, a URN that is none.
    pub fn from_json(json: &Value) -> Result<Self> {
        schema(json, Nesting::TwoLevels)
    }
}

pub(super) fn schema(json: &Value, nesting: Nesting) -> Result<Schema> {
    let object = json.as_object().ok_or_else(|| SchemaProblem::new("", "a schema is a JSON object"))?;
    let id = text(object, "id", "schema")?;
    if !is_urn(id) {
        return Err(SchemaProblem::new(
            id,
            "the schema id must be a URN such as urn:example:params:scim:schemas:extension:acme:2.0:User",
        ));
    }
    if id.to_ascii_lowercase().starts_with("urn:ietf:params:scim:api:messages:") {
        return Err(SchemaProblem::new(id, "message URNs belong to the protocol and name no schema"));
    }
    let list = object.get("attributes").ok_or_else(|| SchemaProblem::new(id, "`attributes` is missing"))?;
    let attributes = attributes(list, id, nesting)?;
    if attributes.is_empty() {
        return Err(SchemaProblem::new(id, "`attributes` is empty; define at least one"));
    }
    Ok(Schema {
        id: id.into(),
        name: optional_text(object, "name", id)?.unwrap_or(id).to_owned(),
        description: optional_text(object, "description", id)?.unwrap_or_default().to_owned(),
        attributes,
    })
}

impl ResourceType {
    /// Reads a resource type in the form of RFC 7643 §6; its schemas must be in the registry already.
    ///
    /// # Errors
    /// Names what is missing or unknown.
    pub fn from_json(json: &Value, registry: &Registry) -> Result<Self> {
        let object =
            json.as_object().ok_or_else(|| SchemaProblem::new("", "a resource type is a JSON object"))?;
        let name = text(object, "name", "resource type")?;
        let endpoint = text(object, "endpoint", name)?;
        let segment = endpoint.strip_prefix('/').unwrap_or(endpoint);
        if segment.is_empty() || !segment.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            return Err(SchemaProblem::new(
                name,
                format!("the endpoint `{endpoint}` must be one path segment such as /Devices"),
            ));
        }
        let find = |urn: &str| {
            registry.schema(urn).cloned().ok_or_else(|| {
                SchemaProblem::new(name, format!("schema `{urn}` is not registered; add the schema first"))
            })
        };
        let mut extensions = Vec::new();
        if let Some(list) = object.get("schemaExtensions") {
            let list = list
                .as_array()
                .ok_or_else(|| SchemaProblem::new(name, "`schemaExtensions` must be a list"))?;
            for item in list {
                let item = item
                    .as_object()
                    .ok_or_else(|| SchemaProblem::new(name, "each schema extension is a JSON object"))?;
                extensions.push(Extension {
                    schema: find(text(item, "schema", name)?)?,
                    required: flag(item, "required", name)?.unwrap_or(false),
                });
            }
        }
        Self::new(
            name.to_owned(),
            format!("/{segment}"),
            optional_text(object, "description", name)?.unwrap_or_default().to_owned(),
            find(text(object, "schema", name)?)?,
            extensions,
        )
    }

    /// A resource type of these parts. `endpoint` has its leading slash.
    ///
    /// # Errors
    /// When an extension stands twice or is the base schema itself.
    pub fn new(
        name: String,
        endpoint: String,
        description: String,
        schema: Arc<Schema>,
        extensions: Vec<Extension>,
    ) -> Result<Self> {
        for (i, extension) in extensions.iter().enumerate() {
            let same = |other: &Schema| other.id.eq_ignore_ascii_case(&extension.schema.id);
            if same(&schema) || extensions[..i].iter().any(|e| same(&e.schema)) {
                return Err(SchemaProblem::new(
                    name,
                    format!("schema `{}` stands twice", extension.schema.id),
                ));
            }
        }
        let plain = [&schema]
            .into_iter()
            .chain(extensions.iter().map(|e| &e.schema))
            .all(|s| s.attributes.iter().all(|a| is_plain(a)));
        Ok(Self { name, endpoint, description, schema, extensions, plain })
    }
}

/// Whether the attribute, if it is stored at all, is shown unless excluded.
fn is_plain(attribute: &Attribute) -> bool {
    let shown =
        |a: &Attribute| matches!(a.returned, Returned::Default | Returned::Always) || a.is_discarded();
    shown(attribute) && attribute.sub_attributes.iter().all(|s| shown(s))
}

pub(super) fn attributes(json: &Value, at: &str, nesting: Nesting) -> Result<Vec<Arc<Attribute>>> {
    let list = json.as_array().ok_or_else(|| SchemaProblem::new(at, "attributes are a list"))?;
    let mut out: Vec<Arc<Attribute>> = Vec::with_capacity(list.len());
    for item in list {
        let attribute = attribute(item, at, nesting)?;
        if out.iter().any(|a| a.name.eq_ignore_ascii_case(&attribute.name)) {
            return Err(SchemaProblem::new(at, format!("attribute `{}` stands twice", attribute.name)));
        }
        out.push(Arc::new(attribute));
    }
    Ok(out)
}

fn attribute(json: &Value, parent: &str, nesting: Nesting) -> Result<Attribute> {
    let object =
        json.as_object().ok_or_else(|| SchemaProblem::new(parent, "each attribute is a JSON object"))?;
    let name = text(object, "name", parent)?;
    let at = &format!("{parent}:{name}");
    if !is_name(name) {
        return Err(SchemaProblem::new(
            at,
            "attribute names start with a letter and hold letters, digits, `-`, `_` and `$` only",
        ));
    }
    let ty = keyword(object, "type", at, AttributeType::parse, AttributeType::String)?;
    let sub_attributes = match object.get("subAttributes") {
        None | Some(Value::Null) => Vec::new(),
        Some(list) => attributes(list, at, nesting)?,
    };
    match (ty, sub_attributes.is_empty()) {
        (AttributeType::Complex, true) => {
            return Err(SchemaProblem::new(at, "a complex attribute needs `subAttributes`"));
        }
        (AttributeType::Complex, false) => {
            if let Some(sub) = sub_attributes.iter().find(|s| s.ty == AttributeType::Complex)
                && nesting == Nesting::TwoLevels
            {
                let message = format!("sub-attribute `{}` is complex; only attributes may be", sub.name);
                return Err(SchemaProblem::new(at, message));
            }
        }
        (_, false) => return Err(SchemaProblem::new(at, "only complex attributes have `subAttributes`")),
        (_, true) => {}
    }
    Ok(Attribute {
        name: name.to_owned(),
        ty,
        multi_valued: flag(object, "multiValued", at)?.unwrap_or(false),
        description: optional_text(object, "description", at)?.unwrap_or_default().to_owned(),
        required: flag(object, "required", at)?.unwrap_or(false),
        canonical_values: texts(object, "canonicalValues", at)?,
        enforce_canonical: flag(object, "enforceCanonicalValues", at)?.unwrap_or(false),
        // Bytes have no case to ignore (RFC 7643 §2.3.6).
        case_exact: flag(object, "caseExact", at)?.unwrap_or(ty == AttributeType::Binary),
        mutability: keyword(object, "mutability", at, Mutability::parse, Mutability::ReadWrite)?,
        returned: keyword(object, "returned", at, Returned::parse, Returned::Default)?,
        uniqueness: keyword(object, "uniqueness", at, Uniqueness::parse, Uniqueness::None)?,
        reference_types: texts(object, "referenceTypes", at)?,
        sub_attributes,
    })
}

/// `ALPHA *( "$" / "-" / "_" / DIGIT / ALPHA )`, and `$ref`, which breaks its own rule (S-MODEL-03).
fn is_name(name: &str) -> bool {
    let rest = name.strip_prefix('$').unwrap_or(name);
    rest.starts_with(|c: char| c.is_ascii_alphabetic())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'$' | b'-' | b'_'))
}

/// Enough of RFC 8141 that the URN can stand in a path: no blank, quote or bracket, and a name after the last colon.
fn is_urn(id: &str) -> bool {
    id.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("urn:"))
        && id.matches(':').count() >= 2
        && !id.ends_with(':')
        && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'[' | b']' | b'(' | b')' | b'\\'))
}

fn text<'a>(object: &'a Map<String, Value>, key: &str, at: &str) -> Result<&'a str> {
    match optional_text(object, key, at)? {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(SchemaProblem::new(at, format!("`{key}` is missing"))),
    }
}

fn optional_text<'a>(object: &'a Map<String, Value>, key: &str, at: &str) -> Result<Option<&'a str>> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(SchemaProblem::new(at, format!("`{key}` must be a string"))),
    }
}

fn flag(object: &Map<String, Value>, key: &str, at: &str) -> Result<Option<bool>> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(SchemaProblem::new(at, format!("`{key}` must be true or false"))),
    }
}

fn texts(object: &Map<String, Value>, key: &str, at: &str) -> Result<Vec<String>> {
    let wrong = || SchemaProblem::new(at, format!("`{key}` must be a list of strings"));
    match object.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => {
            list.iter().map(|v| v.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

fn keyword<T>(
    object: &Map<String, Value>,
    key: &str,
    at: &str,
    parse: fn(&str) -> Option<T>,
    default: T,
) -> Result<T> {
    match optional_text(object, key, at)? {
        None => Ok(default),
        Some(word) => {
            parse(word).ok_or_else(|| SchemaProblem::new(at, format!("`{word}` is no value of `{key}`")))
        }
    }
}
