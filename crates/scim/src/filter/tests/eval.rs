use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::eval::{matches, matches_element};
use super::super::{Checked, Filter, Limits, parse};
use super::check::with_numbers;
use crate::dialect::Dialect;
use crate::path::{self, PathTarget};

fn ann() -> Map<String, Value> {
    let value = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:x:numbers"],
        "id": "2819c223",
        "externalId": "Ann",
        "userName": "Ann@Ex.org",
        "displayName": "ÉLODIE Straße",
        "nickName": "",
        "active": false,
        "profileUrl": "https://ex.org/Ann",
        "name": {"familyName": "Lee"},
        "emails": [
            {"type": "work", "value": "a@x"},
            {"type": "home", "value": "b@y", "primary": true},
            {"value": "c@z"}
        ],
        "x509Certificates": [{"value": "-_8"}],
        "groups": [{"value": "G1", "$ref": "https://h/scim/v2/Groups/G1", "type": "direct"}],
        "meta": {"resourceType": "User", "created": "2026-05-01T12:00:00.123Z", "version": "W/\"3\""},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "m1"}},
        "urn:x:numbers": {
            "count": 3, "ratio": 2.5, "tags": ["Red", "blue"],
            "badges": [{"value": "a", "colours": ["Red", "Blue"]}, {"value": "b", "since": "2026-01-01T00:00:00"}]
        }
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn checked(text: &str) -> Filter<Checked> {
    let registry = with_numbers();
    let rt = registry.resource_type("User").unwrap();
    let dialect = Dialect::entra();
    let parsed = parse(text, &dialect, &Limits::default()).unwrap_or_else(|e| panic!("{text}: {e}"));
    parsed.check(rt, &dialect).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn hits(text: &str) -> bool {
    matches(&checked(text), &ann())
}

#[track_caller]
fn all(texts: &[&str], expected: bool) {
    for text in texts {
        assert_eq!(hits(text), expected, "{text}");
        assert_eq!(hits(&format!("not ({text})")), !expected, "not ({text})");
    }
}

// S-FILTER-03, S-FILTER-13, S-FILTER-16, A-52, A-60
#[test]
fn text_is_compared_as_the_attribute_says() {
    all(
        &[
            r#"userName eq "aNN@ex.ORG""#,
            r#"displayName co "E\u0301lodie s""#,
            r#"displayName ew "STRAẞE""#,
            r#"userName sw "ANN""#,
            r#"userName gt "anm""#,
            r#"userName lt "B""#,
            r#"userName le "ANN@EX.ORG" and userName ge "ann@ex.org""#,
            r#"externalId eq "Ann""#,
            r#"externalId gt "AZ""#,
            r#"profileUrl eq "https://ex.org/Ann""#,
            r#"groups.value eq "G1""#,
            r#"schemas eq "URN:ietf:params:scim:schemas:core:2.0:user""#,
        ],
        true,
    );
    all(
        &[
            r#"displayName eq "elodie straße""#,
            r#"displayName co "strasse""#,
            r#"externalId eq "ann""#,
            r#"externalId sw "a""#,
            r#"profileUrl eq "https://ex.org/ann""#,
            r#"groups.value eq "g1""#,
            r#"id eq "2819C223""#,
            r#"userName co "%""#,
            r#"userName co "_""#,
        ],
        false,
    );
}

// S-FILTER-05, S-FILTER-06, S-FILTER-07, S-FILTER-09
#[test]
fn any_value_outside_brackets_one_element_inside() {
    all(
        &[
            r#"emails co "B@""#,
            r#"emails.type eq "work" and emails.value co "b@y""#,
            r#"emails[type eq "work" and value eq "a@x"]"#,
            r#"emails[type eq "home"].value eq "b@y""#,
            r#"emails[not (type pr) and value eq "c@z"]"#,
            "emails[primary eq true]",
            r#"tags eq "red" and tags eq "BLUE""#,
            r#"tags[value eq "red"]"#,
            r#"badges.colours eq "blue""#,
            r#"badges[colours eq "blue" and colours eq "red"]"#,
        ],
        true,
    );
    all(
        &[
            r#"emails[type eq "work" and value co "b@y"]"#,
            r#"emails[type eq "other"]"#,
            "emails[primary eq false]",
            r#"photos[not (type eq "x")]"#,
            r#"tags[value eq "red" and value eq "blue"]"#,
            r#"badges[value eq "b" and colours pr]"#,
        ],
        false,
    );
}

// A-01, A-02, S-FILTER-21
#[test]
fn unassigned_attributes_follow_the_truth_table() {
    all(
        &[
            r#"title ne "x""#,
            "title eq null",
            r#"emails.display ne "x""#,
            // Any value differs.
            r#"emails.type ne "work""#,
            // In brackets: that element's type differs, or it has none.
            r#"emails[type ne "work" and value eq "c@z"]"#,
            "active ne true",
            r#"nickName eq """#,
            "nickName pr",
            "name pr",
            "emails.type pr",
            "badges.colours pr",
            r#"title ne "x" or title eq "x""#,
        ],
        true,
    );
    all(
        &[
            "title pr",
            r#"title eq "x""#,
            r#"title co """#,
            r#"title gt "a""#,
            "title ne null",
            r#"title eq """#,
            r#"externalId ne "Ann""#,
            "name.givenName pr",
            "photos pr",
            "emails.display pr",
            r#"emails[type ne "work" and value eq "a@x"]"#,
            r#"manager[displayName eq "x"]"#,
        ],
        false,
    );
}

#[test]
fn numbers_dates_booleans_and_bytes() {
    all(
        &[
            "active eq false",
            "count eq 3 and count ge 3.0 and count lt 3.5 and count gt 2.9",
            "ratio eq 2.50 and ratio gt 2 and ratio le 2.5 and ratio ne 2",
            r#"meta.created eq "2026-05-01T14:00:00.123+02:00""#,
            r#"meta.created gt "2026-05-01T12:00:00.122Z""#,
            r#"badges.since eq "2026-01-01T01:00:00+01:00""#,
            // The same two bytes in two alphabets, and a part of the text.
            r#"x509Certificates.value eq "+/8=""#,
            r#"x509Certificates.value sw "-_""#,
            r#"meta.resourceType eq "User""#,
        ],
        true,
    );
    all(
        &[
            "active eq true",
            "count gt 3",
            "ratio lt 2.5",
            r#"meta.created lt "2026-05-01T12:00:00Z""#,
            r#"meta.lastModified ge "1970-01-01T00:00:00Z""#,
            r#"x509Certificates.value eq "AAAA""#,
            r#"meta.resourceType eq "Group""#,
        ],
        false,
    );
}

// S-TYPE-04
#[test]
fn addresses_of_resources_are_compared_by_what_they_point_at() {
    all(
        &[
            r#"groups.$ref eq "https://h/scim/Groups/G1""#,
            r#"groups.$ref eq "/v2/Groups/G1""#,
            r#"groups.$ref eq "../Groups/G1/""#,
            r#"groups[$ref eq "Groups/G1"]"#,
        ],
        true,
    );
    all(&[r#"groups.$ref eq "https://h/scim/Users/G1""#, r#"groups.$ref eq "Groups/g1""#], false);
}

#[test]
fn elements_are_tested_by_themselves() {
    let registry = with_numbers();
    let rt = registry.resource_type("User").unwrap();
    let filter = |text: &str| match path::parse(text, &Dialect::entra()).unwrap().check(rt, &Dialect::entra())
    {
        Ok(crate::path::Path { target: PathTarget::Element { filter, .. } }) => filter,
        other => panic!("{text}: {other:?}"),
    };
    let work = filter(r#"emails[type eq "WORK" and not (primary eq true)]"#);
    assert!(matches_element(&work, &json!({"type": "Work", "value": "x"})));
    assert!(!matches_element(&work, &json!({"type": "work", "primary": true})));
    assert!(!matches_element(&work, &json!({})));
    assert!(matches_element(&filter(r#"schemas[value eq "urn:X"]"#), &json!("URN:x")));
    assert!(!matches_element(&filter(r#"schemas eq "urn:y""#), &json!("URN:x")));
    let manager = filter(r#"manager[value eq "m1"]"#);
    assert!(matches_element(&manager, &json!({"value": "m1"})));
    assert!(!matches_element(&manager, &json!({"value": "M1"})));
}

proptest! {
    // S-FILTER-21: whatever the resource holds, every condition is true or its negation is, never both or neither.
    #[test]
    fn logic_has_two_values(
        op in prop::sample::select(vec!["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]),
        wanted in "[aAéÉß]{0,2}",
        stored in prop::collection::vec(prop::option::of("[aAéÉß]{0,2}"), 0..3),
    ) {
        let elements: Vec<Value> = stored
            .iter()
            .map(|value| value.as_ref().map_or_else(|| json!({"type": "x"}), |v| json!({"value": v})))
            .collect();
        let mut user = Map::new();
        if !elements.is_empty() {
            user.insert("emails".to_owned(), Value::Array(elements));
        }
        let condition = format!("emails.value {op} {}", Value::from(wanted.clone()));
        let holds = matches(&checked(&condition), &user);
        let negated = matches(&checked(&format!("not ({condition})")), &user);
        prop_assert_eq!(holds, !negated);
        // A model of the table: fold both sides, ask each value.
        let fold = |text: &str| crate::text::fold(text).into_owned();
        let (wanted, values): (_, Vec<String>) =
            (fold(&wanted), stored.iter().flatten().map(|v| fold(v)).collect());
        let model = match op {
            "eq" => values.contains(&wanted),
            "ne" => values.is_empty() || values.iter().any(|v| *v != wanted),
            "co" => values.iter().any(|v| v.contains(&wanted)),
            "sw" => values.iter().any(|v| v.starts_with(&wanted)),
            "ew" => values.iter().any(|v| v.ends_with(&wanted)),
            "gt" => values.iter().any(|v| *v > wanted),
            "ge" => values.iter().any(|v| *v >= wanted),
            "lt" => values.iter().any(|v| *v < wanted),
            _ => values.iter().any(|v| *v <= wanted),
        };
        prop_assert_eq!(holds, model, "{} on {:?}", condition, stored);
    }
}
