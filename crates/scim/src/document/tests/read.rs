//! Tests of reading a body.

use super::*;

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn stripped(mut value: Value, names: &[&str]) -> Value {
    for name in names {
        value.as_object_mut().unwrap().shift_remove(*name);
    }
    value
}

// RFC 7643 §8.1, §8.2: everything comes back as it was sent, without what the service sets itself.
#[test]
fn the_users_of_the_rfc_are_read_as_they_are() {
    for text in [
        include_str!("../../../fixtures/rfc7643/8.1-minimal-user.json"),
        include_str!("../../../fixtures/rfc7643/8.2-full-user.json"),
    ] {
        for dialect in [Dialect::strict(), Dialect::entra()] {
            let incoming = read_as("User", fixture(text), &dialect).unwrap();
            // S-COMMON-02, S-COMMON-05, S-USER-02, S-USER-10
            let expected = stripped(fixture(text), &["id", "meta", "password", "groups"]);
            assert_eq!(Value::Object(incoming.document.as_map().clone()), expected);
            assert_eq!(incoming.id.as_deref(), Some("0f1c2d3e"));
            assert_eq!(incoming.relation, None);
            assert!(incoming.ignored.is_empty());
            validate(&rt("User"), &incoming.document).unwrap();
        }
    }
}

// RFC 7643 §8.3; S-ENT-01
#[test]
fn the_enterprise_user_of_the_rfc_loses_what_is_computed() {
    let text = include_str!("../../../fixtures/rfc7643/8.3-enterprise-user.json");
    let incoming = read_as("User", fixture(text), &Dialect::strict()).unwrap();
    let mut expected = fixture(text);
    expected[ENTERPRISE_USER]["manager"] = json!({"value": "m-1"});
    assert_eq!(Value::Object(incoming.document.as_map().clone()), expected);
}

// RFC 7643 §8.4; S-GROUP-04, A-34
#[test]
fn the_group_of_the_rfc_gives_its_members_apart() {
    let text = include_str!("../../../fixtures/rfc7643/8.4-group.json");
    let incoming = read_as("Group", fixture(text), &Dialect::strict()).unwrap();
    assert_eq!(incoming.relation, Some(vec![json!({"value": "u-1"}), json!({"value": "u-2"})]));
    assert_eq!(
        Value::Object(incoming.document.as_map().clone()),
        json!({"schemas": [GROUP], "displayName": "Guards"})
    );
}

#[test]
fn members_absent_null_and_empty_are_told_apart() {
    let members = |body: Value| read_as("Group", body, &Dialect::okta()).unwrap().relation;
    assert_eq!(members(json!({"displayName": "g"})), None);
    assert_eq!(members(json!({"displayName": "g", "members": null})), Some(vec![]));
    assert_eq!(members(json!({"displayName": "g", "members": []})), Some(vec![]));
    // S-MULTI-04, A-41
    let sent = json!({"displayName": "g", "members": ["u1", {"value": "u1", "$ref": null}, {"$ref": "https://x/Users/u2"}]});
    assert_eq!(members(sent), Some(vec![json!({"value": "u1"}), json!({"value": "u2"})]));
    let bad = read_as(
        "Group",
        json!({"displayName": "g", "members": [{"display": "x", "type": "User"}]}),
        &Dialect::entra(),
    );
    assert_eq!(fault(bad), (ScimType::InvalidValue, "members[0].value".into()));
}

// S-MODEL-03, S-MODEL-04, S-MODEL-07
#[test]
fn names_come_out_in_the_schemas_spelling() {
    let body = json!({
        ENTERPRISE_USER.to_uppercase(): {"DEPARTMENT": "R&D"}, "NAME": {"GivenName": "Ann"}, "USERNAME": "Ann",
        "SCHEMAS": [USER.to_uppercase(), ENTERPRISE_USER.to_lowercase()]
    });
    let document = read_as("User", body, &Dialect::strict()).unwrap().document;
    let expected = json!({"schemas": [USER, ENTERPRISE_USER], "userName": "Ann", "name": {"givenName": "Ann"},
                          ENTERPRISE_USER: {"department": "R&D"}});
    assert_eq!(Value::Object(document.as_map().clone()), expected);
    assert_eq!(document.as_map().keys().next().unwrap(), "schemas");
}

// S-MODEL-05
#[test]
fn keys_that_differ_in_case_are_refused_everywhere() {
    for (body, path) in [
        (json!({"userName": "a", "username": "a"}), "username"),
        (json!({"userName": "a", "nickName": null, "nickname": "b"}), "nickname"),
        (json!({"userName": "a", "whatever": 1, "WHATEVER": 1}), "WHATEVER"),
        (json!({"name": {"givenName": "a", "givenname": "b"}}), "name.givenname"),
        (json!({"emails": [{"value": "a"}, {"value": "a", "VALUE": "b"}]}), "emails[1].VALUE"),
    ] {
        assert_eq!(fault(read_as("User", body, &Dialect::entra())), (ScimType::InvalidSyntax, path.into()));
    }
    let mut many = serde_json::Map::new();
    for i in 0..100 {
        many.insert(format!("x{i}"), json!(1));
    }
    assert!(read_as("User", Value::Object(many.clone()), &Dialect::entra()).is_ok());
    many.insert("X7".into(), json!(1));
    assert_eq!(fault(read_as("User", Value::Object(many), &Dialect::entra())).1, "X7");
}

// S-NULL-01, S-NULL-04, S-NULL-05
#[test]
fn null_empty_list_and_empty_object_are_unassigned() {
    let incoming = user(json!({
        "userName": "a", "nickName": null, "emails": [], "roles": [null, {}], "name": {"givenName": null}, "title": "",
        ENTERPRISE_USER: {"department": null, "manager": null}, ACME: null
    }));
    assert_eq!(
        Value::Object(incoming.document.as_map().clone()),
        json!({"schemas": [USER], "userName": "a", "title": ""})
    );
    let nulls = [
        "nickName",
        "emails",
        &format!("{ENTERPRISE_USER}:department"),
        &format!("{ENTERPRISE_USER}:manager"),
        ACME,
    ];
    assert_eq!(incoming.assigned_null, nulls);
    assert!(incoming.is_null("nickName") && !incoming.is_null("title"));
}

//
#[test]
fn unknown_attributes_are_noted_or_refused() {
    let body = json!({"schemas": [USER], "userName": "a", "shoeSize": 9, "name": {"pet": "x"}, "emails": [{"value": "e", "x": 1}]});
    let incoming = read_as("User", body.clone(), &Dialect::entra()).unwrap();
    let notes = incoming.ignored.join("\n");
    assert_eq!(incoming.ignored.len(), 3);
    assert!(
        notes.contains("`shoeSize`") && notes.contains("`name.pet`") && notes.contains("`emails[0].x`"),
        "{notes}"
    );
    let refused = read_as("User", body, &Dialect::strict());
    assert_eq!(fault(refused), (ScimType::InvalidSyntax, "shoeSize".into()));
    let hostile: serde_json::Map<_, _> = (0..1000).map(|i| (format!("k{i}"), json!(1))).collect();
    assert_eq!(read_as("User", Value::Object(hostile), &Dialect::entra()).unwrap().ignored.len(), 20);
}

// A-19, S-RES-01
#[test]
fn schemas_are_inferred_or_demanded() {
    let lenient = |body: Value| read_as("User", body, &Dialect::entra());
    let strict = |body: Value| fault(read_as("User", body, &Dialect::strict()));
    for schemas in [json!(null), json!([]), json!([USER, USER]), json!([ENTERPRISE_USER])] {
        let body = json!({"schemas": schemas, "userName": "a"});
        assert_eq!(lenient(body.clone()).unwrap().document.as_map()["schemas"], json!([USER]));
        let (kind, path) = strict(body);
        assert!(matches!(kind, ScimType::InvalidSyntax | ScimType::InvalidValue) && path == "schemas");
    }
    // The schema of another endpoint is refused in every dialect.
    let group = json!({"schemas": [GROUP], "userName": "a"});
    assert_eq!(fault(lenient(group.clone())), (ScimType::InvalidValue, "schemas".into()));
    assert_eq!(strict(group), (ScimType::InvalidValue, "schemas".into()));
    assert_eq!(fault(lenient(json!({"schemas": [1]}))), (ScimType::InvalidValue, "schemas[0]".into()));
    assert_eq!(fault(lenient(json!({"schemas": {}}))), (ScimType::InvalidValue, "schemas".into()));
    assert!(read_as("User", json!([]), &Dialect::entra()).is_err());
}

// Microsoft's own group URN, and Google's older one.
#[test]
fn unknown_schemas_are_dropped_with_their_objects() {
    let microsoft = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    let body = json!({"schemas": [GROUP, microsoft], "displayName": "g", "urn:x:y": {"a": 1}});
    let incoming = read_as("Group", body.clone(), &Dialect::entra()).unwrap();
    assert_eq!(incoming.document.as_map()["schemas"], json!([GROUP]));
    assert_eq!(incoming.ignored.len(), 2);
    let refused = read_as("Group", body, &without(Quirk::UnknownSchema));
    assert_eq!(fault(refused), (ScimType::InvalidValue, "schemas".into()));
}

// S-PUT-10; an admin's own extension is sent but not listed.
#[test]
fn an_unannounced_extension_is_taken_or_refused() {
    let body = json!({"schemas": [USER], "userName": "a", ACME: {"level": 3}});
    let document = read_as("User", body.clone(), &Dialect::entra()).unwrap().document;
    assert_eq!(document.as_map()["schemas"], json!([USER, ACME]));
    let refused = read_as("User", body, &without(Quirk::UnannouncedExtension));
    assert_eq!(fault(refused), (ScimType::InvalidSyntax, ACME.into()));
}

#[test]
fn the_enterprise_urn_without_its_last_colon_is_an_alias() {
    let misspelt = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User";
    let body =
        json!({"schemas": [USER, misspelt], "userName": "a", misspelt: {"department": "d"}, "manager": null});
    let document = read_as("User", body, &Dialect::entra()).unwrap().document;
    assert_eq!(document.as_map()[ENTERPRISE_USER], json!({"department": "d"}));
    let both = json!({"userName": "a", misspelt: {"department": "d"}, ENTERPRISE_USER: {"department": "e"}});
    assert_eq!(fault(read_as("User", both, &Dialect::entra())).0, ScimType::InvalidSyntax);
    let strict = json!({"schemas": [USER, misspelt], "userName": "a"});
    assert_eq!(fault(read_as("User", strict, &Dialect::strict())).1, "schemas");
}

// A-16, S-PUT-05
#[test]
fn another_id_in_the_body_is_ignored_or_refused() {
    let incoming = user(json!({"id": "mine", "userName": "a"}));
    assert!(incoming.check_id("theirs", &Dialect::entra()).is_ok());
    assert!(incoming.check_id("mine", &Dialect::strict()).is_ok());
    assert_eq!(fault(incoming.check_id("theirs", &Dialect::strict())), (ScimType::Mutability, "id".into()));
}
