//! `POST …/jobs/{id}/provisionOnDemand` (entra.md §4.9, §4.13).

use serde_json::{Value as Json, json};

use super::{Face, GraphFault, schema};
use crate::job::OnDemand;
use crate::log::{Entry, Names, Status};
use crate::model::Kind;

impl Face {
    /// Provisions one person, or one group with at most five of its members. The answer is a pair of two texts that hold
    /// JSON: what came of it, and what was done, in Graph's words; `steps` in it are the five that the portal shows, which
    /// Graph does not tell.
    ///
    /// # Errors
    /// 404 for a job or an object that is not there; 400 for a body that asks for something else; 429 beyond five
    /// requests in ten seconds.
    pub async fn provision_on_demand(
        &self,
        principal: &str,
        id: &str,
        body: &Json,
    ) -> Result<Json, GraphFault> {
        let Some([parameters]) = body["parameters"].as_array().map(Vec::as_slice) else {
            return Err(GraphFault::bad_request("parameters must hold one rule with its subjects."));
        };
        let put = self.saved().app(principal)?.job(id)?.schema.clone();
        if !schema::has_rule(put, parameters["ruleId"].as_str().unwrap_or_default()) {
            return Err(GraphFault::bad_request(
                "ruleId must be the id of one of the synchronizationRules in the job's schema.",
            ));
        }
        let Some([subject]) = parameters["subjects"].as_array().map(Vec::as_slice) else {
            return Err(GraphFault::bad_request(
                "subjects must hold one object: a user, or a group with its members.",
            ));
        };
        let object = subject["objectId"].as_str();
        let object = object.ok_or_else(|| GraphFault::bad_request("objectId is missing in the subject."))?;
        let kind = match subject["objectTypeName"].as_str() {
            Some(name) if name.eq_ignore_ascii_case("User") => Kind::User,
            Some(name) if name.eq_ignore_ascii_case("Group") => Kind::Group,
            _ => return Err(GraphFault::bad_request("objectTypeName must be User or Group.")),
        };
        let members = members(&subject["links"]["members"])?;
        let job = self.job(principal, id).await?;
        let done = job.on_demand(kind, object, &members).await?;
        let (key, value) = told(&done, job.names());
        Ok(json!({
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.stringKeyStringValuePair",
            "key": key.to_string(), "value": value.to_string()}))
    }
}

fn members(links: &Json) -> Result<Vec<String>, GraphFault> {
    let wrong = || GraphFault::bad_request("links.members must be a list of objects with objectId.");
    match links {
        Json::Null => Ok(Vec::new()),
        Json::Array(list) => {
            let id = |member: &Json| member["objectId"].as_str().map(str::to_owned);
            list.iter().map(|member| id(member).ok_or_else(wrong)).collect()
        }
        _ => Err(wrong()),
    }
}

/// The two texts.
fn told(done: &OnDemand, names: &Names) -> (Json, Json) {
    let steps: Vec<Json> = done
        .steps
        .iter()
        .map(|step| {
            json!({"name": step.name, "status": capital(step.status.word()), "description": step.description,
                "details": step.details})
        })
        .collect();
    let failed = done.steps.iter().find(|step| step.status == Status::Failure);
    let Some(entry) = done.entries.first() else {
        let details = failed.map_or_else(
            || json!({}),
            |step| json!({"errorCode": step.details["errorCode"], "errorMessage": step.description}),
        );
        let result = if failed.is_some() { "Failure" } else { "Skipped" };
        return (
            json!({"result": result, "details": details}),
            json!({"provisioningSteps": [], "steps": steps}),
        );
    };
    let worst = if failed.is_some() { Status::Failure } else { entry.status };
    (json!({"result": capital(worst.word()), "details": why(entry)}), value(done, entry, names, steps))
}

/// Why nothing, or not everything, was done.
fn why(entry: &Entry) -> Json {
    match (&entry.error, &entry.skip) {
        (Some(error), _) => json!({"errorCode": error.code, "errorMessage": error.reason}),
        (None, Some(skip)) => json!({"errorCode": skip.reason.word(), "errorMessage": skip.text}),
        (None, None) => json!({}),
    }
}

fn value(done: &OnDemand, entry: &Entry, names: &Names, steps: Vec<Json>) -> Json {
    let summary = entry.summary(names);
    let end = base::Timestamp::from_micros(entry.at);
    let began = end.minus(std::time::Duration::from_millis(entry.millis));
    let taken: Vec<Json> = done
        .entries
        .iter()
        .flat_map(|entry| {
            let summary = entry.summary(names);
            summary["provisioningSteps"].as_array().cloned().unwrap_or_default()
        })
        .map(|step| {
            json!({"name": step["name"], "type": capital(step["provisioningStepType"].as_str().unwrap_or_default()),
                "status": capital(step["status"].as_str().unwrap_or_default()),
                "description": step["description"], "timestamp": end.to_string(), "details": step["details"]})
        })
        .collect();
    let error = &summary["provisioningStatusInfo"]["errorInformation"];
    let identity = |identity: &Json| {
        json!({"id": identity["id"], "type": identity["identityType"], "displayName": identity["displayName"],
            "details": null})
    };
    let system = |system: &Json| json!({"id": system["id"], "name": system["displayName"], "details": null});
    json!({
        "action": capital(entry.action.word()),
        "changeId": entry.change,
        "endTime": end.to_string(),
        "modifiedProperties": summary["modifiedProperties"],
        "provisioningSteps": taken,
        "reportableIdentifier": entry.source.name,
        "startTime": began.to_string(),
        "statusInfo": {"status": capital(entry.status.word()), "errorCode": error["errorCode"],
            "reason": error["reason"], "additionalDetails": error["additionalDetails"],
            "errorCategory": error["errorCategory"], "recommendedAction": error["recommendedAction"]},
        "sourceIdentity": identity(&summary["sourceIdentity"]),
        "sourceSystem": system(&summary["sourceSystem"]),
        "targetIdentity": identity(&summary["targetIdentity"]),
        "targetSystem": system(&summary["targetSystem"]),
        "steps": steps,
    })
}

/// A word as this answer writes it: the log's with a capital.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
