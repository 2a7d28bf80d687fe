//! `GET` and `PUT …/jobs/{id}/schema`.

use serde_json::Value as Json;

use super::{Face, GraphFault};
use crate::mapping::Mapping;
use crate::schema::{DefaultMapping, Schema, SchemaFault};

impl Face {
    /// `GET …/jobs/{id}/schema`, as it was put, or the default one.
    ///
    /// # Errors
    /// 404.
    pub fn schema(&self, principal: &str, job: &str) -> Result<Json, GraphFault> {
        let put = self.saved().app(principal)?.job(job)?.schema.clone();
        Ok(put.unwrap_or_else(default))
    }

    /// `PUT …/jobs/{id}/schema`; 204. The job goes over everything in its next cycle, as after any change of mapping.
    ///
    /// # Errors
    /// 404; 400 with everything that is wrong, each with its place.
    pub async fn put_schema(&self, principal: &str, job: &str, body: &Json) -> Result<(), GraphFault> {
        self.saved().app(principal)?.job(job)?;
        mapping(Some(body.clone()))?;
        let mut alone = self.alone(job).await;
        Self::close(&mut alone).await;
        self.change(principal, |app| {
            app.job_mut(job)?.schema = Some(body.clone());
            Ok(())
        })?;
        self.reopen(principal, job, &mut alone).await
    }

    /// `GET …/templates/{id}/schema`: what a new job begins with.
    ///
    /// # Errors
    /// 404.
    pub fn template_schema(&self, principal: &str, template: &str) -> Result<Json, GraphFault> {
        self.saved().app(principal)?;
        if template == super::apps::TEMPLATE {
            Ok(default())
        } else {
            Err(GraphFault::not_found("Synchronization template", template))
        }
    }
}

pub(super) fn default() -> Json {
    Schema::default_scim(DefaultMapping::default()).to_json()
}

/// The mapping of a schema; of the default one where none was put.
pub(super) fn mapping(schema: Option<Json>) -> Result<Mapping, GraphFault> {
    let schema = Schema::from_json(schema.unwrap_or_else(default)).map_err(refused)?;
    Mapping::check(&schema).map_err(refused)
}

/// Whether a schema, or the default one, has a rule of this id.
pub(super) fn has_rule(schema: Option<Json>, id: &str) -> bool {
    let schema = schema.unwrap_or_else(default);
    schema["synchronizationRules"].as_array().into_iter().flatten().any(|rule| rule["id"] == id)
}

fn refused(faults: Vec<SchemaFault>) -> GraphFault {
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    GraphFault::new(400, "SynchronizationSchemaInvalid", told.join("; "))
}
