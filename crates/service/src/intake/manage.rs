//! Looking at the rules, and changing them.

use scim::ResourceType;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rules::Intake;
use crate::admin::Setting;
use crate::{Operator, Service, ServiceResult};

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

impl Setting for IntakeSettings {
    const NAME: &'static str = "intake";

    fn check(&self, rt: &ResourceType) -> ServiceResult<()> {
        Intake::compile(self, rt).map(|_| ())
    }
}

impl Service {
    /// The tenant's rules as they are set.
    ///
    /// # Errors
    /// When the database does not answer, or the stored setting is damaged.
    pub async fn intake_settings(&self, op: &Operator) -> ServiceResult<IntakeSettings> {
        self.setting(op).await
    }

    /// Sets the tenant's rules. They hold for every write from now on; what learners have already of an attribute that is no
    /// longer stored is taken out by [`Service::scrub`].
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
        self.set_setting(op, "intake_changed", expected, settings).await
    }
}

/// The rules that a tenant's settings hold. A path that no longer fits, because a schema was dropped, has nothing to drop.
///
/// # Errors
/// When the setting cannot be read at all: nothing may then be taken in, because something might be that must not.
pub(crate) fn stored(settings: &Value, rt: Option<&ResourceType>) -> Result<Intake, String> {
    let mut settings = IntakeSettings::read(settings)?;
    let Some(rt) = rt else { return Ok(Intake::default()) };
    settings.never_stored.retain(|path| {
        let alone = IntakeSettings { never_stored: vec![path.clone()], ..IntakeSettings::default() };
        alone.check(rt).is_ok()
    });
    Intake::compile(&settings, rt).map_err(|error| error.message)
}
