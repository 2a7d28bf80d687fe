//! The description of the API (OpenAPI 3.1), made from the table of operations.

mod reference;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::dispatch::scope_name;
use super::endpoint::Endpoint;
use super::problem::{Code, ProblemBody};
use super::shape::{AnswerShape, Shape};
use super::table;

pub use reference::reference;

/// What the path's parameters are.
const PARAMETERS: [(&str, &str); 9] = [
    ("tenant", "Name of the tenant."),
    ("connection", "Name of the connection."),
    ("learner", "Id or user name of the learner."),
    ("group", "Id of the group."),
    ("token", "Id of the token."),
    ("key", "Id of the API key."),
    ("sequence", "Sequence of the entry, a number."),
    ("name", "URN of the schema, or name of the resource type."),
    ("id", "Id."),
];

const ABOUT: &str = "The API for apps and operators. Errors are RFC 9457 problems with a closed set of codes. Lists come \
in pages: `next` is the `cursor` of the next one. A POST with an `Idempotency-Key` is done once; a repetition within 24 \
hours gets the first answer. `ETag` and `If-Match` keep one change from undoing another. Unknown parameters and members \
are refused.";

/// The whole description, without the server's address.
#[must_use]
pub fn openapi() -> Value {
    let mut components: BTreeMap<String, Value> = BTreeMap::new();
    collect(
        &mut components,
        &Shape { name: ProblemBody::name, schema: ProblemBody::schema, collect: ProblemBody::schemas },
    );
    let mut paths: Map<String, Value> = Map::new();
    let mut tags: Vec<&str> = Vec::new();
    for endpoint in table() {
        for shape in shapes(&endpoint) {
            collect(&mut components, &shape);
        }
        if !tags.contains(&endpoint.tag()) {
            tags.push(endpoint.tag());
        }
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_ascii_lowercase()] = operation(&endpoint);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Provost API",
            "version": "1",
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "security": [{"apiKey": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "apiKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key (`provost api-key create`), of scope read, write or admin; for one tenant or \
    for all.",
                },
            },
        },
    })
}

fn shapes(endpoint: &Endpoint) -> impl Iterator<Item = Shape> + '_ {
    // Query parameters are shown one by one, but what they name is a component.
    endpoint
        .query
        .into_iter()
        .chain(endpoint.body.iter().filter_map(|body| body.shape))
        .chain(endpoint.answers.iter().filter_map(|answer| answer.shape))
}

fn collect(components: &mut BTreeMap<String, Value>, shape: &Shape) {
    let mut found: Vec<(String, RefOr<Schema>)> = vec![((shape.name)().into_owned(), (shape.schema)())];
    (shape.collect)(&mut found);
    for (name, schema) in found {
        components.entry(name).or_insert_with(|| plain(&schema));
    }
}

fn plain(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

fn reference_to(shape: &Shape) -> Value {
    json!({"$ref": format!("#/components/schemas/{}", (shape.name)())})
}

fn operation(endpoint: &Endpoint) -> Value {
    let scope = scope_name(endpoint.scope);
    let whose = if endpoint.global { ", for all tenants" } else { "" };
    let mut notes = endpoint.notes.to_owned();
    if !notes.is_empty() {
        notes.push_str("\n\n");
    }
    notes.push_str(&format!("Needs a key of scope `{scope}`{whose}."));
    let mut operation = json!({
        "operationId": endpoint.id,
        "tags": [endpoint.tag()],
        "summary": endpoint.summary,
        "description": notes,
        "security": [{"apiKey": [scope]}],
        "parameters": parameters(endpoint),
        "responses": responses(endpoint),
    });
    if let Some(body) = &endpoint.body {
        let schema = body.shape.as_ref().map_or_else(|| json!({"type": "string"}), reference_to);
        let content: Map<String, Value> =
            body.media.iter().map(|media| ((*media).to_owned(), json!({"schema": schema}))).collect();
        operation["requestBody"] = json!({"required": !body.optional, "content": content});
    }
    operation
}

fn parameters(endpoint: &Endpoint) -> Vec<Value> {
    let mut out = Vec::new();
    for segment in endpoint.path.split('/') {
        let Some(name) = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) else { continue };
        let what = PARAMETERS.iter().find(|(n, _)| *n == name).map_or("", |(_, what)| what);
        out.push(json!({
            "name": name, "in": "path", "required": true, "description": what,
            "schema": {"type": "string", "minLength": 1},
        }));
    }
    if let Some(query) = &endpoint.query {
        let schema = plain(&(query.schema)());
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let mut property = property.clone();
            let what = property.as_object_mut().and_then(|map| map.remove("description"));
            out.push(json!({
                "name": name, "in": "query", "required": required.contains(&name.as_str()),
                "description": what.unwrap_or_else(|| json!("")), "schema": without_null(property),
            }));
        }
    }
    if endpoint.method == axum::http::Method::POST {
        out.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A name for this request: repeated within 24 hours it gets the first answer.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        }));
    }
    if endpoint.conditional {
        out.push(json!({
            "name": "If-Match", "in": "header", "required": false,
            "description": "The ETag that the change is based on; 412 when there is another by now.",
            "schema": {"type": "string", "pattern": "^(\\*|(W/)?\"[!#-~]*\")$"},
        }));
    }
    out
}

/// A parameter is left out rather than null.
fn without_null(mut schema: Value) -> Value {
    if let Some(types) = schema["type"].as_array() {
        let rest: Vec<_> = types.iter().filter(|t| *t != "null").cloned().collect();
        if let [single] = rest.as_slice() {
            schema["type"] = single.clone();
        }
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let rest: Vec<_> = choices.iter().filter(|c| c["type"] != "null").cloned().collect();
        if let [single] = rest.as_slice() {
            return single.clone();
        }
    }
    schema
}

fn responses(endpoint: &Endpoint) -> Value {
    let mut out = Map::new();
    for answer in &endpoint.answers {
        let entry = out.entry(answer.status.to_string()).or_insert_with(|| response(answer));
        // One status may come in several media types.
        if !answer.media.is_empty() {
            entry["content"][answer.media] = content(answer);
        }
    }
    let codes: Vec<_> = Code::ALL.iter().map(|code| format!("`{}`", code.as_str())).collect();
    out.insert(
        "default".to_owned(),
        json!({
            "description": format!("A problem: {}.", codes.join(", ")),
            "headers": {"X-Request-Id": request_id()},
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
            },
        }),
    );
    Value::Object(out)
}

fn response(answer: &AnswerShape) -> Value {
    let mut headers = json!({"X-Request-Id": request_id()});
    if answer.etag {
        headers["ETag"] = json!({"description": "The version, for If-Match.", "schema": {"type": "string"}});
    }
    json!({"description": answer.what, "headers": headers})
}

fn content(answer: &AnswerShape) -> Value {
    json!({"schema": answer.shape.as_ref().map_or_else(|| json!({"type": "string"}), reference_to)})
}

fn request_id() -> Value {
    json!({"description": "The request's id, as in the log.", "schema": {"type": "string"}})
}
