//! A tenant's schemas as requests need them.

use std::sync::Arc;

use scim::{Dialect, Quirk, Registry, ResourceType, Schema};
use serde_json::Value;
use store::{Caller, Connection, Kind, SchemaDoc, StoreError, StoreResult, Tenant};

use crate::admin::Setting;
use crate::session::TenantView;
use crate::{Service, SetupPolicy};

/// Built-in resource types and the numbers that their records carry.
const BUILT_IN: [(&str, Kind); 2] = [("User", Kind::USER), ("Group", Kind::GROUP)];

impl Service {
    /// The tenant with its schemas, from memory when its revision is known there.
    pub(crate) async fn view(&self, tenant: &Tenant, caller: &Caller) -> StoreResult<Arc<TenantView>> {
        if let Some(view) = self.sessions.view(tenant) {
            return Ok(view);
        }
        let mut tx = self.store.read(caller).await?;
        // Read again inside the snapshot, so that revision and schemas belong together.
        let tenant = tx.tenant().await?.unwrap_or_else(|| tenant.clone());
        let docs = tx.schemas().await?;
        drop(tx);
        let view = Arc::new(assemble(tenant, &docs)?);
        self.sessions.keep_view(&view);
        Ok(view)
    }
}

/// Built-in schemas with the tenant's own. Its documents hold `{"schema": …, "extends": [{"type", "required"}]}` or
/// `{"resourceType": …}`; they were checked when they were added, so one that does not load now is damaged data.
pub(crate) fn assemble(tenant: Tenant, docs: &[SchemaDoc]) -> StoreResult<TenantView> {
    let mut registry = Registry::builtin();
    let mut kinds: Vec<_> = BUILT_IN.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    let problem = |doc: &SchemaDoc, detail: String| StoreError::Inconsistent {
        table: "schema_doc",
        column: "body",
        detail: format!("{}: {detail}", doc.name),
    };
    // Schemas first: resource types refer to them, whatever the order in which they were added.
    for doc in docs.iter().filter(|d| d.kind.is_none()) {
        add_schema(&mut registry, &doc.body).map_err(|e| problem(doc, e))?;
    }
    for doc in docs {
        let Some(kind) = doc.kind else { continue };
        let added = ResourceType::from_json(&doc.body["resourceType"], &registry)
            .and_then(|t| registry.add_resource_type(t))
            .map_err(|e| problem(doc, e.to_string()))?;
        kinds.push((added.name.clone(), kind));
    }
    for doc in docs.iter().filter(|d| d.kind.is_none()) {
        extend(&mut registry, &doc.name, &doc.body).map_err(|e| problem(doc, e))?;
    }
    let learners = registry.resource_type(BUILT_IN[0].0).cloned();
    let profile = crate::profile::stored(&tenant.settings, learners.as_deref());
    // What protects somebody must not be lost: a setting that cannot be read stops the tenant.
    let damaged = |detail| StoreError::Inconsistent { table: "tenant", column: "settings", detail };
    let protected = SetupPolicy::read(&tenant.settings).map_err(damaged)?.protected;
    let intake = crate::intake::stored(&tenant.settings, learners.as_deref()).map_err(damaged)?;
    Ok(TenantView { tenant, registry, kinds, protected, profile, intake })
}

fn add_schema(registry: &mut Registry, body: &Value) -> Result<(), String> {
    let schema = Schema::from_json(&body["schema"]).map_err(|e| e.to_string())?;
    registry.add_schema(schema).map(|_| ()).map_err(|e| e.to_string())
}

fn extend(registry: &mut Registry, urn: &str, body: &Value) -> Result<(), String> {
    for extends in body["extends"].as_array().into_iter().flatten() {
        let name = extends["type"].as_str().unwrap_or_default();
        let required = extends["required"].as_bool().unwrap_or(false);
        registry.extend(name, urn, required).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// The connection's dialect with the operator's switches. A name that this version does not know is damaged data; a
/// switch that it does not know (of a quirk that was dropped) means nothing any more.
pub(crate) fn dialect(connection: &Connection) -> StoreResult<Dialect> {
    let mut dialect = Dialect::named(&connection.dialect).ok_or_else(|| StoreError::Inconsistent {
        table: "connection",
        column: "dialect",
        detail: format!("`{}` is no dialect of this version", connection.dialect),
    })?;
    for (name, on) in &connection.quirks {
        if let Some(quirk) = Quirk::named(name) {
            dialect.set(quirk, *on);
        }
    }
    Ok(dialect)
}
