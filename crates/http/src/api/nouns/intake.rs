//! `/api/v1/tenants/{tenant}/intake`: whose people a tenant takes in, and which of their attributes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = "/api/v1/tenants/{tenant}/intake";
    vec![
        Endpoint::get(one, "getIntakeSettings", run!(show))
            .about("Show what is taken in", "Without settings, everybody and everything is.")
            .answer::<IntakeSettings>(200, "The settings")
            .tagged(),
        Endpoint::put(one, "setIntakeSettings", run!(set))
            .about(
                "Set what is taken in",
                "The rules hold for whoever writes from now on. A learner who has a name or address of another domain \
                 already keeps it; what is there of an attribute that is no longer stored is taken out in the background, and \
                 told by `learner.updated` without the value. `{}` takes everything in again.",
            )
            .admin()
            .conditional()
            .body::<IntakeSettings>()
            .answer::<IntakeSettings>(200, "The settings")
            .tagged(),
    ]
}

/// What is taken in.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct IntakeSettings {
    /// Domains that user names and e-mail addresses may have: `example.com`, or `*.example.com` for every domain below it.
    /// Empty allows any.
    allowed_domains: Vec<String>,
    /// SCIM paths of attributes that are dropped from whatever is sent: `phoneNumbers`, `name.middleName`.
    never_stored: Vec<String>,
}

async fn answer(call: &Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let service::IntakeSettings { allowed_domains, never_stored } =
        call.service().intake_settings(&op).await?;
    Ok(Reply::json(&IntakeSettings { allowed_domains, never_stored })?.etag(op.tenant.tenant.revision))
}

async fn show(call: Call) -> Outcome<Reply> {
    answer(&call).await
}

async fn set(call: Call) -> Outcome<Reply> {
    let IntakeSettings { allowed_domains, never_stored } = call.json()?;
    let op = call.operator().await?;
    let settings = service::IntakeSettings { allowed_domains, never_stored };
    call.service().intake_set(&op, &settings, call.if_match()?).await?;
    answer(&call).await
}
