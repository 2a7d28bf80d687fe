//! `/api/v1/tenants/{tenant}/profile`: what the app gets of a learner, and how it is made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::Profile;
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = "/api/v1/tenants/{tenant}/profile";
    vec![
        Endpoint::get(one, "getProfileSettings", run!(show))
            .about("Show the profile's mapping and rules", "What they do not name is as built in.")
            .answer::<ProfileSettings>(200, "The settings")
            .tagged(),
        Endpoint::put(one, "setProfileSettings", run!(set))
            .about(
                "Set the profile's mapping and rules",
                "They hold from now on; learners who do not change are told of when they next do, or in a snapshot. Who \
                 joins or leaves a group is told by `membership.*`; the learner's roles are then to be read. `{}` \
                 goes back to what is built in.",
            )
            .admin()
            .conditional()
            .body::<ProfileSettings>()
            .answer::<ProfileSettings>(200, "The settings")
            .tagged(),
        Endpoint::post("/api/v1/tenants/{tenant}/profile/preview", "previewProfile", run!(preview))
            .about("Try a mapping on a learner", "Nothing is changed.")
            .body::<PreviewRequest>()
            .answer::<Preview>(200, "The profile as it is and as it would be"),
    ]
}

/// A learner as the app sees one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Profile)]
pub(super) struct ProfileView {
    /// The name that the person signs in with.
    user_name: String,
    /// Whether the person may use the app.
    active: bool,
    /// Address.
    #[schema(required)]
    email: Option<String>,
    /// Name to show.
    #[schema(required)]
    display_name: Option<String>,
    /// First name.
    #[schema(required)]
    given_name: Option<String>,
    /// Last name.
    #[schema(required)]
    family_name: Option<String>,
    /// Language and region.
    #[schema(required)]
    locale: Option<String>,
    /// Department.
    #[schema(required)]
    department: Option<String>,
    /// Job title.
    #[schema(required)]
    title: Option<String>,
    /// Employee number.
    #[schema(required)]
    employee_number: Option<String>,
    /// The manager.
    #[schema(required)]
    manager: Option<Manager>,
    /// Roles.
    roles: Vec<String>,
    /// What the tenant adds.
    #[schema(value_type = Object)]
    custom: Map<String, Value>,
}

/// Somebody's manager.
#[derive(Debug, Serialize, ToSchema)]
struct Manager {
    /// The manager's SCIM id.
    id: String,
    /// The manager's address, when the manager is a learner that has one.
    #[schema(required)]
    email: Option<String>,
}

impl ProfileView {
    pub(super) fn of(profile: Profile) -> Self {
        Self {
            user_name: profile.user_name,
            active: profile.active,
            email: profile.email,
            display_name: profile.display_name,
            given_name: profile.given_name,
            family_name: profile.family_name,
            locale: profile.locale,
            department: profile.department,
            title: profile.title,
            employee_number: profile.employee_number,
            manager: profile.manager.map(|m| Manager { id: m.id, email: m.email }),
            roles: profile.roles,
            custom: profile.custom,
        }
    }
}

/// How profiles are made.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ProfileSettings {
    /// Where a field comes from.
    fields: Fields,
    /// Keys of the tenant's own under `custom`, each with SCIM paths of which the first that has a value counts. Without
    /// it, `custom` holds what the tenant's schemas add, by URN.
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<BTreeMap<String, Vec<String>>>,
    /// What makes the roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Roles>,
}

/// Where the fields come from: SCIM paths, of which the first that has a value counts. An empty list leaves the field out;
/// a field that is not named is as built in.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = ProfileFields)]
struct Fields {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    employee_number: Option<Vec<String>>,
    /// Paths of the manager's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    manager: Option<Vec<String>>,
}

/// What makes a learner's roles.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = ProfileRoles)]
struct Roles {
    /// Paths whose values are app roles; `roles.value` unless said.
    from: Vec<String>,
    /// Rules; each that fits gives its role.
    rules: Vec<Rule>,
    /// Whether app roles that no rule translates become roles as they are.
    #[schema(default = true)]
    keep_unmapped: bool,
}

impl Default for Roles {
    fn default() -> Self {
        Self { from: vec!["roles.value".to_owned()], rules: Vec::new(), keep_unmapped: true }
    }
}

/// Who gets a role: members of a group, or holders of an app role. One of both.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ProfileRoleRule)]
struct Rule {
    /// Name or id of the group; members of groups in it count too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// The app role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_role: Option<String>,
    /// The role.
    role: String,
}

/// What to try, and on whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProfilePreviewRequest)]
struct PreviewRequest {
    /// Id or user name of the learner.
    learner: String,
    /// The settings to try.
    settings: ProfileSettings,
}

/// A profile as it is and as it would be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfilePreview)]
struct Preview {
    /// By the tenant's settings.
    present: ProfileView,
    /// By the settings that are tried.
    preview: ProfileView,
}

/// From one form into the other: both are read and written alike.
fn alike<T: serde::de::DeserializeOwned>(value: &impl Serialize) -> Outcome<T> {
    serde_json::to_value(value)
        .and_then(serde_json::from_value)
        .map_err(|error| Problem::new(Code::Internal, format!("The settings cannot be shown: {error}.")))
}

async fn answer(call: &Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let settings: ProfileSettings = alike(&call.service().profile_settings(&op).await?)?;
    Ok(Reply::json(&settings)?.etag(op.tenant.tenant.revision))
}

async fn show(call: Call) -> Outcome<Reply> {
    answer(&call).await
}

async fn set(call: Call) -> Outcome<Reply> {
    let body: ProfileSettings = call.json()?;
    let op = call.operator().await?;
    call.service().profile_set(&op, &alike(&body)?, call.if_match()?).await?;
    answer(&call).await
}

async fn preview(call: Call) -> Outcome<Reply> {
    let body: PreviewRequest = call.json()?;
    let op = call.operator().await?;
    let found = call.service().profile_preview(&op, &alike(&body.settings)?, &body.learner).await?;
    Reply::json(&Preview { present: ProfileView::of(found.present), preview: ProfileView::of(found.preview) })
}
