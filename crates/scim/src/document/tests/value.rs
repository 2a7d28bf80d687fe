//! Tests of values: types, shapes, repetition.

use super::*;

fn value(urn: Option<&str>, name: &str, value: Value, dialect: &Dialect) -> Result<Option<Value>, ScimError> {
    let path = AttrPath { urn: urn.map(Into::into), name: name.into(), sub: None };
    canonical_value(&rt("User").resolve(&path).unwrap().attribute, value, dialect, name)
}

// S-TYPE-01, S-TYPE-06: what each type takes and refuses, in every dialect.
#[test]
fn types_are_checked() {
    let strict = Dialect::strict();
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let taken = [
        ("hired", json!("2026-05-13T09:30:00Z")),
        ("hired", json!("2026-05-13T09:30:00.123456789+02:00")),
        ("hired", json!("2026-05-13T09:30:00")),
        ("level", json!(-7)),
        ("rate", number("0.1000000000000000055")),
        ("rate", json!(5)),
        ("tags", json!(["a", "b"])),
        ("site", json!("")),
    ];
    for (name, sent) in taken {
        assert_eq!(value(Some(ACME), name, sent.clone(), &strict).unwrap(), Some(sent), "{name}");
    }
    let refused = [
        ("hired", json!("2026-05-13")),
        ("hired", json!("yesterday")),
        ("hired", json!(1)),
        ("level", number("1.0")),
        ("level", number("1e3")),
        ("level", number("9223372036854775808")),
        ("level", json!("7")),
        ("level", json!(true)),
        ("rate", json!("5")),
        ("rate", number("1e999")),
        ("site", json!(7)),
        ("site", json!(["a", "b"])),
        ("tags", json!([1])),
        ("contract", json!("x")),
    ];
    for (name, sent) in refused {
        let (kind, path) = fault(value(Some(ACME), name, sent.clone(), &strict));
        assert_eq!(kind, ScimType::InvalidValue, "{name} {sent}");
        assert!(path.starts_with(name));
    }
    let x509 = |v: &str| value(None, "x509Certificates", json!([{"value": v}]), &strict);
    for good in ["MIID", "MII=", "MI==", "MI", "a-_b", ""] {
        assert!(x509(good).is_ok(), "{good}");
    }
    for bad in ["M", "MIIDQ", "MI D", "MI=D", "MIID===", "-----BEGIN X"] {
        assert!(x509(bad).is_err(), "{bad}");
    }
}

// A-15
#[test]
fn booleans_and_numbers_in_strings_are_a_quirk_each() {
    let entra = Dialect::entra();
    for (sent, meant) in [("True", true), ("false", false), ("FALSE", false)] {
        assert_eq!(value(None, "active", json!(sent), &entra).unwrap(), Some(json!(meant)));
        assert_eq!(fault(value(None, "active", json!(sent), &without(Quirk::StringBoolean))).1, "active");
    }
    for sent in [json!(1), json!("yes"), json!(""), json!("1")] {
        assert!(value(None, "active", sent, &entra).is_err());
    }
    let role = value(None, "roles", json!([{"primary": "True", "value": "r"}]), &entra).unwrap();
    assert_eq!(role, Some(json!([{"primary": true, "value": "r"}])));
    assert_eq!(value(Some(ACME), "level", json!("7"), &entra).unwrap(), Some(json!(7)));
    assert!(value(Some(ACME), "level", json!("7"), &without(Quirk::StringNumber)).is_err());
    assert!(value(Some(ACME), "level", json!("seven"), &entra).is_err());
}

// A-41, S-MULTI-08
#[test]
fn wrong_shapes_with_a_clear_meaning_are_a_quirk() {
    let entra = Dialect::entra();
    let e = Some(ENTERPRISE_USER);
    let cases = [
        (e, "manager", json!("m1"), Some(json!({"value": "m1"}))),
        (e, "manager", json!([{"$ref": "https://h/Users/m1", "value": "m1"}]), Some(json!({"value": "m1"}))),
        (e, "manager", json!("{\"value\":\"m1\"}"), Some(json!({"value": "m1"}))),
        (e, "manager", json!([]), None),
        (e, "manager", json!(""), None),
        (e, "department", json!(["d"]), Some(json!("d"))),
        (None, "emails", json!({"value": "x"}), Some(json!([{"value": "x"}]))),
        (None, "emails", json!("x"), Some(json!([{"value": "x"}]))),
        (None, "emails", json!(["x", "y"]), Some(json!([{"value": "x"}, {"value": "y"}]))),
    ];
    for (urn, name, sent, meant) in cases {
        assert_eq!(value(urn, name, sent.clone(), &entra).unwrap(), meant, "{name} {sent}");
        let (kind, path) = fault(value(urn, name, sent.clone(), &without(Quirk::ShapeMismatch)));
        assert_eq!(kind, ScimType::InvalidValue, "{name} {sent}");
        assert!(path.starts_with(name), "{path}");
    }
    // Nothing clear about these.
    assert!(value(e, "manager", json!([{"value": "a"}, {"value": "b"}]), &entra).is_err());
    assert!(value(e, "manager", json!(7), &entra).is_err());
    assert!(value(None, "name", json!("Ann"), &entra).is_err());
    // No learner has an empty id.
    assert_eq!(value(e, "manager", json!({"value": ""}), &Dialect::strict()).unwrap(), None);
}

#[test]
fn role_display_name() {
    let sent = json!([{"value": "Admin", "displayName": "Administrator"}]);
    let meant = json!([{"value": "Admin", "display": "Administrator"}]);
    assert_eq!(value(None, "roles", sent.clone(), &Dialect::entra()).unwrap(), Some(meant));
    let dropped = json!([{"value": "Admin"}]);
    assert_eq!(value(None, "roles", sent, &without(Quirk::RoleDisplayName)).unwrap(), Some(dropped));
    // Whichever comes first, the right name wins.
    for both in [json!({"display": "D", "displayName": "N"}), json!({"displayName": "N", "display": "D"})] {
        let found = value(None, "roles", json!([both]), &Dialect::entra()).unwrap();
        assert_eq!(found, Some(json!([{"display": "D"}])));
    }
}

#[test]
fn a_role_in_a_string_is_unpacked() {
    let sent = json!([{"primary": true, "value": "{\"id\":\"g\",\"value\":\"Admin\",\"displayName\":\"Administrator\"}"}]);
    let meant = json!([{"primary": true, "value": "Admin", "display": "Administrator"}]);
    assert_eq!(value(None, "roles", sent.clone(), &Dialect::entra()).unwrap(), Some(meant));
    assert_eq!(value(None, "roles", sent.clone(), &without(Quirk::StringifiedRole)).unwrap(), Some(sent));
    let odd = json!([{"value": "{not json"}]);
    assert_eq!(value(None, "roles", odd.clone(), &Dialect::entra()).unwrap(), Some(odd));
}

#[test]
fn control_characters_are_refused_except_line_breaks_in_free_text() {
    let strict = Dialect::strict();
    let ok = |name: &str, text: &str| value(None, name, json!(text), &strict).is_ok();
    assert!(ok("title", "a\tb\r\nc") && ok("displayName", "é\u{200d}"));
    assert!(!ok("title", "a\0b") && !ok("title", "a\x1bb") && !ok("title", "\x7f"));
    assert!(!ok("userName", "a\nb") && !ok("externalId", "a\tb") && !ok("profileUrl", "http://x/\n"));
    let error = value(None, "title", json!("secret\0"), &strict).unwrap_err();
    assert!(error.detail.contains("U+0000") && !error.detail.contains("secret"), "{}", error.detail);
}

// S-MULTI-04, S-MULTI-06, S-MULTI-07
#[test]
fn repeated_elements_become_one() {
    let strict = Dialect::strict();
    let sent = json!([{"value": "A@x", "type": "work"}, {"value": "b@x"}, {"value": "a@X", "type": "Work", "primary": true},
                      {"value": "a@x", "type": "home"}]);
    let kept = json!([{"value": "A@x", "type": "work", "primary": true}, {"value": "b@x"}, {"value": "a@x", "type": "home"}]);
    assert_eq!(value(None, "emails", sent, &strict).unwrap(), Some(kept));
    assert_eq!(
        value(Some(ACME), "tags", json!(["x", "Éa", "X", "éA"]), &strict).unwrap(),
        Some(json!(["x", "Éa"]))
    );
    let courses = json!([{"code": "c", "note": "n"}, {"note": "n", "code": "c"}, {"code": "c"}]);
    let kept = json!([{"code": "c", "note": "n"}, {"code": "c"}]);
    assert_eq!(value(Some(ACME), "courses", courses, &strict).unwrap(), Some(kept));
    // Addresses have no `value`: two of one type stay two (A-59).
    let addresses = json!([{"type": "work", "locality": "L"}, {"type": "work", "locality": "M"}]);
    assert_eq!(value(None, "addresses", addresses.clone(), &strict).unwrap(), Some(addresses));
}

#[test]
fn long_lists_are_merged_by_the_same_rule() {
    let list = |range: std::ops::Range<u32>| -> Vec<Value> {
        range.map(|i| json!({"value": format!("M{i}@x"), "type": "other"})).collect()
    };
    let mut sent = list(0..500);
    sent.push(json!({"value": "\u{ff4d}7@X", "type": "OTHER", "display": "seven"}));
    sent.push(json!({"display": "none"}));
    sent.push(json!({"display": "none"}));
    let mut kept = list(0..500);
    kept[7]["display"] = json!("seven");
    kept.push(json!({"display": "none"}));
    assert_eq!(value(None, "emails", sent.into(), &Dialect::strict()).unwrap(), Some(kept.into()));
}

#[test]
fn one_element_is_read_like_a_list_of_one() {
    let emails = rt("User").core("emails").unwrap().clone();
    let element = |v: Value| canonical_element(&emails, v, &Dialect::entra(), "emails");
    assert_eq!(
        element(json!({"VALUE": "x", "primary": "False", "type": null})).unwrap(),
        Some(json!({"value": "x", "primary": false}))
    );
    assert_eq!(element(json!({"type": null})).unwrap(), None);
    assert_eq!(fault(element(json!({"value": 7}))), (ScimType::InvalidValue, "emails.value".into()));
}
