//! A resource as a client would see it, as far as a filter or an order asks.

use std::collections::HashMap;

use scim::filter::Expr;
use scim::schema::Resolved;
use serde_json::{Map, Value, json};
use store::{ConnectionId, Kind, Record, ResourceId, StoreError, TypedFilter};
use uuid::Uuid;

use super::sql::Compiler;
use super::test::Test;
use crate::fault::{Done, damaged};
use crate::pool::Lease;
use crate::read::computed::{self, Group, Member};

/// Members loaded at once, at most. A filter that asks for more of them than who they are is given up beyond.
const MEMBERS: usize = 200_000;

/// Which computed attributes are asked for.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    pub(crate) groups: bool,
    pub(crate) members: bool,
    meta: bool,
    /// References in extensions whose other side is asked for: extension and attribute.
    references: Vec<(String, String)>,
}

impl Needs {
    /// What the test and the order ask for.
    pub(crate) fn of(test: Option<&Test>, sort: Option<&Resolved>, compiler: &Compiler<'_>) -> Self {
        let mut needs = Self::default();
        if let Some(test) = test {
            test.leaves(&mut |leaf| match leaf {
                Expr::Compare(path, ..) | Expr::Present(path) => needs.path(path, compiler, false),
                Expr::Element(path, _) => needs.path(path, compiler, true),
                _ => {}
            });
        }
        if let Some(path) = sort {
            needs.path(path, compiler, false);
        }
        needs
    }

    fn path(&mut self, path: &Resolved, compiler: &Compiler<'_>, whole: bool) {
        self.members |= compiler.is_members(path);
        self.groups |= compiler.is_groups(path);
        self.meta |= path.container.is_none() && path.attribute.name == "meta";
        let Some(urn) = path.container.as_deref() else { return };
        let asks = path.sub.as_ref().is_some_and(|sub| matches!(sub.name.as_str(), "$ref" | "displayName"));
        if (whole || asks) && !path.attribute.multi_valued && path.attribute.points_at_resource() {
            self.references.push((urn.to_owned(), path.attribute.name.clone()));
        }
    }
}

/// The resources as they would be shown.
pub(crate) async fn shown(
    db: &Lease,
    tenant: store::TenantId,
    typed: &TypedFilter,
    connection: ConnectionId,
    needs: &Needs,
    records: &[Record],
) -> Done<Vec<Map<String, Value>>> {
    let mut all = Vec::with_capacity(records.len());
    for record in records {
        all.push(document(record, typed, connection, needs)?);
    }
    let ids: Vec<Uuid> = records.iter().map(|record| record.id.0).collect();
    if needs.groups {
        let groups = computed::groups(db, tenant, &ids).await?;
        put(&mut all, records, "groups", &groups, group);
    }
    if needs.members {
        let members = computed::members(db, tenant, &ids, MEMBERS).await?.ok_or(StoreError::TooMany)?;
        put(&mut all, records, "members", &members, member);
    }
    for (urn, name) in &needs.references {
        refer(db, tenant, &mut all, urn, name).await?;
    }
    Ok(all)
}

/// What one row tells.
fn document(
    record: &Record,
    typed: &TypedFilter,
    connection: ConnectionId,
    needs: &Needs,
) -> Done<Map<String, Value>> {
    let mut root: Map<String, Value> =
        serde_json::from_str(&record.body).map_err(|e| damaged("resource", "body", e))?;
    root.insert("id".to_owned(), json!(record.id.to_string()));
    if let Some(id) = record.external_id(connection) {
        root.insert("externalId".to_owned(), json!(id));
    }
    if needs.meta {
        let resource_type = &typed.resource_type;
        root.insert(
            "meta".to_owned(),
            json!({
                "resourceType": resource_type.name,
                "created": record.created.to_string(),
                "lastModified": record.modified.to_string(),
                "version": format!("W/\"{}\"", record.version),
                "location": format!("{}/{}", resource_type.endpoint, record.id),
            }),
        );
    }
    Ok(root)
}

/// Puts a computed list where it is not empty.
fn put<T>(
    all: &mut [Map<String, Value>],
    records: &[Record],
    name: &str,
    lists: &HashMap<Uuid, Vec<T>>,
    element: fn(&T) -> Value,
) {
    for (root, record) in all.iter_mut().zip(records) {
        root.remove(name);
        if let Some(list) = lists.get(&record.id.0) {
            root.insert(name.to_owned(), Value::Array(list.iter().map(element).collect()));
        }
    }
}

fn group(group: &Group) -> Value {
    let ty = if group.direct { "direct" } else { "indirect" };
    let id = ResourceId(group.id);
    json!({"value": id.to_string(), "display": group.display, "type": ty, "$ref": format!("Groups/{id}")})
}

fn member(member: &Member) -> Value {
    let id = ResourceId(member.id);
    let mut shown = json!({"value": id.to_string()});
    if let Some(ty) = &member.ty {
        shown["type"] = json!(ty);
        shown["$ref"] = json!(format!("{ty}s/{id}"));
    }
    if !(member.kind == Kind::USER && member.display.is_empty()) {
        shown["display"] = json!(member.display);
    }
    shown
}

/// What is computed of a singular reference in an extension, such as `manager`. What is no id refers to nobody.
async fn refer(
    db: &Lease,
    tenant: store::TenantId,
    all: &mut [Map<String, Value>],
    urn: &str,
    name: &str,
) -> Done<()> {
    let id_of = |root: &Map<String, Value>| -> Option<ResourceId> {
        root.get(urn)?.get(name)?.get("value")?.as_str()?.parse().ok()
    };
    let mut ids: Vec<Uuid> = all.iter().filter_map(id_of).map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let described = computed::described(db, tenant, &ids).await?;
    for root in all {
        let id = id_of(root);
        let Some(Value::Object(reference)) = root.get_mut(urn).and_then(|extension| extension.get_mut(name))
        else {
            continue;
        };
        reference.remove("$ref");
        reference.remove("displayName");
        let Some(id) = id else { continue };
        reference.insert("$ref".to_owned(), json!(format!("Users/{id}")));
        if let Some((_, display)) = described.get(&id.0).filter(|(_, display)| !display.is_empty()) {
            reference.insert("displayName".to_owned(), json!(display));
        }
    }
    Ok(())
}
