//! What becomes of people whom the provider does not send, and whom provisioning never locks out.

use std::collections::HashSet;

use scim::{ScimError, ScimType};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Action, Change, Kind, Record, ResourceId, Tenant};

use crate::resources::{Attempt, Explanation, Failure};
use crate::{Code, Context, Operator, Service, ServiceError, ServiceResult};

/// The setting that holds it.
const SETTING: &str = "setup";
/// Most protected learners of a tenant.
const MOST: usize = 1000;

/// What becomes of learners who are here and whom the first cycle did not bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftoverPolicy {
    /// They stay, and nothing is said of them.
    Keep,
    /// They stay, and are listed.
    #[default]
    List,
    /// They are deactivated once the first cycle is done, under the connection's mass-change guard.
    Deactivate,
}

/// A tenant's set-up policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SetupPolicy {
    /// What becomes of who is left over.
    pub leftovers: LeftoverPolicy,
    /// Learners whom provisioning never locks out or removes.
    pub protected: HashSet<ResourceId>,
    /// Numbers of connections after whose first cycle the policy has been carried out.
    pub settled: HashSet<i64>,
}

impl SetupPolicy {
    /// The tenant's; what cannot be read counts as unset.
    pub(crate) fn of(tenant: &Tenant) -> Self {
        let stored = tenant.settings.get(SETTING).cloned().unwrap_or(Value::Null);
        serde_json::from_value(stored).unwrap_or_default()
    }
}

impl Service {
    /// The tenant's set-up policy.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn setup_policy(&self, op: &Operator) -> ServiceResult<SetupPolicy> {
        Ok(SetupPolicy::of(&self.docs(op).await?.0))
    }

    /// Sets what becomes of who is left over.
    ///
    /// # Errors
    /// `Conflict` when somebody else changed the settings at the same moment.
    pub async fn leftovers_set(&self, op: &Operator, leftovers: LeftoverPolicy) -> ServiceResult<()> {
        self.change_policy(op, "leftovers_policy_changed", |policy| {
            policy.leftovers = leftovers;
            Ok(())
        })
        .await
    }

    /// Protects a learner, by id or user name, from being locked out or removed by provisioning; or not any more.
    ///
    /// # Errors
    /// `NotFound`; `TooMany` beyond a thousand.
    pub async fn learner_protect(&self, op: &Operator, which: &str, on: bool) -> ServiceResult<ResourceId> {
        let mut read = self.store.read(&op.caller).await?;
        let id = crate::learners::find(&mut *read, which).await?.id;
        drop(read);
        let code = if on { "learner_protected" } else { "learner_unprotected" };
        self.change_policy(op, code, |policy| {
            if !on {
                policy.protected.remove(&id);
            } else if policy.protected.len() >= MOST && !policy.protected.contains(&id) {
                return Err(ServiceError::new(
                    Code::TooMany,
                    format!("{MOST} learners are protected already"),
                ));
            } else {
                policy.protected.insert(id);
            }
            Ok(())
        })
        .await?;
        Ok(id)
    }

    pub(super) async fn change_policy(
        &self,
        op: &Operator,
        code: &str,
        change: impl FnOnce(&mut SetupPolicy) -> ServiceResult<()>,
    ) -> ServiceResult<()> {
        let (tenant, _) = self.docs(op).await?;
        let mut policy = SetupPolicy::of(&tenant);
        change(&mut policy)?;
        let mut all = tenant.settings.clone();
        // Words and ids always serialise.
        crate::admin::put(&mut all, SETTING, serde_json::to_value(&policy).unwrap_or_default());
        let put = Change::PutTenant { display_name: tenant.display_name.clone(), settings: all };
        let entry = op.entry(Action::Administer, self.clock.now(), &tenant.name, code);
        self.administer(op, Some(tenant.revision), vec![put], None, entry).await?;
        Ok(())
    }
}

/// Whether provisioning may lock this learner out, or remove it.
pub(crate) fn may_lock_out(cx: &Context, record: &Record) -> Attempt<()> {
    if record.kind != Kind::USER || !cx.session.tenant.protected.contains(&record.id) {
        return Ok(());
    }
    let detail =
        "This User is protected here: provisioning neither deactivates nor deletes it. Nothing was changed.";
    Err(Failure::because(Explanation::Protected, ScimError::bad(ScimType::Mutability, detail).at("active")))
}
