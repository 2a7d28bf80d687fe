//! `/ServiceProviderConfig`, `/Schemas`, `/ResourceTypes` (RFC 7644 §4): the truth about this caller's tenant. Without
//! a caller, built-ins only (ruling 14).

use scim::discovery::{self, AuthenticationScheme, BulkLimits, ProviderSettings};
use scim::message::PageLimits;
use scim::{Registry, ScimError};

use super::visible;
use crate::{Answer, Context, Service};

impl Service {
    /// What the service supports (RFC 7643 §5).
    ///
    /// # Errors
    /// None yet.
    pub async fn service_provider_config(&self, _cx: Option<&Context>) -> Result<Answer, ScimError> {
        let limits = &self.config.limits;
        let settings = ProviderSettings {
            documentation_uri: Some(format!("{}/docs", self.config.public_url)),
            patch: true,
            bulk: Some(BulkLimits {
                operations: u32::try_from(limits.bulk_operations).unwrap_or(u32::MAX),
                payload: limits.body as u64,
            }),
            sort: true,
            etag: true,
            pages: PageLimits { default: limits.default_page, max: limits.max_page },
            cursor_timeout: Some(u32::try_from(limits.cursor_age.as_secs()).unwrap_or(u32::MAX)),
            authentication: vec![AuthenticationScheme::bearer()],
        };
        let base = self.config.scim_base();
        Ok(Answer::ok(discovery::service_provider_config(&settings, &base).to_string()))
    }

    /// Every schema (RFC 7643 §7).
    ///
    /// # Errors
    /// None yet.
    pub async fn schemas(&self, cx: Option<&Context>) -> Result<Answer, ScimError> {
        Ok(Answer::ok(discovery::schemas(&registry(cx), &self.config.scim_base()).to_string()))
    }

    /// One schema, by its URN in any case (S-DISC-02).
    ///
    /// # Errors
    /// 404.
    pub async fn schema(&self, cx: Option<&Context>, urn: &str) -> Result<Answer, ScimError> {
        let found = discovery::schema(&registry(cx), urn, &self.config.scim_base());
        found.map(|schema| Answer::ok(schema.to_string())).ok_or_else(|| nothing("schema", urn))
    }

    /// Every resource type (RFC 7643 §6).
    ///
    /// # Errors
    /// None yet.
    pub async fn resource_types(&self, cx: Option<&Context>) -> Result<Answer, ScimError> {
        Ok(Answer::ok(discovery::resource_types(&registry(cx), &self.config.scim_base()).to_string()))
    }

    /// One resource type.
    ///
    /// # Errors
    /// 404.
    pub async fn resource_type(&self, cx: Option<&Context>, name: &str) -> Result<Answer, ScimError> {
        let found = discovery::resource_type(&registry(cx), name, &self.config.scim_base());
        found.map(|kind| Answer::ok(kind.to_string())).ok_or_else(|| nothing("resource type", name))
    }
}

fn registry(cx: Option<&Context>) -> Registry {
    cx.map_or_else(Registry::builtin, visible)
}

fn nothing(what: &str, name: &str) -> ScimError {
    let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    ScimError::plain(404, format!("There is no {what} {name}."))
}
