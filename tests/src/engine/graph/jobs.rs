//! Jobs through the face: started, paused, restarted, asked on demand, gone on with.

use std::time::Duration;

use serde_json::{Value as Json, json};
use testkit::Caller;

use super::{GUID, Graph, directory};
use crate::engine::world::{people, person};

const OFTEN: Duration = Duration::from_millis(150);

// entra.md §4.13
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_comes_in_without_the_token() {
    let graph = Graph::new(directory()).await;
    for token in [None, Some("wrong"), Some("")] {
        let caller = Caller::at(graph.address, token);
        for path in ["//v1.0/servicePrincipals", "//v1.0/nowhere", "//"] {
            let reply = caller.get(path).await.expect(401);
            assert_eq!(reply.json["error"]["code"], "InvalidAuthenticationToken");
            assert!(reply.json["error"]["innerError"]["request-id"].is_string(), "{}", reply.text);
        }
    }
    graph.caller.get("//v1.0/nowhere").await.expect(404);
    graph.caller.get("//beta/servicePrincipals").await.expect(200);
    let patch = graph.caller.patch("//v1.0/servicePrincipals", &json!({})).await.expect(405);
    assert!(patch.json["error"]["message"].is_string());
    let path = format!("//v1.0/servicePrincipals/{GUID}/synchronization/jobs");
    let body = graph.caller.send("POST", &path, Some("{")).await.expect(400);
    assert_eq!(body.json["error"]["code"], "BadRequest");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_are_validated_by_asking_the_target() {
    let graph = Graph::new(directory()).await;
    let (principal, job) = graph.configured().await;
    let given =
        |token: &str| json!({"useSavedCredentials": false, "credentials": graph.secrets(token)["value"]});
    for path in [
        format!("{job}/validateCredentials"),
        format!("{principal}/synchronization/jobs/validateCredentials"),
    ] {
        graph.caller.post(&path, &given(graph.entra.token())).await.expect(204);
        graph.caller.post(&path, &json!({"useSavedCredentials": true})).await.expect(204);
        let fault = graph.caller.post(&path, &given("pvt_wrong")).await.expect(400).json;
        assert_eq!(fault["error"]["code"], "CredentialValidationUnavailable", "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_provisioned_until_somebody_is_assigned() {
    let graph = Graph::with(directory(), None, OFTEN).await;
    let (principal, job) = graph.configured().await;
    graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
    let status = graph.next_cycle(&job, &Json::Null).await;
    assert_eq!(graph.people().await, Vec::<String>::new());
    graph.assign(&principal, &["cid", "g-Pilot"]).await;
    let status = graph.next_cycle(&job, &status["lastExecution"]).await;
    graph.next_cycle(&job, &status["lastExecution"]).await;
    assert_eq!(graph.people().await, ["ann@x.example", "bob@x.example", "cid@x.example"]);
    let assigned = graph.caller.get(&format!("{principal}/appRoleAssignedTo")).await.expect(200).json;
    let cid = assigned["value"].as_array().unwrap().iter().find(|a| a["principalId"] == "cid").unwrap();
    let path = format!("{principal}/appRoleAssignedTo/{}", cid["id"].as_str().unwrap());
    graph.caller.delete(&path).await.expect(204);
    let status = graph.status(&job).await;
    let status = graph.next_cycle(&job, &status["lastExecution"]).await;
    graph.next_cycle(&job, &status["lastExecution"]).await;
    let cid = graph.entra.filter("/Users", "userName eq \"cid@x.example\"").await.expect(200);
    assert_eq!(cid.resources()[0]["active"], false, "who is unassigned is disabled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_job_waits_and_a_started_one_goes_on() {
    let graph = Graph::with(people(&["ann"]), None, OFTEN).await;
    let (principal, job) = graph.configured().await;
    assert_eq!(graph.status(&job).await["code"], "Paused");
    graph.assign(&principal, &["ann"]).await;
    graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
    let first = graph.next_cycle(&job, &Json::Null).await;
    assert_eq!(first["code"], "Active");
    // A second start of a job that runs is nothing.
    graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
    graph.caller.send("POST", &format!("{job}/pause"), None).await.expect(204);
    let paused = graph.status(&job).await;
    assert_eq!(paused["code"], "Paused");
    graph.source.document()["users"].as_array_mut().unwrap().push(person("bob"));
    graph.assign(&principal, &["bob"]).await;
    tokio::time::sleep(OFTEN * 4).await;
    assert_eq!(graph.status(&job).await["lastExecution"], paused["lastExecution"]);
    assert_eq!(graph.people().await, ["ann@x.example"]);
    graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
    graph.next_cycle(&job, &paused["lastExecution"]).await;
    assert_eq!(graph.people().await, ["ann@x.example", "bob@x.example"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pausing_in_the_middle_of_a_cycle_loses_and_doubles_nobody() {
    let ids: Vec<String> = (0..300).map(|n| format!("p{n:03}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut document = people(&ids);
    document["appRoleAssignedTo"] =
        ids.iter().map(|id| json!({"principalId": id, "appRoleId": "r"})).collect();
    let graph = Graph::new(document).await;
    let (_, job) = graph.configured().await;
    for _ in 0..6 {
        graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
        tokio::time::sleep(Duration::from_millis(60)).await;
        graph.caller.send("POST", &format!("{job}/pause"), None).await.expect(204);
        let there = graph.people().await.len();
        tokio::time::sleep(Duration::from_millis(80)).await;
        assert_eq!(graph.people().await.len(), there, "nothing is sent after the pause was answered");
    }
    let last = graph.status(&job).await["lastExecution"].clone();
    graph.caller.send("POST", &format!("{job}/restart"), Some("{}")).await.expect(204);
    let status = graph.next_cycle(&job, &last).await;
    assert_eq!(status["lastExecution"]["state"], "Succeeded", "{status}");
    assert_eq!(graph.people().await.len(), 300);
}

// entra.md §4.10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_goes_over_everything_and_ends_a_quarantine() {
    let graph = Graph::new(directory()).await;
    let (principal, job) = graph.configured().await;
    graph.assign(&principal, &["ann"]).await;
    let secrets = format!("{principal}/synchronization/secrets");
    graph.caller.put(&secrets, &graph.secrets("pvt_wrong")).await.expect(204);
    graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
    let bad = graph.next_cycle(&job, &Json::Null).await;
    assert_eq!(bad["code"], "Quarantine", "{bad}");
    assert_eq!(bad["quarantine"]["reason"], "EncounteredQuarantineException");
    graph.caller.put(&secrets, &graph.secrets(graph.entra.token())).await.expect(204);
    for (body, status) in [
        (json!({"criteria": {"resetScope": "Nonsense"}}), 400),
        (json!({"criteria": {"resetScope": "Full"}}), 204),
    ] {
        graph.caller.post(&format!("{job}/restart"), &body).await.expect(status);
    }
    let good = graph.next_cycle(&job, &bad["lastExecution"]).await;
    assert_eq!((good["code"].as_str(), &good["quarantine"]), (Some("Active"), &Json::Null), "{good}");
    assert_eq!(graph.people().await, ["ann@x.example"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_target_needs_another_job() {
    let graph = Graph::new(directory()).await;
    let (principal, job) = graph.configured().await;
    graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
    graph.next_cycle(&job, &Json::Null).await;
    let mut other = graph.secrets(graph.entra.token());
    other["value"][0]["value"] = "http://127.0.0.1:9/scim".into();
    let secrets = format!("{principal}/synchronization/secrets");
    let fault = graph.caller.put(&secrets, &other).await.expect(400).json;
    assert!(fault["error"]["message"].as_str().unwrap().contains("Delete the job"), "{fault}");
    graph.caller.delete(&job).await.expect(204);
    graph.caller.get(&job).await.expect(404);
    graph.caller.put(&secrets, &other).await.expect(204);
    graph.caller.delete(&principal).await.expect(204);
    graph.caller.get(&principal).await.expect(404);
}

// entra.md §4.9
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_demand_shows_five_steps() {
    let graph = Graph::new(directory()).await;
    let (principal, job) = graph.configured().await;
    graph.assign(&principal, &["ann", "g-Pilot"]).await;
    let schema = graph.caller.get(&format!("{job}/schema")).await.expect(200).json;
    let ask = |subject: Json| json!({"parameters": [{"ruleId": schema["synchronizationRules"][0]["id"], "subjects": [subject]}]});
    let path = format!("{job}/provisionOnDemand");
    let user = ask(json!({"objectId": "ann", "objectTypeName": "User"}));
    let pair = graph.caller.post(&path, &user).await.expect(200).json;
    let inner = |name: &str| serde_json::from_str::<Json>(pair[name].as_str().unwrap()).unwrap();
    assert_eq!(inner("key"), json!({"result": "Success", "details": {}}));
    let value = inner("value");
    let names = |list: &Json, name: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|step| step[name].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        names(&value["steps"], "name"),
        ["Test connection", "Import", "Determine scope", "Match", "Perform action"]
    );
    assert_eq!(names(&value["provisioningSteps"], "type"), ["Import", "Scoping", "Matching", "Export"]);
    assert_eq!(value["action"], "Create");
    assert_eq!(graph.people().await, ["ann@x.example"]);

    let again = graph.caller.post(&path, &user).await.expect(200).json;
    let key: Json = serde_json::from_str(again["key"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&key["result"], &key["details"]["errorCode"]),
        (&json!("Skipped"), &json!("RedundantExport"))
    );

    let members = json!({"members": [{"objectId": "ann", "objectTypeName": "User"}]});
    let group = ask(json!({"objectId": "g-Pilot", "objectTypeName": "Group", "links": members}));
    graph.caller.post(&path, &group).await.expect(200);
    assert_eq!(graph.groups().await, ["Pilot"]);
    let unknown = ask(json!({"objectId": "nobody", "objectTypeName": "User"}));
    graph.caller.post(&path, &unknown).await.expect(404);
    graph.caller.post(&path, &unknown).await.expect(404);
    let sixth = graph.caller.post(&path, &user).await.expect(429);
    assert_eq!(sixth.json["error"]["code"], "TooManyRequests");
    assert_eq!(sixth.header("retry-after"), Some("10"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_face_that_begins_again_goes_on_with_its_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let mut graph = Graph::with(people(&["ann"]), Some(folder.path()), OFTEN).await;
    let (principal, job) = graph.configured().await;
    graph.assign(&principal, &["ann"]).await;
    graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
    graph.next_cycle(&job, &Json::Null).await;
    graph.begin_again(folder.path(), OFTEN).await;
    let status = graph.status(&job).await;
    graph.source.document()["users"].as_array_mut().unwrap().push(person("bob"));
    graph.assign(&principal, &["bob"]).await;
    let status = graph.next_cycle(&job, &status["lastExecution"]).await;
    graph.next_cycle(&job, &status["lastExecution"]).await;
    assert_eq!(graph.people().await, ["ann@x.example", "bob@x.example"]);
    graph.caller.send("POST", &format!("{job}/pause"), None).await.expect(204);
    graph.begin_again(folder.path(), OFTEN).await;
    assert_eq!(graph.status(&job).await["code"], "Paused", "what was paused stays so");
}
