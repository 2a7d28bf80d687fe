//! Entries in their four forms.

use serde_json::{Map, json};

use super::*;
use crate::judge::ErrorCode;
use crate::model::Kind;

fn names() -> Names {
    let system = |id: &str, name: &str| System { id: id.into(), display_name: name.into() };
    Names {
        tenant: "t".into(),
        job: "scim.t.j".into(),
        service_principal: system("sp", "Learning"),
        source: system("s", "Microsoft Entra ID"),
        target: system("d", "Learning"),
    }
}

fn created() -> Entry {
    let imported = Map::from_iter([
        ("objectId".to_owned(), json!("u1")),
        ("accountEnabled".to_owned(), json!("True")),
        ("IsSoftDeleted".to_owned(), json!("False")),
    ]);
    let modified = |name: &str, new: &str| Modified { name: name.into(), old: None, new: Some(new.into()) };
    Entry {
        id: "e1".into(),
        at: 1_767_225_600_000_000,
        cycle: "c1".into(),
        change: "h1".into(),
        action: Action::Create,
        status: Status::Success,
        millis: 12,
        source: Identity { id: "u1".into(), name: "Ann Lee".into(), kind: Kind::User },
        target: Some(Identity { id: "42".into(), name: "ann@x.example".into(), kind: Kind::User }),
        matched: false,
        imported,
        scoping: Some(Scoping { active: true, assigned: true, passes: true, failed: Vec::new() }),
        skip: None,
        modified: vec![
            modified("userName", "ann@x.example"),
            modified("name.givenName", "Ann"),
            modified("active", "True"),
        ],
        error: None,
        on_demand: false,
        reference: false,
    }
}

fn skipped() -> Entry {
    let failed =
        vec![FailedClause { clause: "department EQUALS \"R&D\"".into(), actual: Some("Sales".into()) }];
    Entry {
        action: Action::Other,
        status: Status::Skipped,
        target: None,
        modified: Vec::new(),
        scoping: Some(Scoping { active: true, assigned: true, passes: false, failed }),
        skip: Some(Skip {
            reason: SkipReason::NotEffectivelyEntitled,
            property: None,
            text: "It is out of scope.".into(),
        }),
        ..created()
    }
}

fn failed() -> Entry {
    let mut error = ErrorInfo::coded(ErrorCode::EntryConflict, "Message: <409> & more".into());
    error.details = "Resource: https://h/Users".into();
    Entry { status: Status::Failure, target: None, error: Some(error), ..created() }
}

#[test]
fn a_create_has_the_shape_of_graph() {
    insta::assert_json_snapshot!(created().summary(&names()));
}

#[test]
fn a_skip_is_no_error_and_a_failure_says_what_to_do() {
    let skip = skipped().summary(&names());
    assert_eq!(skip["provisioningStatusInfo"], json!({"status": "skipped", "errorInformation": null}));
    assert_eq!(skip["targetIdentity"]["id"], "");
    let steps: Vec<_> =
        skip["provisioningSteps"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(steps, ["EntryImportAdd", "EntrySynchronizationScoping", "EntrySynchronizationSkip"]);
    let result = skip["provisioningSteps"][1]["details"]["ScopeEvaluationResult"].as_str().unwrap();
    assert_eq!(result, r#"{"department EQUALS \"R&D\"":"Sales"}"#);
    let failure = failed().summary(&names());
    let error = &failure["provisioningStatusInfo"]["errorInformation"];
    assert_eq!(error["errorCode"], "EntryConflict");
    assert!(error["recommendedAction"].as_str().unwrap().len() > 20);
    assert_eq!(failure["provisioningSteps"][3]["status"], "failure");
}

// entra.md §4.14
#[test]
fn each_export_has_its_name() {
    for (action, name) in [
        (Action::Create, "EntryExportAdd"),
        (Action::Update, "EntryExportUpdate"),
        (Action::Disable, "EntryExportUpdateSoftDelete"),
        (Action::Delete, "EntryExportDelete"),
    ] {
        let summary = Entry { action, ..created() }.summary(&names());
        let steps = summary["provisioningSteps"].as_array().unwrap();
        let last = steps.last().unwrap();
        assert_eq!((&last["name"], &last["provisioningStepType"]), (&json!(name), &json!("export")));
        assert_eq!(summary["provisioningAction"], action.word());
    }
    for status in [Status::Success, Status::Warning, Status::Failure, Status::Skipped] {
        assert_eq!(Status::of_word(status.word()), Some(status));
    }
}

#[test]
fn what_is_kept_is_read_back() {
    for entry in [created(), skipped(), failed()] {
        let kept = serde_json::to_string(&entry).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&kept).unwrap(), entry);
    }
}

#[test]
fn a_table_is_for_terminals() {
    insta::assert_snapshot!(table(&[created(), skipped(), failed()]));
}

#[test]
fn a_report_is_one_page_without_a_script() {
    let mut page = Vec::new();
    let names = names();
    let mut report = HtmlReport::begin(&mut page, &names, created().time(), [1, 0, 1, 1]).unwrap();
    for entry in [created(), skipped(), failed()] {
        report.entry(&entry).unwrap();
    }
    report.end().unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</body></html>"));
    assert!(page.contains("1 of the operations failed") && page.contains("Message: &lt;409&gt; &amp; more"));
    for foreign in ["<script", "http://", "url(", "<img", "<link"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert_eq!(page.matches("<details>").count(), page.matches("</details>").count());
}
