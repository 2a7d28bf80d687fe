//! From entries as the job writes them.

use serde_json::{Map, json};

use super::*;
use crate::log::{ErrorInfo, Identity};

fn entry(kind: Kind, name: &str, status: u16, body: &serde_json::Value) -> Entry {
    let detail = body["detail"].as_str().unwrap_or_default();
    Entry {
        id: "i".into(),
        at: 0,
        cycle: "c".into(),
        change: "h".into(),
        action: Action::Update,
        status: Status::Failure,
        millis: 1,
        source: Identity { id: format!("id-of-{name}"), name: name.into(), kind },
        target: None,
        matched: false,
        imported: Map::new(),
        scoping: None,
        skip: None,
        modified: Vec::new(),
        error: Some(ErrorInfo {
            code: "WebExceptionProtocolError".into(),
            reason: format!(
                "Message: the service returned an error response with the HTTP status code {status}. {detail} It will be retried again after this date: 2026-11-25T15:00:00.000Z."
            ),
            details: format!(
                "Resource: http://h/Users/1; Operation: PATCH; Response Status Code: {status}; Response Headers: a: b; Response Content: {body}"
            ),
            category: "nonServiceFailure".into(),
            recommendation: "Read it.".into(),
        }),
        on_demand: false,
        reference: false,
    }
}

fn sent(name: &str, old: Option<&str>, new: Option<&str>) -> Vec<Modified> {
    vec![Modified { name: name.into(), old: old.map(str::to_owned), new: new.map(str::to_owned) }]
}

fn causes(findings: &Findings) -> Vec<(&'static str, u64)> {
    findings.iter().map(|finding| (finding.cause.word(), finding.count)).collect()
}

#[test]
fn what_was_sent_and_what_came_back_make_the_cause() {
    let boolean =
        json!({"scimType": "invalidValue", "detail": "expected value type 'boolean' but found 'string'"});
    let no_target = json!({"scimType": "noTarget", "detail": "no value of 'emails' matches"});
    let value = json!({"scimType": "invalidValue", "detail": "should be an object"});
    let schema = json!({"detail": "Unknown: http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"});
    let mut findings = Findings::default();
    let mut take = |entry: Entry, modified: Vec<Modified>, reference: bool| {
        findings.take(&Entry { modified, reference, ..entry });
    };
    for name in ["ann", "ben"] {
        take(entry(Kind::User, name, 400, &boolean), sent("active", Some("True"), Some("False")), false);
    }
    let email = sent("emails[type eq \"work\"].value", None, Some("a@x"));
    take(entry(Kind::User, "cay", 400, &no_target), email, false);
    take(entry(Kind::User, "dan", 400, &value), sent("manager", None, Some("42")), true);
    take(entry(Kind::Group, "Pilot", 400, &value), sent("members", Some("42"), None), true);
    take(entry(Kind::Group, "Staff", 400, &schema), sent("displayName", None, Some("Staff")), false);
    assert_eq!(
        causes(&findings),
        [
            ("boolean-as-text", 2),
            ("element-not-made", 1),
            ("manager-as-text", 1),
            ("member-removal-by-value", 1),
            ("unknown-schema", 1)
        ]
    );
    let first = findings.iter().next().unwrap();
    assert_eq!(first.whom(), "ann, ben");
    assert!(first.title().ends_with("found 'string'"), "the next attempt is not told: {}", first.title());
}

#[test]
fn no_cause_is_guessed_where_the_answer_is_about_something_else() {
    let mut findings = Findings::default();
    let modified = sent("emails[type eq \"work\"].value", Some("a@x"), Some("b@x"));
    let no_target = json!({"scimType": "noTarget", "detail": "elsewhere"});
    findings.take(&Entry { modified, ..entry(Kind::User, "ann", 400, &no_target) });
    let active = sent("active", Some("True"), Some("False"));
    for (status, text) in [(503, "boolean"), (401, "boolean"), (400, "the licence is used up")] {
        let entry = entry(Kind::User, "ben", status, &json!({"detail": text}));
        findings.take(&Entry { modified: active.clone(), ..entry });
    }
    assert!(findings.iter().all(|finding| finding.cause == Cause::Other), "{:?}", causes(&findings));
    assert_eq!(findings.failed, 4);
}

#[test]
fn one_reason_is_one_finding_whoever_it_strikes() {
    let mut findings = Findings::default();
    for n in 0..1000 {
        let body = json!({"detail": format!("The mailbox p{n}@x of \"{n}\" is full.")});
        findings.take(&entry(Kind::User, &format!("p{n}"), 400, &body));
    }
    findings.take(&entry(Kind::User, "ann", 400, &json!({"detail": "The licence is used up."})));
    let found: Vec<_> = findings.iter().map(|f| (f.count, f.names.len())).collect();
    assert_eq!(found, [(1, 1), (1000, 5)]);
    assert!(findings.iter().last().unwrap().whom().ends_with(" and 995 more"));
}

#[test]
fn what_is_read_back_counts_unless_its_failure_is_told_already() {
    let mut findings = Findings::default();
    findings.take(&entry(Kind::User, "ann", 400, &json!({"detail": "no"})));
    let values = sent("title", None, Some("Dr"));
    let differs = |name: &str| job::Finding::Differs {
        kind: Kind::User,
        id: format!("id-of-{name}"),
        target_id: "1".into(),
        name: name.into(),
        values: values.clone(),
    };
    findings.drift(&differs("ann"));
    findings.drift(&differs("ben"));
    let members = |missing: &[&str], extra: &[&str]| job::Finding::Members {
        id: "g".into(),
        target_id: "2".into(),
        name: "Pilot".into(),
        missing: missing.iter().map(|id| (*id).to_owned()).collect(),
        extra: extra.iter().map(|id| (*id).to_owned()).collect(),
    };
    findings.drift(&members(&["3", "4"], &[]));
    findings.drift(&members(&[], &["5"]));
    findings.drift(&job::Finding::Missing { kind: Kind::User, id: "id-of-cay".into(), name: "cay".into() });
    findings.drift(&job::Finding::Extra { kind: Kind::User, target_id: "9".into(), name: "zoe".into() });
    let expected =
        ["other", "values-not-kept", "objects-lost", "objects-left", "members-lost", "members-left"];
    assert_eq!(causes(&findings), expected.map(|cause| (cause, 1)));
    assert_eq!((findings.failed, findings.drifted), (1, 5));
}
