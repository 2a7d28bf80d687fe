//! What the service says about itself: `/ServiceProviderConfig`, `/Schemas`, `/ResourceTypes`
//! (RFC 7643 §5 to §7, RFC 7644 §4, RFC 9865 §4).

use serde_json::{Map, Value, json};

use crate::message::{LIST_RESPONSE, PageLimits};
use crate::schema::{Registry, ResourceType, SERVICE_PROVIDER_CONFIG, Schema};

/// What the service supports. Every flag must be true in behaviour (S-SPC-02).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// Address of the documentation.
    pub documentation_uri: Option<String>,
    /// Whether PATCH works.
    pub patch: bool,
    /// Limits of bulk requests; `None` when there are none.
    pub bulk: Option<BulkLimits>,
    /// Whether `sortBy` works.
    pub sort: bool,
    /// Whether versions and conditional requests work.
    pub etag: bool,
    /// Sizes of pages.
    pub pages: PageLimits,
    /// Seconds that a cursor stays valid; `None` when there are no cursors.
    pub cursor_timeout: Option<u32>,
    /// How clients authenticate.
    pub authentication: Vec<AuthenticationScheme>,
}

/// Limits of bulk requests (S-BULK-09).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkLimits {
    /// Most operations in one request.
    pub operations: u32,
    /// Largest body, in bytes.
    pub payload: u64,
}

/// A way to authenticate (RFC 7643 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticationScheme {
    /// `oauth`, `oauth2`, `oauthbearertoken`, `httpbasic` or `httpdigest`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Address of its specification.
    pub spec_uri: Option<String>,
    /// Whether it is the preferred one; of one scheme at most.
    pub primary: bool,
}

impl AuthenticationScheme {
    /// A bearer token in the `Authorization` header (RFC 6750).
    #[must_use]
    pub fn bearer() -> Self {
        Self {
            kind: "oauthbearertoken",
            name: "Bearer token".into(),
            description: "A secret token in the Authorization header.".into(),
            spec_uri: Some("https://www.rfc-editor.org/rfc/rfc6750".into()),
            primary: true,
        }
    }
}

/// The service provider configuration: one object without an id (S-SPC-01, S-SPC-04). `base` is the absolute address
/// under which the endpoints are, without a slash at its end.
#[must_use]
pub fn service_provider_config(settings: &ProviderSettings, base: &str) -> Value {
    let supported = |flag: bool| json!({"supported": flag});
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    put("schemas", json!([SERVICE_PROVIDER_CONFIG]));
    if let Some(uri) = &settings.documentation_uri {
        put("documentationUri", json!(uri));
    }
    put("patch", supported(settings.patch));
    let bulk = settings.bulk.unwrap_or(BulkLimits { operations: 0, payload: 0 });
    put(
        "bulk",
        json!({"supported": settings.bulk.is_some(), "maxOperations": bulk.operations, "maxPayloadSize": bulk.payload}),
    );
    put("filter", json!({"supported": true, "maxResults": settings.pages.max}));
    put("changePassword", supported(false));
    put("sort", supported(settings.sort));
    put("etag", supported(settings.etag));
    // S-CUR-14
    let mut pagination = json!({
        "cursor": settings.cursor_timeout.is_some(), "index": true, "defaultPaginationMethod": "index",
        "defaultPageSize": settings.pages.default, "maxPageSize": settings.pages.max
    });
    if let Some(seconds) = settings.cursor_timeout {
        pagination["cursorTimeout"] = json!(seconds);
    }
    put("pagination", pagination);
    put("authenticationSchemes", settings.authentication.iter().map(scheme).collect());
    put("meta", meta("ServiceProviderConfig", &format!("{base}/ServiceProviderConfig")));
    Value::Object(out)
}

fn scheme(scheme: &AuthenticationScheme) -> Value {
    let mut out = json!({"type": scheme.kind, "name": scheme.name, "description": scheme.description});
    if let Some(uri) = &scheme.spec_uri {
        out["specUri"] = json!(uri);
    }
    out["primary"] = json!(scheme.primary);
    out
}

/// `/Schemas`: every schema of the registry, whatever the query parameters say (S-DISC-01, S-DISC-03).
#[must_use]
pub fn schemas(registry: &Registry, base: &str) -> Value {
    list(registry.schemas().iter().map(|s| one_schema(s, base)).collect())
}

/// `/Schemas/{urn}`; `None` when there is none of this URN, whatever its case (S-DISC-02).
#[must_use]
pub fn schema(registry: &Registry, urn: &str, base: &str) -> Option<Value> {
    registry.schema(urn).map(|s| one_schema(s, base))
}

/// `/ResourceTypes`: every resource type of the registry.
#[must_use]
pub fn resource_types(registry: &Registry, base: &str) -> Value {
    list(registry.types().iter().map(|t| one_type(t, base)).collect())
}

/// `/ResourceTypes/{name}`; `None` when there is none of this name.
#[must_use]
pub fn resource_type(registry: &Registry, name: &str, base: &str) -> Option<Value> {
    registry.resource_type(name).map(|t| one_type(t, base))
}

fn one_schema(schema: &Schema, base: &str) -> Value {
    let mut out = schema.to_json();
    out["meta"] = meta("Schema", &format!("{base}/Schemas/{}", schema.id));
    out
}

fn one_type(resource_type: &ResourceType, base: &str) -> Value {
    let mut out = resource_type.to_json();
    out["meta"] = meta("ResourceType", &format!("{base}/ResourceTypes/{}", resource_type.name));
    out
}

fn meta(resource_type: &str, location: &str) -> Value {
    json!({"resourceType": resource_type, "location": location})
}

fn list(resources: Vec<Value>) -> Value {
    json!({
        "schemas": [LIST_RESPONSE], "totalResults": resources.len(), "startIndex": 1, "itemsPerPage": resources.len(),
        "Resources": resources
    })
}

#[cfg(test)]
mod tests;
