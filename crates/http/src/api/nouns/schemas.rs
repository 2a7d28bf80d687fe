//! `/api/v1/tenants/{tenant}/schemas`: schemas and resource types that a tenant adds.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::Extends;
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::page;
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/tenants/{tenant}/schemas", "listSchemas", run!(index))
            .about("List the tenant's own schemas", "And resource types; built-in ones are not among them.")
            .answer::<SchemaPage>(200, "The schemas"),
        Endpoint::post("/api/v1/tenants/{tenant}/schemas", "createSchema", run!(create))
            .about(
                "Load a schema",
                "As RFC 7643 §7 has it: an extension of the resource types named, or the base of a type to be added.",
            )
            .admin()
            .body::<SchemaCreate>()
            .large()
            .answer::<SchemaCreated>(201, "It is loaded"),
        Endpoint::post("/api/v1/tenants/{tenant}/schemas/resource-types", "createResourceType", run!(create_type))
            .about("Add a resource type", "As RFC 7643 §6 has it; its schemas must be there.")
            .admin()
            .body::<ResourceTypeCreate>()
            .answer::<ResourceTypeCreated>(201, "It is added"),
        Endpoint::delete("/api/v1/tenants/{tenant}/schemas/{name}", "deleteSchema", run!(remove))
            .about("Drop a schema or resource type", "As long as nothing uses it.")
            .admin()
            .empty("It is gone"),
    ]
}

/// A schema or resource type that the tenant added.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Schema)]
struct SchemaView {
    /// URN of the schema, or name of the resource type.
    name: String,
    /// Which of both.
    kind: SchemaKind,
    /// As it was loaded.
    #[schema(value_type = Object)]
    definition: Map<String, Value>,
}

/// A schema, or a resource type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SchemaKind {
    Schema,
    ResourceType,
}

page!(
    /// The schemas.
    SchemaPage of SchemaView
);

/// A schema to be loaded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SchemaCreate {
    /// The schema.
    #[schema(value_type = Object)]
    schema: Map<String, Value>,
    /// The resource types that it extends.
    #[serde(default)]
    extends: Vec<Extension>,
}

/// A resource type that a schema extends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SchemaExtension)]
struct Extension {
    /// Name of the resource type: `User`.
    #[serde(rename = "type")]
    resource_type: String,
    /// Whether each resource must carry it.
    #[serde(default)]
    #[schema(default = false)]
    required: bool,
}

/// A schema that was loaded.
#[derive(Debug, Serialize, ToSchema)]
struct SchemaCreated {
    /// What is allowed but unwise.
    warnings: Vec<String>,
}

/// A resource type to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResourceTypeCreate {
    /// The resource type.
    #[schema(value_type = Object)]
    resource_type: Map<String, Value>,
}

/// A resource type that was added.
#[derive(Debug, Serialize, ToSchema)]
struct ResourceTypeCreated {
    /// The number that its resources carry.
    number: i16,
}

async fn index(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let docs = call.service().schemas_added(&op).await?;
    let items = docs.into_iter().map(|doc| {
        let (kind, member) = match doc.kind {
            None => (SchemaKind::Schema, "schema"),
            Some(_) => (SchemaKind::ResourceType, "resourceType"),
        };
        SchemaView {
            name: doc.name,
            kind,
            definition: doc.body[member].as_object().cloned().unwrap_or_default(),
        }
    });
    Reply::json(&SchemaPage { items: items.collect(), next: None })
}

async fn create(call: Call) -> Outcome<Reply> {
    let body: SchemaCreate = call.json()?;
    let op = call.operator().await?;
    let extends: Vec<_> = body
        .extends
        .into_iter()
        .map(|e| Extends { resource_type: e.resource_type, required: e.required })
        .collect();
    let warnings = call.service().schema_add(&op, &Value::Object(body.schema), &extends).await?;
    Reply::created(&SchemaCreated { warnings })
}

async fn create_type(call: Call) -> Outcome<Reply> {
    let body: ResourceTypeCreate = call.json()?;
    let op = call.operator().await?;
    let kind = call.service().resource_type_add(&op, &Value::Object(body.resource_type)).await?;
    Reply::created(&ResourceTypeCreated { number: kind.0 })
}

async fn remove(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    call.service().schema_drop(&op, call.param("name")).await?;
    Ok(Reply::empty())
}
