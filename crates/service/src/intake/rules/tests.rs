use scim::Registry;
use serde_json::json;

use super::*;

fn rules(domains: &[&str], never: &[&str]) -> ServiceResult<Intake> {
    let registry = Registry::builtin();
    let rt = registry.resource_type("User").unwrap();
    let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    Intake::compile(&IntakeSettings { allowed_domains: own(domains), never_stored: own(never) }, rt)
}

fn admitted(intake: &Intake, before: Option<&Value>, document: &Value) -> Result<Value, String> {
    let registry = Registry::builtin();
    let rt = registry.resource_type("User").unwrap();
    let read = |value: &Value| Document::from_json(&value.to_string()).unwrap();
    let before = before.map(read);
    let mut document = read(document);
    intake.admit(rt, before.as_ref(), &mut document).map_err(|refusal| refusal.detail)?;
    Ok(serde_json::from_str(&document.to_json()).unwrap())
}

#[test]
fn domains_are_compared_whole_and_without_case() {
    let intake = rules(&["Example.com", "*.school.example"], &[]).unwrap();
    let takes = |name: &str| admitted(&intake, None, &json!({"userName": name})).is_ok();
    assert!(takes("ann@example.com") && takes("ANN@EXAMPLE.COM") && takes("ann@a.school.example"));
    assert!(!takes("ann@notexample.com") && !takes("ann@sub.example.com") && !takes("ann@school.example"));
    assert!(!takes("ann@example.com@evil.example"), "the last at-sign counts");
    assert!(takes("ann.lee"), "a user name that is no address has no domain");
    let mail =
        json!({"userName": "ann", "emails": [{"value": "ann@example.com"}, {"value": "a@evil.example"}]});
    let refused = admitted(&intake, None, &mail).unwrap_err();
    assert_eq!(refused, "`emails` is of the domain \"evil.example\", which this tenant does not allow.");
}

#[test]
fn a_rule_that_came_later_locks_nobody_out() {
    let intake = rules(&["example.com"], &[]).unwrap();
    let before = json!({"userName": "ann@old.example", "emails": [{"value": "ann@old.example"}]});
    let mut after = before.clone();
    after["active"] = json!(false);
    assert!(admitted(&intake, Some(&before), &after).is_ok());
    after["userName"] = json!("ann@other.example");
    assert!(admitted(&intake, Some(&before), &after).is_err());
}

#[test]
fn what_is_never_stored_is_dropped_with_what_is_empty_then() {
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let intake = rules(
        &[],
        &["phoneNumbers", "name.middleName", "emails.display", &format!("{enterprise}:costCenter")],
    )
    .unwrap();
    let sent = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", enterprise],
        "userName": "ann", "phoneNumbers": [{"value": "1"}],
        "name": {"middleName": "X"},
        "emails": [{"value": "a@x.example", "display": "Ann"}, {"display": "nothing else"}],
        enterprise: {"costCenter": "7"},
    });
    let stored = admitted(&intake, None, &sent).unwrap();
    let expected = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ann", "emails": [{"value": "a@x.example"}],
    });
    assert_eq!(stored, expected);
}

#[test]
fn what_is_needed_cannot_be_dropped_and_mistakes_are_named() {
    let says = |domains: &[&str], never: &[&str]| rules(domains, never).unwrap_err().message;
    assert!(says(&[], &["userName"]).contains("is needed"));
    assert!(says(&[], &["nickName", "active"]).starts_with("intake.neverStored[1]: "));
    assert!(says(&[], &["emails[type eq \"work\"]"]).contains("without a filter"));
    assert!(says(&[], &["favouriteColour"]).contains("favouriteColour"));
    for bad in ["", "example", "ann@example.com", "*.", "a..example", "-a.example", "https://example.com"] {
        assert!(says(&[bad], &[]).contains("is no domain"), "{bad}");
    }
}

#[test]
fn the_log_hides_whatever_might_hold_it() {
    let intake = rules(&[], &["phoneNumbers", "name.middleName"]).unwrap();
    for hidden in [
        "phoneNumbers",
        "PHONENUMBERS",
        "phoneNumbers[type eq \"work\"].value",
        "phoneNumbers.value",
        "urn:ietf:params:scim:schemas:core:2.0:User:phoneNumbers",
        "name.middleName",
        "middleName",
    ] {
        assert!(intake.hides(hidden), "{hidden}");
    }
    for shown in ["emails", "name.givenName", "emails[display eq \"phoneNumbers\"].value", "path"] {
        assert!(!intake.hides(shown), "{shown}");
    }
}

#[test]
fn a_change_keeps_no_value_of_what_is_never_stored() {
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let department = format!("{enterprise}:department");
    let intake =
        rules(&[], &["title", "name.middleName", "emails.display", "addresses", &department]).unwrap();
    let hushed = |path: &str, old: Value| {
        let mut changes = vec![FieldChange { path: path.to_owned(), old: Some(old), new: None }];
        intake.hush(&mut changes);
        changes.remove(0).old
    };
    for path in ["title", "name.middleName", "addresses", "addresses.locality", &department] {
        assert_eq!(hushed(path, json!("x")), None, "{path}");
    }
    for path in ["titles", "name.givenName", "displayName", &format!("{department}x")] {
        let old = json!("x");
        assert_eq!(hushed(path, old.clone()), Some(old), "{path}");
    }
    let list = json!([{"value": "a@x", "display": "A"}, {"display": "B"}]);
    assert_eq!(hushed("emails", list), Some(json!([{"value": "a@x"}])));
}

#[test]
fn stripping_says_whether_there_was_anything() {
    let registry = Registry::builtin();
    let rt = registry.resource_type("User").unwrap();
    let intake = rules(&[], &["title", "emails.display"]).unwrap();
    let strips = |value: Value| intake.strip(rt, &mut Document::from_json(&value.to_string()).unwrap());
    assert!(strips(json!({"userName": "a", "title": "x"})));
    assert!(strips(json!({"userName": "a", "emails": [{"value": "a@x"}, {"value": "b@x", "display": "B"}]})));
    assert!(!strips(json!({"userName": "a", "emails": [{"value": "a@x"}]})));
}
