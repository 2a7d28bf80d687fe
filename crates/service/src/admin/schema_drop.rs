//! Dropping a schema or resource type that nothing uses.

use scim::filter::{Checked, Expr, Filter};
use scim::schema::{Resolved, Schema};
use store::{Action, Change, Paging, Query, SchemaDoc, Total, TypedFilter};

use crate::auth::assemble;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

impl Service {
    /// What the tenant has added: schemas by URN and resource types by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn schemas_added(&self, op: &Operator) -> ServiceResult<Vec<SchemaDoc>> {
        Ok(self.docs(op).await?.1)
    }

    /// Drops a schema (by URN) or a resource type (by name) that the tenant has added.
    ///
    /// # Errors
    /// `NotFound` when it has not added it; `Conflict` while resources or a resource type use it.
    pub async fn schema_drop(&self, op: &Operator, name: &str) -> ServiceResult<()> {
        let (tenant, mut docs) = self.docs(op).await?;
        let revision = tenant.revision;
        let Some(at) = docs.iter().position(|d| d.name.eq_ignore_ascii_case(name)) else {
            return Err(ServiceError::new(
                Code::NotFound,
                format!("this tenant has not added a schema or resource type \"{name}\""),
            ));
        };
        let doc = docs.remove(at);
        assemble(tenant, &docs).map_err(|error| {
            ServiceError::new(Code::Conflict, format!("\"{}\" is in use: {error}", doc.name))
                .hint("drop the resource type that uses it first")
        })?;
        let users = self.users_of(op, &doc).await?;
        if users > 0 {
            return Err(ServiceError::new(
                Code::Conflict,
                format!("{users} resources still use \"{}\"", doc.name),
            )
            .hint("remove them or their values first"));
        }
        let entry = op.entry(Action::Administer, self.clock.now(), &doc.name, "schema_dropped");
        self.administer(op, Some(revision), vec![Change::DropSchema(doc.name)], None, entry).await?;
        Ok(())
    }

    /// How many live resources would lose something.
    async fn users_of(&self, op: &Operator, doc: &SchemaDoc) -> ServiceResult<u64> {
        let mut tx = self.store.read(&op.caller).await?;
        if let Some(kind) = doc.kind {
            return Ok(tx.count(kind).await?);
        }
        let Some(schema) = op.tenant.registry.schema(&doc.name) else { return Ok(0) };
        let mut types = Vec::new();
        for resource_type in op.tenant.registry.types() {
            let extended = resource_type.extensions.iter().any(|e| e.schema.id == schema.id);
            if let (true, Some(kind)) = (extended, op.tenant.kind_of(resource_type)) {
                types.push(TypedFilter {
                    kind,
                    resource_type: resource_type.clone(),
                    filter: Some(any_value(schema)),
                });
            }
        }
        if types.is_empty() {
            return Ok(0);
        }
        let query = Query {
            types,
            sort: None,
            paging: Paging::Index { offset: 0, count: 0 },
            total: Total::Exact,
            connection: op.connection.id,
            deadline: self.config.limits.scan,
        };
        Ok(tx.query(&query).await?.total.unwrap_or(0))
    }
}

/// Any attribute of the extension has a value.
fn any_value(schema: &Schema) -> Filter<Checked> {
    let mut terms: Vec<_> = schema
        .attributes
        .iter()
        .map(|attribute| {
            Expr::Present(Resolved {
                container: Some(schema.id.clone()),
                attribute: attribute.clone(),
                sub: None,
            })
        })
        .collect();
    // `Or` holds at least two terms.
    let expr = if terms.len() == 1 { terms.remove(0) } else { Expr::Or(terms) };
    Filter { expr }
}
