//! A tenant's mapping: looking, changing, trying it on a real learner.

use serde_json::Value;
use store::{Action, Change, Kind};

use super::mapping::Mapping;
use super::tell::tell_by;
use super::{Profile, ProfileSettings};
use crate::learners::{document_of, find};
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// The setting that holds the mapping.
pub(crate) const SETTING: &str = "profile";

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
        let (tenant, _) = self.docs(op).await?;
        match tenant.settings.get(SETTING) {
            None => Ok(ProfileSettings::default()),
            Some(value) => serde_json::from_value(value.clone()).map_err(|error| {
                ServiceError::new(Code::Internal, format!("the setting \"{SETTING}\" is damaged: {error}"))
            }),
        }
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
        let (tenant, _) = self.docs(op).await?;
        crate::admin::check_revision(expected, tenant.revision)?;
        self.mapping(op, settings)?;
        let mut all = tenant.settings.clone();
        let value = if *settings == ProfileSettings::default() {
            Value::Null
        } else {
            // Maps of texts always serialise.
            serde_json::to_value(settings).unwrap_or_default()
        };
        crate::admin::put(&mut all, SETTING, value);
        let put = Change::PutTenant { display_name: tenant.display_name.clone(), settings: all };
        let entry = op.entry(Action::Administer, self.clock.now(), &tenant.name, "profile_changed");
        self.administer(op, Some(tenant.revision), vec![put], None, entry).await?;
        Ok(())
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
        let mapping = self.mapping(op, settings)?;
        let mut read = self.store.read(&op.caller).await?;
        let record = find(&mut *read, which).await?;
        let document = document_of(&record)?;
        Ok(ProfilePreview {
            present: tell_by(&mut *read, &op.tenant.profile, Some(record.id), &document).await?,
            preview: tell_by(&mut *read, &mapping, Some(record.id), &document).await?,
        })
    }

    fn mapping(&self, op: &Operator, settings: &ProfileSettings) -> ServiceResult<Mapping> {
        let rt = op.tenant.type_of(Kind::USER).ok_or_else(|| {
            ServiceError::new(Code::Internal, "the tenant's registry has no resource type User")
        })?;
        Mapping::compile(settings, rt)
    }
}

/// Checks the mapping among settings that are about to be stored by other ways.
pub(crate) fn check_setting(value: &Value, rt: &scim::ResourceType) -> ServiceResult<()> {
    if value.is_null() {
        return Ok(());
    }
    let settings: ProfileSettings = serde_json::from_value(value.clone())
        .map_err(|error| ServiceError::new(Code::Invalid, format!("{SETTING}: {error}")))?;
    Mapping::compile(&settings, rt).map(|_| ())
}

/// The mapping that a tenant's settings hold. One that no longer fits, because a schema was dropped, is left out rather
/// than keeping the tenant from working.
pub(crate) fn stored(settings: &Value, rt: Option<&scim::ResourceType>) -> Mapping {
    let (Some(value), Some(rt)) = (settings.get(SETTING), rt) else { return Mapping::default() };
    let compiled = serde_json::from_value::<ProfileSettings>(value.clone())
        .map_err(|error| error.to_string())
        .and_then(|settings| Mapping::compile(&settings, rt).map_err(|error| error.message));
    compiled.unwrap_or_else(|error| {
        tracing::warn!(%error, "a tenant's profile mapping does not fit its schemas; the built-in one is used");
        Mapping::default()
    })
}
