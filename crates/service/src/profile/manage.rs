//! A tenant's mapping: looking, changing, trying it on a real learner.

use scim::ResourceType;
use serde_json::Value;

use super::mapping::Mapping;
use super::tell::tell_by;
use super::{Profile, ProfileSettings};
use crate::admin::{Setting, learners};
use crate::learners::{document_of, find};
use crate::{Operator, Service, ServiceResult};

impl Setting for ProfileSettings {
    const NAME: &'static str = "profile";

    fn check(&self, rt: &ResourceType) -> ServiceResult<()> {
        Mapping::compile(self, rt).map(|_| ())
    }
}

/// A learner's profile as it is, and as it would be.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfilePreview {
    /// By the tenant's mapping.
    pub present: Profile,
    /// By the mapping that is tried.
    pub preview: Profile,
}

impl Service {
    /// The tenant's mapping and rules as they are set; what it does not name is as built in.
    ///
    /// # Errors
    /// When the database does not answer, or the stored setting is damaged.
    pub async fn profile_settings(&self, op: &Operator) -> ServiceResult<ProfileSettings> {
        self.setting(op).await
    }

    /// Sets the tenant's mapping and rules. Profiles are made by them from now on; learners who do not change are told of
    /// when they next do, or in a snapshot.
    ///
    /// # Errors
    /// `Invalid` with the path or rule at fault, `Conflict` when somebody else changed the settings at the same moment,
    /// `Stale` when the tenant has another revision than `expected`.
    pub async fn profile_set(
        &self,
        op: &Operator,
        settings: &ProfileSettings,
        expected: Option<i64>,
    ) -> ServiceResult<()> {
        self.set_setting(op, "profile_changed", expected, settings).await
    }

    /// What a mapping would make of a learner, by id or user name. Nothing is changed.
    ///
    /// # Errors
    /// `Invalid` as for [`Service::profile_set`], `NotFound` when there is no such learner.
    pub async fn profile_preview(
        &self,
        op: &Operator,
        settings: &ProfileSettings,
        which: &str,
    ) -> ServiceResult<ProfilePreview> {
        let mapping = Mapping::compile(settings, learners(op)?)?;
        let mut read = self.store.read(&op.caller).await?;
        let record = find(&mut *read, which).await?;
        let document = document_of(&record)?;
        Ok(ProfilePreview {
            present: tell_by(&mut *read, &op.tenant.profile, Some(record.id), &document).await?,
            preview: tell_by(&mut *read, &mapping, Some(record.id), &document).await?,
        })
    }
}

/// The mapping that a tenant's settings hold. One that no longer fits, because a schema was dropped, is left out rather
/// than keeping the tenant from working.
pub(crate) fn stored(settings: &Value, rt: Option<&scim::ResourceType>) -> Mapping {
    let Some(rt) = rt else { return Mapping::default() };
    let compiled = ProfileSettings::read(settings)
        .and_then(|settings| Mapping::compile(&settings, rt).map_err(|error| error.message));
    compiled.unwrap_or_else(|error| {
        tracing::warn!(%error, "a tenant's profile mapping does not fit its schemas; the built-in one is used");
        Mapping::default()
    })
}
