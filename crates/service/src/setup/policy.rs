//! What becomes of people whom the provider does not send, and whom provisioning never locks out.

use std::collections::HashSet;

use scim::{ResourceType, ScimError, ScimType};
use serde::{Deserialize, Serialize};
use store::{Kind, Record, ResourceId};

use crate::admin::Setting;
use crate::resources::{Attempt, Explanation, Failure};
use crate::{Code, Context, Operator, Service, ServiceError, ServiceResult};

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

impl Setting for SetupPolicy {
    const NAME: &'static str = "setup";

    fn check(&self, _: &ResourceType) -> ServiceResult<()> {
        if self.protected.len() > MOST {
            let message = format!("at most {MOST} learners can be protected");
            return Err(
                ServiceError::new(Code::TooMany, message).hint("take somebody's protection off first")
            );
        }
        Ok(())
    }
}

impl Service {
    /// The tenant's set-up policy.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn setup_policy(&self, op: &Operator) -> ServiceResult<SetupPolicy> {
        self.setting(op).await
    }

    /// Sets what becomes of who is left over.
    ///
    /// # Errors
    /// `Conflict` when somebody else changed the settings at the same moment.
    pub async fn leftovers_set(&self, op: &Operator, leftovers: LeftoverPolicy) -> ServiceResult<()> {
        self.change_setting(op, "leftovers_policy_changed", |policy: &mut SetupPolicy| {
            policy.leftovers = leftovers;
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
        self.change_setting(op, code, |policy: &mut SetupPolicy| {
            match on {
                true => policy.protected.insert(id),
                false => policy.protected.remove(&id),
            };
        })
        .await?;
        Ok(id)
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
