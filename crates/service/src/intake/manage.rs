//! Looking at the rules, and changing them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Action, Change, Kind};

use super::rules::Intake;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// The setting that holds the rules.
pub(crate) const SETTING: &str = "intake";

/// Rules about what is taken in. They bind whoever writes: identity providers, imports, the REST API, the console.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IntakeSettings {
    /// Domains of the user names and e-mail addresses that learners may have, as in `example.com`. `*.example.com` stands
    /// for every domain below it. Empty means any.
    pub allowed_domains: Vec<String>,
    /// SCIM paths of attributes that are dropped from whatever is sent, as in `phoneNumbers` or `name.middleName`.
    pub never_stored: Vec<String>,
}

impl Service {
    /// The tenant's rules as they are set.
    ///
    /// # Errors
    /// When the database does not answer, or the stored setting is damaged.
    pub async fn intake_settings(&self, op: &Operator) -> ServiceResult<IntakeSettings> {
        let (tenant, _) = self.docs(op).await?;
        match tenant.settings.get(SETTING) {
            None => Ok(IntakeSettings::default()),
            Some(value) => serde_json::from_value(value.clone()).map_err(|error| {
                ServiceError::new(Code::Internal, format!("the setting \"{SETTING}\" is damaged: {error}"))
            }),
        }
    }

    /// Sets the tenant's rules. They hold for every write from now on: what a learner has already of an attribute that is
    /// no longer stored goes with the next write of that learner.
    ///
    /// # Errors
    /// `Invalid` with the domain or path at fault, `Conflict` when somebody else changed the settings at the same moment,
    /// `Stale` when the tenant has another revision than `expected`.
    pub async fn intake_set(
        &self,
        op: &Operator,
        settings: &IntakeSettings,
        expected: Option<i64>,
    ) -> ServiceResult<()> {
        let (tenant, _) = self.docs(op).await?;
        crate::admin::check_revision(expected, tenant.revision)?;
        let rt = op.tenant.type_of(Kind::USER).ok_or_else(|| {
            ServiceError::new(Code::Internal, "the tenant's registry has no resource type User")
        })?;
        Intake::compile(settings, rt)?;
        let mut all = tenant.settings.clone();
        let value = if *settings == IntakeSettings::default() {
            Value::Null
        } else {
            // Lists of texts always serialise.
            serde_json::to_value(settings).unwrap_or_default()
        };
        crate::admin::put(&mut all, SETTING, value);
        let put = Change::PutTenant { display_name: tenant.display_name.clone(), settings: all };
        let entry = op.entry(Action::Administer, self.clock.now(), &tenant.name, "intake_changed");
        self.administer(op, Some(tenant.revision), vec![put], None, entry).await?;
        Ok(())
    }
}

/// Checks the rules among settings that are about to be stored by other ways.
pub(crate) fn check_setting(value: &Value, rt: &scim::ResourceType) -> ServiceResult<()> {
    if value.is_null() {
        return Ok(());
    }
    let settings: IntakeSettings = serde_json::from_value(value.clone())
        .map_err(|error| ServiceError::new(Code::Invalid, format!("{SETTING}: {error}")))?;
    Intake::compile(&settings, rt).map(|_| ())
}

/// The rules that a tenant's settings hold. A path that no longer fits, because a schema was dropped, has nothing to drop.
///
/// # Errors
/// When the setting cannot be read at all: nothing may then be taken in, because something might be that must not.
pub(crate) fn stored(settings: &Value, rt: Option<&scim::ResourceType>) -> Result<Intake, String> {
    let (Some(value), Some(rt)) = (settings.get(SETTING), rt) else { return Ok(Intake::default()) };
    let mut settings: IntakeSettings = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
    settings.never_stored.retain(|path| {
        let alone = IntakeSettings { never_stored: vec![path.clone()], ..IntakeSettings::default() };
        Intake::compile(&alone, rt).is_ok()
    });
    Intake::compile(&settings, rt).map_err(|error| error.message)
}
