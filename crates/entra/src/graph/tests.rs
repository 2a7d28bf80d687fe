//! The face without anything behind it: what is made, kept, shown and refused.

use std::sync::Arc;

use base::{ManualClock, SeededEntropy, Timestamp};
use serde_json::json;

use super::*;
use crate::job::VirtualTime;
use crate::model::Kind;
use crate::source::Organisation;
use crate::testing::{Listener, Reply};

const SETTINGS: &str = r#"{"Enabled":false,"DeleteThresholdEnabled":true,"DeleteThresholdValue":7}"#;

fn directory() -> Arc<Organisation> {
    Arc::new(Organisation::new(json!({
        "users": [
            {"id": "u1", "userPrincipalName": "ann@x.example", "displayName": "Ann", "mail": "ann@x.example"},
            {"id": "u2", "userPrincipalName": "bob@x.example", "displayName": "Bob"},
            {"id": "u3", "userPrincipalName": "gone@x.example", "displayName": "Gone", "deletedDateTime": "2025-12-01T00:00:00Z"},
        ],
        "groups": [{"id": "g1", "displayName": "People's choice", "members": [{"id": "u2"}]}],
    })))
}

fn face_in(folder: Option<&std::path::Path>) -> Face {
    try_face_in(folder).unwrap()
}

fn try_face_in(folder: Option<&std::path::Path>) -> Result<Face, GraphFault> {
    let clock = ManualClock::new(Timestamp::from_micros(1_767_225_600_000_000));
    Face::open(FaceOptions {
        source: directory(),
        folder: folder.map(std::path::Path::to_owned),
        dialect: Dialect::EntraDefault,
        switches: None,
        rate: None,
        rules: Rules::default(),
        env: Env::new(Arc::new(clock.clone()), Arc::new(SeededEntropy::new(5))),
        sleeper: Arc::new(VirtualTime::new(clock)),
        observer: None,
    })
}

fn face() -> Face {
    face_in(None)
}

/// An application with a job.
async fn set_up(face: &Face) -> (String, String) {
    let made = face.instantiate(APPLICATION_TEMPLATE, &json!({"displayName": "Learning"})).unwrap();
    let principal = made["servicePrincipal"]["id"].as_str().unwrap().to_owned();
    let job = face.create_job(&principal, &json!({"templateId": "scim"})).await.unwrap();
    (principal, job["id"].as_str().unwrap().to_owned())
}

fn secrets(url: &str) -> serde_json::Value {
    json!({"value": [
        {"key": "BaseAddress", "value": url}, {"key": "SecretToken", "value": "pvt_very_secret"},
        {"key": "SyncAll", "value": "false"}, {"key": "SyncNotificationSettings", "value": SETTINGS},
    ]})
}

#[tokio::test]
async fn an_application_its_principal_and_a_job_have_graphs_shapes() {
    let face = face();
    let made = face.instantiate(APPLICATION_TEMPLATE, &json!({"displayName": "Learning"})).unwrap();
    insta::assert_snapshot!("instantiated", format!("{:#}", made));
    let principal = made["servicePrincipal"]["id"].as_str().unwrap();
    insta::assert_snapshot!("templates", format!("{:#}", face.templates(principal).unwrap()));
    let job = face.create_job(principal, &json!({"templateId": "scim"})).await.unwrap();
    insta::assert_snapshot!("job-not-configured", format!("{:#}", job));
    let query = |filter: &str| ListQuery { filter: Some(filter.to_owned()), top: None };
    assert_eq!(face.principals(&query("displayName eq 'learning'")).unwrap()["value"][0]["id"], *principal);
    assert_eq!(face.principals(&query("displayName eq 'other'")).unwrap()["value"], json!([]));
    face.put_secrets(principal, &secrets("https://learn.example/scim")).await.unwrap();
    insta::assert_snapshot!("job-configured", format!("{:#}", face.jobs(principal).await.unwrap()));
}

#[tokio::test]
async fn what_is_not_there_or_not_understood_is_refused_in_graphs_words() {
    let face = face();
    let (principal, job) = set_up(&face).await;
    let other = face.instantiate("00000000-0000-0000-0000-000000000001", &json!({"displayName": "x"}));
    assert_eq!(other.unwrap_err().status, 404);
    assert_eq!(face.instantiate(APPLICATION_TEMPLATE, &json!({})).unwrap_err().code, "Request_BadRequest");
    assert_eq!(face.principal("nobody").unwrap_err().status, 404);
    assert_eq!(face.job_status(&principal, "../..").await.unwrap_err().status, 404);
    let template = face.create_job(&principal, &json!({"templateId": "customappsso"})).await;
    assert_eq!(template.unwrap_err().status, 400);
    let start = face.start(&principal, &job).await.unwrap_err();
    assert_eq!(start.status, 400);
    assert!(start.message.contains("BaseAddress"), "{start}");
    let restart = face.restart(&principal, &job, &json!({"criteria": {"resetScope": "Everything"}})).await;
    assert!(restart.unwrap_err().message.contains("ConnectorDataStore"));
    insta::assert_snapshot!("fault", format!("{:#}", start.to_json(face.now(), "request")));
}

// entra.md §4.13
#[tokio::test]
async fn secrets_without_their_two_settings_are_dropped_without_a_word() {
    let face = face();
    let (principal, job) = set_up(&face).await;
    for left_out in ["SyncAll", "SyncNotificationSettings"] {
        let mut body = secrets("https://learn.example/scim");
        body["value"].as_array_mut().unwrap().retain(|pair| pair["key"] != left_out);
        face.put_secrets(&principal, &body).await.unwrap();
        assert_eq!(face.secrets(&principal).unwrap(), json!({"value": []}), "{left_out}");
    }
    assert_eq!(face.job_status(&principal, &job).await.unwrap()["status"]["code"], "NotConfigured");
    face.put_secrets(&principal, &secrets("https://learn.example/scim")).await.unwrap();
    let status = face.job_status(&principal, &job).await.unwrap();
    assert_eq!(status["status"]["code"], "Paused");
    assert_eq!(status["synchronizationJobSettings"][0]["value"], "7");
}

#[tokio::test]
async fn secrets_are_shown_as_stars_and_kept_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let face = face_in(Some(folder.path()));
    let (principal, _) = set_up(&face).await;
    face.put_secrets(&principal, &secrets("https://learn.example/scim")).await.unwrap();
    let shown = face.secrets(&principal).unwrap();
    assert!(shown["value"].as_array().unwrap().iter().all(|pair| pair["value"] == "*"), "{shown}");
    assert!(!format!("{face:?}").contains("very_secret"));
    let file = folder.path().join("graph.json");
    assert!(std::fs::read_to_string(&file).unwrap().contains("very_secret"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    drop(face);
    assert_eq!(face_in(Some(folder.path())).principal(&principal).unwrap()["displayName"], "Learning");
}

#[tokio::test]
async fn a_target_that_was_mistyped_can_be_corrected_before_anything_was_provisioned() {
    let folder = tempfile::tempdir().unwrap();
    let face = face_in(Some(folder.path()));
    let (principal, job) = set_up(&face).await;
    face.put_secrets(&principal, &secrets("https://lern.example/scim")).await.unwrap();
    face.job_status(&principal, &job).await.unwrap();
    face.put_secrets(&principal, &secrets("https://learn.example/scim")).await.unwrap();
    assert_eq!(face.job_status(&principal, &job).await.unwrap()["status"]["code"], "Paused");
}

#[tokio::test]
async fn a_wrong_token_is_a_fault_of_credentials_with_reason_and_remedy() {
    let refuses = Listener::start(|_| Reply::json(401, &json!({"detail": "no"}))).await;
    let face = face();
    let (principal, job) = set_up(&face).await;
    let url = format!("http://127.0.0.1:{}/scim", refuses.port);
    let body = json!({"useSavedCredentials": false, "credentials": secrets(&url)["value"]});
    let fault = face.validate_credentials(&principal, Some(&job), &body).await.unwrap_err();
    assert_eq!((fault.status, fault.code), (400, "CredentialValidationUnavailable"));
    assert!(fault.message.contains("You appear to have entered invalid credentials"), "{fault}");
    assert!(fault.message.contains("CredentialValidationFailure"), "{fault}");
    let saved = face.validate_credentials(&principal, None, &json!({"useSavedCredentials": true})).await;
    assert!(saved.unwrap_err().message.contains("BaseAddress"));
}

#[tokio::test]
async fn a_schema_is_kept_as_it_was_put_and_refused_with_its_place_when_it_is_wrong() {
    let face = face();
    let (principal, job) = set_up(&face).await;
    let mut schema = face.schema(&principal, &job).unwrap();
    assert_eq!(schema, face.template_schema(&principal, "scim").unwrap());
    schema["synchronizationRules"][0]["objectMappings"][1]["enabled"] = false.into();
    schema["unheardOf"] = json!({"kept": [1, 2]});
    face.put_schema(&principal, &job, &schema).await.unwrap();
    assert_eq!(face.schema(&principal, &job).unwrap(), schema);
    let source =
        &mut schema["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][0]["source"];
    *source =
        json!({"type": "Function", "name": "Nonsense", "expression": "Nonsense([mail])", "parameters": []});
    let fault = face.put_schema(&principal, &job, &schema).await.unwrap_err();
    assert_eq!(fault.status, 400);
    assert!(
        fault.message.contains("/synchronizationRules/0/objectMappings/0/attributeMappings/0"),
        "{fault}"
    );
}

#[tokio::test]
async fn expressions_are_parsed_and_tried() {
    let face = face();
    let object = json!({"definition": null, "properties": [{"key": "preferredLanguage", "value": "EN-US"}]});
    let body = json!({"expression": "Replace([preferredLanguage], \"-\", , , \"_\", , )", "testInputObject": object});
    insta::assert_snapshot!("parsed", format!("{:#}", face.parse_expression(&body).unwrap()));
    let wrong = face.parse_expression(&json!({"expression": "Repl([a])"})).unwrap();
    assert_eq!(wrong["parsingSucceeded"], false);
    assert!(wrong["error"]["message"].as_str().unwrap().contains("Repl"), "{wrong}");
    assert_eq!(face.parse_expression(&json!({})).unwrap_err().status, 400);
}

#[tokio::test]
async fn people_and_groups_are_found_and_assigned() {
    let face = face();
    let (principal, _) = set_up(&face).await;
    let role = face.principal(&principal).unwrap()["appRoles"][0]["id"].clone();
    assert_eq!(face.object(Kind::User, "ANN@x.example").await.unwrap()["id"], "u1");
    assert_eq!(face.object(Kind::User, "gone@x.example").await.unwrap_err().status, 404);
    let query = ListQuery { filter: Some("displayName eq 'People''s choice'".to_owned()), top: None };
    assert_eq!(face.objects(Kind::Group, &query).await.unwrap()["value"][0]["id"], "g1");
    let body = |who: &str| json!({"principalId": who, "resourceId": principal, "appRoleId": role});
    let assigned = face.assign(&principal, &body("g1")).await.unwrap();
    insta::assert_snapshot!("assigned", format!("{:#}", assigned));
    assert_eq!(face.assign(&principal, &body("g1")).await.unwrap_err().status, 400);
    assert_eq!(face.assign(&principal, &body("nobody")).await.unwrap_err().status, 404);
    let mut wrong = body("u1");
    wrong["appRoleId"] = "00000000-0000-0000-0000-000000000000".into();
    assert!(face.assign(&principal, &wrong).await.unwrap_err().message.contains("appRoles"));
    assert_eq!(face.assigned(&principal).unwrap()["value"].as_array().unwrap().len(), 1);
    face.unassign(&principal, assigned["id"].as_str().unwrap()).unwrap();
    assert_eq!(face.assigned(&principal).unwrap()["value"], json!([]));
}

#[tokio::test]
async fn a_request_on_demand_names_a_rule_and_an_object() {
    let face = face();
    let (principal, job) = set_up(&face).await;
    face.put_secrets(&principal, &secrets("https://learn.example/scim")).await.unwrap();
    let rule = face.schema(&principal, &job).unwrap()["synchronizationRules"][0]["id"].clone();
    let subject = json!({"objectId": "u1", "objectTypeName": "User"});
    for (body, about) in [
        (json!({}), "parameters"),
        (json!({"parameters": [{"ruleId": "r", "subjects": [subject]}]}), "ruleId"),
        (json!({"parameters": [{"ruleId": rule, "subjects": []}]}), "subjects"),
        (
            json!({"parameters": [{"ruleId": rule, "subjects": [{"objectId": "u1", "objectTypeName": "Device"}]}]}),
            "User or Group",
        ),
        (
            json!({"parameters": [{"ruleId": rule, "subjects": [{"objectId": "g1", "objectTypeName": "Group", "links": {"members": ["u1"]}}]}]}),
            "members",
        ),
    ] {
        let fault = face.provision_on_demand(&principal, &job, &body).await.unwrap_err();
        assert_eq!(fault.status, 400, "{fault}");
        assert!(fault.message.contains(about), "{fault}");
    }
}

#[test]
fn a_folder_is_one_face_s_alone() {
    let folder = tempfile::tempdir().unwrap();
    let first = face_in(Some(folder.path()));
    let fault = try_face_in(Some(folder.path())).unwrap_err();
    assert!(fault.message.contains("is used by another `provost entra serve`"), "{fault}");
    drop(first);
    assert!(try_face_in(Some(folder.path())).is_ok());
}
