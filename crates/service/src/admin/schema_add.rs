//! Schemas and resource types that a tenant adds at run time (S-SCHEMA-08).

use scim::{ResourceType, Schema};
use serde_json::{Value, json};
use store::{Action, Change, Kind, SchemaDoc, Tenant};

use super::tenant_set::put;
use crate::auth::assemble;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// The setting that counts the numbers given to resource types, so that none is given twice.
const NEXT_KIND: &str = "_nextKind";

/// Which resource type a schema extends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extends {
    /// Name of the resource type: `User`.
    pub resource_type: String,
    /// Whether each resource must carry it.
    pub required: bool,
}

impl Service {
    /// Adds a schema (RFC 7643 §7) to the tenant, as an extension of the types named, or as the base of a type to be
    /// added after it. Gives warnings about what is allowed but unwise (S-MODEL-09).
    ///
    /// # Errors
    /// `Invalid` with the attribute at fault; `Conflict` when the URN is taken, or when a required extension would
    /// leave resources behind that do not carry it.
    pub async fn schema_add(
        &self,
        op: &Operator,
        schema: &Value,
        extends: &[Extends],
    ) -> ServiceResult<Vec<String>> {
        let parsed = Schema::from_json(schema).map_err(invalid)?;
        let (tenant, mut docs) = self.docs(op).await?;
        let revision = tenant.revision;
        if op.tenant.registry.schema(&parsed.id).is_some() {
            return Err(ServiceError::new(
                Code::Conflict,
                format!("a schema \"{}\" is registered already", parsed.id),
            )
            .hint("drop it first, or give the new one another URN"));
        }
        for extends in extends.iter().filter(|e| e.required) {
            self.refuse_required(op, &extends.resource_type, &parsed.id).await?;
        }
        let list: Vec<_> =
            extends.iter().map(|e| json!({"type": e.resource_type, "required": e.required})).collect();
        let doc = SchemaDoc {
            name: parsed.id.to_string(),
            kind: None,
            body: json!({"schema": schema, "extends": list}),
        };
        docs.push(doc.clone());
        let view = assemble(tenant, &docs).map_err(unfit)?;
        let entry = op.entry(Action::Administer, self.clock.now(), &doc.name, "schema_added");
        self.administer(op, Some(revision), vec![Change::PutSchema(Box::new(doc))], None, entry).await?;
        let warned = view.registry.types().iter().flat_map(|t| t.warnings());
        Ok(warned.filter(|w| w.starts_with(&*parsed.id)).collect())
    }

    /// Adds a resource type (RFC 7643 §6) whose schemas are there already. Gives its number.
    ///
    /// # Errors
    /// `Invalid` when a part is missing or unknown, or name or endpoint are taken.
    pub async fn resource_type_add(&self, op: &Operator, definition: &Value) -> ServiceResult<Kind> {
        let (tenant, mut docs) = self.docs(op).await?;
        let revision = tenant.revision;
        let parsed = ResourceType::from_json(definition, &op.tenant.registry).map_err(invalid)?;
        let counted = tenant.settings[NEXT_KIND].as_i64().and_then(|n| i16::try_from(n).ok());
        let kind = Kind(counted.unwrap_or(Kind::FIRST_CUSTOM.0).max(Kind::FIRST_CUSTOM.0));
        let doc = SchemaDoc {
            name: parsed.name.clone(),
            kind: Some(kind),
            body: json!({"resourceType": definition}),
        };
        docs.push(doc.clone());
        let (display_name, mut settings) = (tenant.display_name.clone(), tenant.settings.clone());
        assemble(tenant, &docs).map_err(unfit)?;
        put(&mut settings, NEXT_KIND, json!(kind.0 + 1));
        let entry = op.entry(Action::Administer, self.clock.now(), &doc.name, "resource_type_added");
        let changes = vec![Change::PutSchema(Box::new(doc)), Change::PutTenant { display_name, settings }];
        self.administer(op, Some(revision), changes, None, entry).await?;
        Ok(kind)
    }

    /// The tenant and what it has added, as of one moment.
    pub(crate) async fn docs(&self, op: &Operator) -> ServiceResult<(Tenant, Vec<SchemaDoc>)> {
        let mut tx = self.store.read(&op.caller).await?;
        let tenant = tx.tenant().await?.unwrap_or_else(|| op.tenant.tenant.clone());
        Ok((tenant, tx.schemas().await?))
    }

    async fn refuse_required(&self, op: &Operator, type_name: &str, urn: &str) -> ServiceResult<()> {
        let Some(kind) = op.tenant.registry.resource_type(type_name).and_then(|t| op.tenant.kind_of(t))
        else {
            return Ok(());
        };
        let mut tx = self.store.read(&op.caller).await?;
        match tx.count(kind).await? {
            0 => Ok(()),
            count => Err(ServiceError::new(
                Code::Conflict,
                format!("{count} resources of type {type_name} do not carry the required extension {urn}"),
            )
            .hint("add it as an optional extension")),
        }
    }
}

fn invalid(problem: scim::schema::SchemaProblem) -> ServiceError {
    ServiceError::new(Code::Invalid, problem.to_string())
}

/// What does not fit together with what is there.
fn unfit(error: store::StoreError) -> ServiceError {
    match error {
        store::StoreError::Inconsistent { detail, .. } => ServiceError::new(Code::Invalid, detail),
        other => other.into(),
    }
}
