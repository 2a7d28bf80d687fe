//! `…/connections/{connection}/leftovers` and `…/learners/{learner}/protection`: who was left over after the first cycle,
//! what becomes of them, and whom provisioning never locks out.

use serde::{Deserialize, Serialize};
use service::LeftoverPolicy as Policy;
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

/// Most people listed by name.
const LISTED: usize = 1000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let all = "/api/v1/tenants/{tenant}/connections/{connection}/leftovers";
    let protection = "/api/v1/tenants/{tenant}/learners/{learner}/protection";
    vec![
        Endpoint::get(all, "getLeftovers", run!(show))
            .about(
                "See who was left over",
                "Learners whom no connection manages, the first thousand of them by creation, and what the tenant's policy \
                 makes of them.",
            )
            .answer::<LeftoversView>(200, "They, and the policy"),
        Endpoint::put(all, "setLeftoverPolicy", run!(set))
            .about(
                "Set what becomes of who is left over",
                "`deactivate` takes effect when the first cycle of a connection is done, or its next one; the mass-change \
                 guard holds it from the app when it is many.",
            )
            .admin()
            .body::<LeftoverPolicySet>()
            .empty("It is set"),
        Endpoint::put(protection, "protectLearner", run!(protect))
            .about(
                "Protect a learner",
                "Provisioning neither deactivates nor removes a protected learner: such a request is refused and explained in \
                 the log.",
            )
            .admin()
            .empty("The learner is protected"),
        Endpoint::delete(protection, "unprotectLearner", run!(unprotect))
            .about("End a learner's protection", "")
            .admin()
            .empty("The learner is not protected"),
    ]
}

/// What becomes of learners whom the first cycle did not bring.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LeftoverPolicy {
    Keep,
    List,
    Deactivate,
}

/// The policy to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LeftoverPolicySet {
    /// `keep` and `list` leave everybody as they are.
    policy: LeftoverPolicy,
}

/// A learner whom no connection manages.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Leftover)]
struct LeftoverView {
    /// SCIM id.
    id: String,
    /// User name.
    user_name: String,
    /// Active or not.
    active: bool,
    /// Whether the policy leaves this one alone.
    protected: bool,
}

/// Who was left over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Leftovers)]
struct LeftoversView {
    /// What becomes of them.
    policy: LeftoverPolicy,
    /// How many there are.
    total: u64,
    /// The first of them.
    items: Vec<LeftoverView>,
}

async fn show(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let policy = call.service().setup_policy(&op).await?;
    let found = call.service().leftovers(&op, LISTED).await?;
    let items = found.rows.into_iter().map(|row| LeftoverView {
        id: row.id.to_string(),
        user_name: row.user_name,
        active: row.active,
        protected: row.protected,
    });
    let policy = match policy.leftovers {
        Policy::Keep => LeftoverPolicy::Keep,
        Policy::List => LeftoverPolicy::List,
        Policy::Deactivate => LeftoverPolicy::Deactivate,
    };
    Reply::json(&LeftoversView { policy, total: found.total, items: items.collect() })
}

async fn set(call: Call) -> Outcome<Reply> {
    let body: LeftoverPolicySet = call.json()?;
    let op = call.operator().await?;
    let policy = match body.policy {
        LeftoverPolicy::Keep => Policy::Keep,
        LeftoverPolicy::List => Policy::List,
        LeftoverPolicy::Deactivate => Policy::Deactivate,
    };
    call.service().leftovers_set(&op, policy).await?;
    Ok(Reply::empty())
}

async fn protect(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    call.service().learner_protect(&op, call.param("learner"), true).await?;
    Ok(Reply::empty())
}

async fn unprotect(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    call.service().learner_protect(&op, call.param("learner"), false).await?;
    Ok(Reply::empty())
}
