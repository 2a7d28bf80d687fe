//! `/api/v1/tenants/{tenant}/learners…`: making and changing learners.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::LearnerAct;
use utoipa::ToSchema;

use super::learner::{Learner, read};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = "/api/v1/tenants/{tenant}/learners/{learner}";
    vec![
        Endpoint::post("/api/v1/tenants/{tenant}/learners", "createLearner", run!(create))
            .about(
                "Create a learner",
                "From a SCIM User. No connection owns it; an identity provider that comes later adopts it.",
            )
            .body::<ScimUser>()
            .answer::<Learner>(201, "The learner")
            .tagged(),
        Endpoint::patch(one, "updateLearner", run!(update))
            .about(
                "Change a learner",
                "A merge patch (RFC 7396) of the SCIM resource; lists are replaced as a whole. What a connection maps \
                 cannot be changed unless it is forced.",
            )
            .conditional()
            .query::<Force>()
            .body::<ScimUser>()
            .answer::<Learner>(200, "The learner")
            .tagged(),
        Endpoint::delete(one, "removeLearner", run!(remove))
            .about("Remove a learner", "It can be restored under the same id until its content is purged.")
            .conditional()
            .query::<Force>()
            .empty("It is removed"),
        Endpoint::post("/api/v1/tenants/{tenant}/learners/{learner}/deactivate", "deactivateLearner", run!(lock))
            .about("Lock a learner out", "")
            .conditional()
            .query::<Force>()
            .answer::<Learner>(200, "The learner")
            .tagged(),
        Endpoint::post("/api/v1/tenants/{tenant}/learners/{learner}/reactivate", "reactivateLearner", run!(unlock))
            .about("Let a learner in again", "")
            .conditional()
            .query::<Force>()
            .answer::<Learner>(200, "The learner")
            .tagged(),
        Endpoint::post("/api/v1/tenants/{tenant}/learners/{learner}/restore", "restoreLearner", run!(restore))
            .about("Restore a removed learner", "Under the same id, with its memberships in groups that still exist.")
            .answer::<Learner>(200, "The learner")
            .tagged(),
        Endpoint::post("/api/v1/tenants/{tenant}/learners/{learner}/merge", "mergeLearner", run!(merge))
            .about(
                "Merge another learner into this one",
                "For two learners who are one person. This one takes over group memberships and the `externalId` of \
                 connections that gave it none; the other is removed. The app gets `learner.merged` with both ids.",
            )
            .conditional()
            .body::<Merge>()
            .answer::<MergeResult>(200, "What was done")
            .tagged(),
    ]
}

/// A SCIM User (RFC 7643 §4.1), with extensions by URN. `schemas` may be left out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
struct ScimUser(Map<String, Value>);

/// Whether to do it although a connection manages the learner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Force {
    /// Change also what an identity provider manages; it holds until the provider sends it again.
    #[serde(default)]
    #[schema(default = false)]
    force: bool,
}

/// Who is to be merged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// Id or user name of the learner who is removed.
    from: String,
    /// Merge also one that an identity provider manages.
    #[serde(default)]
    #[schema(default = false)]
    force: bool,
}

/// What a merge did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MergeResult {
    /// The learner who stays.
    learner: Learner,
    /// Id of the learner who was removed.
    removed: String,
    /// Ids of the groups that the learner who stays joined.
    joined: Vec<String>,
}

async fn answer(call: &Call, which: &str) -> Outcome<Reply> {
    let learner = read(call, which).await?;
    Ok(Reply::json(&learner)?.etag(learner.version()))
}

async fn create(call: Call) -> Outcome<Reply> {
    let ScimUser(resource) = call.json()?;
    let op = call.operator().await?;
    let id = call.service().learner_create(&op, &resource).await.map_err(|e| in_body(e, &resource))?;
    let learner = read(&call, &id.to_string()).await?;
    let location = format!("/api/v1/tenants/{}/learners/{}", op.tenant.tenant.name, learner.id());
    Ok(Reply::created(&learner)?.etag(learner.version()).header("location", location))
}

async fn update(call: Call) -> Outcome<Reply> {
    let ScimUser(patch) = call.json()?;
    let Force { force } = call.query()?;
    let op = call.operator().await?;
    let expected = call.if_match()?;
    // The user name may be what is changed, so the id tells who it was.
    let before = read(&call, call.param("learner")).await?;
    call.service()
        .learner_change(&op, before.id(), &patch, force, expected)
        .await
        .map_err(|e| in_body(e, &patch))?;
    answer(&call, before.id()).await
}

/// What is not acceptable stood in the body.
fn in_body(error: service::ServiceError, body: &Map<String, Value>) -> Problem {
    if error.code != service::Code::Invalid {
        return error.into();
    }
    let mut problem = Problem::new(Code::InvalidBody, error.message.clone());
    if let Some(hint) = error.hint {
        problem = problem.hint(hint);
    }
    match error.path {
        // An extension as a whole is named by its URN.
        Some(path) if body.contains_key(&path) => problem.at(format!("/{path}"), error.message),
        Some(path) => problem.at(pointer(&path), error.message),
        None => problem,
    }
}

/// A SCIM path as a JSON pointer: `name.givenName` is `/name/givenName`, `urn:…:User:title` is `/urn:…:User/title`.
fn pointer(path: &str) -> String {
    let (container, rest) = match path.rsplit_once(':') {
        Some((container, rest)) => (format!("/{container}"), rest),
        None => (String::new(), path),
    };
    // A filter selects an element whose place is not known.
    let plain = rest.split('[').next().unwrap_or(rest);
    format!("{container}/{}", plain.replace('~', "~0").replace('/', "~1").replace('.', "/"))
}

async fn remove(call: Call) -> Outcome<Reply> {
    let Force { force } = call.query()?;
    let op = call.operator().await?;
    let expected = call.if_match()?;
    call.service().learner_act(&op, call.param("learner"), LearnerAct::Remove, force, expected).await?;
    Ok(Reply::empty())
}

async fn lock(call: Call) -> Outcome<Reply> {
    turn(call, LearnerAct::Deactivate).await
}

async fn unlock(call: Call) -> Outcome<Reply> {
    turn(call, LearnerAct::Reactivate).await
}

async fn turn(call: Call, act: LearnerAct) -> Outcome<Reply> {
    let Force { force } = call.query()?;
    let op = call.operator().await?;
    call.service().learner_act(&op, call.param("learner"), act, force, call.if_match()?).await?;
    answer(&call, call.param("learner")).await
}

async fn restore(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let Ok(id) = call.param("learner").parse() else {
        return Err(Problem::new(Code::NotFound, "A removed learner is restored by its id.")
            .hint("/removed-learners lists them"));
    };
    call.service().learner_restore(&op, id).await?;
    answer(&call, call.param("learner")).await
}

async fn merge(call: Call) -> Outcome<Reply> {
    let body: Merge = call.json()?;
    let op = call.operator().await?;
    let expected = call.if_match()?;
    let done =
        call.service().learner_merge(&op, call.param("learner"), &body.from, body.force, expected).await?;
    let learner = read(&call, &done.into.to_string()).await?;
    let version = learner.version();
    let result = MergeResult {
        learner,
        removed: done.from.to_string(),
        joined: done.groups.iter().map(ToString::to_string).collect(),
    };
    Ok(Reply::json(&result)?.etag(version))
}

#[cfg(test)]
mod tests {
    use super::pointer;

    #[test]
    fn a_scim_path_is_a_place_in_the_body() {
        assert_eq!(pointer("userName"), "/userName");
        assert_eq!(pointer("name.givenName"), "/name/givenName");
        assert_eq!(pointer("emails[type eq \"work\"].value"), "/emails");
        assert_eq!(pointer("urn:x:2.0:User:manager.value"), "/urn:x:2.0:User/manager/value");
    }
}
