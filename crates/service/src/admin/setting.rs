//! Settings of a tenant that Provost understands: each is read, checked and written in the same way.

use scim::ResourceType;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{Action, Change, Kind, Tenant};

use super::settle::{TRIES, check_revision, is_overtaken};
use super::tenant_set::put;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// What stands under one name among a tenant's settings. The default stands for a setting that is not there.
pub(crate) trait Setting: Serialize + DeserializeOwned + Default + PartialEq {
    /// The name.
    const NAME: &'static str;

    /// Whether it can be lived by, given the tenant's type of learners.
    ///
    /// # Errors
    /// `Invalid` with what is at fault.
    fn check(&self, rt: &ResourceType) -> ServiceResult<()>;

    /// The setting among those stored.
    ///
    /// # Errors
    /// What is wrong with it.
    fn read(settings: &Value) -> Result<Self, String> {
        let Some(value) = settings.get(Self::NAME) else { return Ok(Self::default()) };
        serde_json::from_value(value.clone()).map_err(|error| format!("{}: {error}", Self::NAME))
    }

    /// Checks a value that is about to be stored under the name by other ways.
    ///
    /// # Errors
    /// `Invalid` with what is at fault.
    fn check_value(value: &Value, rt: &ResourceType) -> ServiceResult<()> {
        if value.is_null() {
            return Ok(());
        }
        let setting: Self = serde_json::from_value(value.clone())
            .map_err(|error| ServiceError::new(Code::Invalid, format!("{}: {error}", Self::NAME)))?;
        setting.check(rt)
    }
}

impl Service {
    /// A setting as it is stored now.
    pub(crate) async fn setting<S: Setting>(&self, op: &Operator) -> ServiceResult<S> {
        let (tenant, _) = self.docs(op).await?;
        S::read(&tenant.settings).map_err(damaged)
    }

    /// Changes a setting as it is stored now; `code` stands in the log.
    ///
    /// # Errors
    /// As [`Service::set_setting`], and what the change refuses.
    pub(crate) async fn change_setting<S: Setting>(
        &self,
        op: &Operator,
        code: &str,
        change: impl Fn(&mut S),
    ) -> ServiceResult<()> {
        for _ in 1..TRIES {
            match self.change_once(op, code, &change).await {
                Err(error) if is_overtaken(&error) => {}
                done => return done,
            }
        }
        self.change_once(op, code, &change).await
    }

    /// Sets a setting, whatever is stored, based on the tenant's revision `expected` when it matters.
    ///
    /// # Errors
    /// `Invalid` from its check, `Conflict` when somebody else changed the settings at the same moment, `Stale` when the
    /// tenant has another revision than `expected`.
    pub(crate) async fn set_setting<S: Setting>(
        &self,
        op: &Operator,
        code: &str,
        expected: Option<i64>,
        setting: &S,
    ) -> ServiceResult<()> {
        for _ in 1..TRIES {
            match self.set_once(op, code, expected, setting).await {
                Err(error) if is_overtaken(&error) => {}
                done => return done,
            }
        }
        self.set_once(op, code, expected, setting).await
    }

    async fn change_once<S: Setting>(
        &self,
        op: &Operator,
        code: &str,
        change: &impl Fn(&mut S),
    ) -> ServiceResult<()> {
        let (tenant, _) = self.docs(op).await?;
        let mut setting = S::read(&tenant.settings).map_err(damaged)?;
        change(&mut setting);
        self.put_setting(op, code, tenant, &setting).await
    }

    async fn set_once<S: Setting>(
        &self,
        op: &Operator,
        code: &str,
        expected: Option<i64>,
        setting: &S,
    ) -> ServiceResult<()> {
        let (tenant, _) = self.docs(op).await?;
        check_revision(expected, tenant.revision)?;
        self.put_setting(op, code, tenant, setting).await
    }

    async fn put_setting<S: Setting>(
        &self,
        op: &Operator,
        code: &str,
        tenant: Tenant,
        setting: &S,
    ) -> ServiceResult<()> {
        setting.check(learners(op)?)?;
        // Texts, lists and maps of texts always serialise.
        let stored = (*setting != S::default()).then(|| serde_json::to_value(setting).unwrap_or_default());
        let mut settings = tenant.settings.clone();
        put(&mut settings, S::NAME, stored.unwrap_or(Value::Null));
        let entry = op.entry(Action::Administer, self.clock.now(), &tenant.name, code);
        let due = self.scrub_due(&tenant.settings, &settings);
        let put = Change::PutTenant { display_name: tenant.display_name, settings };
        let changes = std::iter::once(put).chain(due).collect();
        self.administer(op, Some(tenant.revision), changes, None, entry).await?;
        Ok(())
    }
}

/// The tenant's type of learners.
pub(crate) fn learners(op: &Operator) -> ServiceResult<&std::sync::Arc<ResourceType>> {
    op.tenant
        .type_of(Kind::USER)
        .ok_or_else(|| ServiceError::new(Code::Internal, "the tenant's registry has no resource type User"))
}

fn damaged(detail: String) -> ServiceError {
    ServiceError::new(Code::Internal, format!("a setting is damaged: {detail}"))
}
