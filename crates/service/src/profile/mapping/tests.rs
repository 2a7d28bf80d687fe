use scim::Registry;
use serde_json::json;
use store::ResourceId;
use uuid::Uuid;

use super::*;

fn document() -> Document {
    let Value::Object(map) = json!({
        "schemas": [scim::schema::USER, scim::schema::ENTERPRISE_USER],
        "userName": "ann",
        "displayName": "Ann A",
        "name": {"givenName": "Ann", "familyName": "A"},
        "emails": [
            {"type": "work", "value": "w@x.de", "primary": true},
            {"type": "home", "value": "h@x.de"},
        ],
        "roles": [{"value": "Teacher"}, {"value": "Author"}],
        (scim::schema::ENTERPRISE_USER): {"department": "Sales", "costCenter": "42"},
    }) else {
        panic!("an object")
    };
    Document::from_canonical(map)
}

fn compile(settings: Value) -> ServiceResult<Mapping> {
    let settings: ProfileSettings = serde_json::from_value(settings).unwrap();
    let registry = Registry::builtin();
    Mapping::compile(&settings, registry.resource_type("User").unwrap())
}

fn group(n: u128, display: &str) -> GroupRef {
    GroupRef { id: ResourceId(Uuid::from_u128(n)), display: display.to_owned(), direct: false }
}

#[test]
fn without_settings_the_profile_is_the_built_in_one() {
    let profile = compile(json!({})).unwrap().apply(&document(), &[]);
    assert_eq!(profile, Profile::of(&document()));
}

#[test]
fn the_first_path_with_a_value_counts() {
    let mapping = compile(json!({"fields": {
        "email": ["emails[type eq \"home\"].value", "emails.value"],
        "displayName": ["nickName", "name.familyName"],
        "title": [],
        "department": ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"],
    }}))
    .unwrap();
    let profile = mapping.apply(&document(), &[]);
    assert_eq!(profile.email.as_deref(), Some("h@x.de"));
    assert_eq!(profile.display_name.as_deref(), Some("A"));
    assert_eq!(profile.title, None);
    assert_eq!(profile.department.as_deref(), Some("42"));
    assert_eq!(profile.given_name.as_deref(), Some("Ann"), "what is not named is as built in");
}

#[test]
fn custom_keys_hold_what_their_paths_name() {
    let mapping = compile(json!({"custom": {
        "mails": ["emails.value"],
        "home": ["emails[type eq \"home\"]"],
        "nothing": ["nickName"],
    }}))
    .unwrap();
    let custom = Value::Object(mapping.apply(&document(), &[]).custom);
    assert_eq!(custom, json!({"home": {"type": "home", "value": "h@x.de"}, "mails": ["w@x.de", "h@x.de"]}));
}

#[test]
fn rules_make_roles_of_groups_and_app_roles() {
    let rules = json!([
        {"group": "TRAINERS", "role": "trainer"},
        {"group": "00000000-0000-0000-0000-000000000007", "role": "admin"},
        {"group": "Nobody", "role": "nobody"},
        {"appRole": "Teacher", "role": "trainer"},
    ]);
    let groups = [group(1, "trainers"), group(7, "x")];
    let roles = |settings| compile(json!({"roles": settings})).unwrap().apply(&document(), &groups).roles;
    assert_eq!(roles(json!({"rules": rules})), ["trainer", "Author", "admin"]);
    assert_eq!(roles(json!({"rules": rules, "keepUnmapped": false})), ["trainer", "admin"]);
    assert_eq!(roles(json!({"from": [], "rules": [rules[1]]})), ["admin"]);
    assert!(compile(json!({"roles": {"rules": rules}})).unwrap().needs_groups());
    assert!(!compile(json!({"roles": {"rules": [rules[3]]}})).unwrap().needs_groups());
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    for (settings, at) in [
        (json!({"fields": {"email": ["emails[type eq"]}}), "profile.fields.email"),
        (json!({"fields": {"displayName": ["noSuch"]}}), "profile.fields.displayName"),
        (json!({"custom": {"a": ["noSuch"]}}), "profile.custom.a"),
        (json!({"custom": {"": []}}), "profile.custom"),
        (json!({"roles": {"from": ["x y"]}}), "profile.roles.from"),
        (json!({"roles": {"rules": [{"role": "x"}]}}), "profile.roles.rules[0]"),
        (
            json!({"roles": {"rules": [{"role": "x", "group": "g", "appRole": "a"}]}}),
            "profile.roles.rules[0]",
        ),
        (json!({"roles": {"rules": [{"group": "g", "role": " "}]}}), "profile.roles.rules[0]"),
    ] {
        let error = compile(settings.clone()).unwrap_err();
        assert!(error.message.starts_with(at), "{settings}: {}", error.message);
    }
}
