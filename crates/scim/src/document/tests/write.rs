//! Tests of create, replace and validate.

use super::*;

fn put_with(current: Value, next: Value, dialect: &Dialect) -> Result<Value, ScimError> {
    let incoming = read_as("User", next, &Dialect::entra()).unwrap();
    let document = replace(&rt("User"), &user(current).document, incoming, dialect)?;
    Ok(Value::Object(document.as_map().clone()))
}

fn put(current: Value, next: Value) -> Result<Value, ScimError> {
    put_with(current, next, &Dialect::entra())
}

// Design ruling 5; S-CREATE-03
#[test]
fn a_new_user_is_active_unless_said_otherwise() {
    let active = |body: Value| create(&rt("User"), user(body)).unwrap().as_map()["active"].clone();
    assert_eq!(active(json!({"userName": "a"})), json!(true));
    assert_eq!(active(json!({"userName": "a", "active": null})), json!(true));
    assert_eq!(active(json!({"userName": "a", "active": "False"})), json!(false));
    let group = read_as("Group", json!({"displayName": "g"}), &Dialect::entra()).unwrap();
    assert!(!create(&rt("Group"), group).unwrap().as_map().contains_key("active"));
}

// S-USER-01, S-GROUP-01, S-CREATE-05, S-NULL-03, S-RES-04
#[test]
fn required_values_are_demanded() {
    let check = |body: Value| fault(validate(&rt("User"), &user(body).document));
    assert_eq!(check(json!({"title": "t"})), (ScimType::InvalidValue, "userName".into()));
    assert_eq!(check(json!({"userName": ""})), (ScimType::InvalidValue, "userName".into()));
    let course = json!({"userName": "a", ACME: {"courses": [{"code": "c"}, {"note": "n"}]}});
    assert_eq!(check(course).1, format!("{ACME}:courses[1].code"));
    let group = read_as("Group", json!({"members": []}), &Dialect::entra()).unwrap();
    assert_eq!(fault(create(&rt("Group"), group)).1, "displayName");

    let mut registry = Registry::builtin();
    let badge = json!({"id": ACME, "attributes": [{"name": "badge", "required": true}]});
    registry.add_schema(Schema::from_json(&badge).unwrap()).unwrap();
    registry.extend("User", ACME, true).unwrap();
    let rt = registry.resource_type("User").unwrap();
    let made = |body: Value| create(rt, super::super::read(rt, &registry, body, &Dialect::entra()).unwrap());
    assert_eq!(fault(made(json!({"userName": "a"}))).1, ACME);
    assert!(made(json!({"userName": "a", ACME: {"badge": "1"}})).is_ok());
    assert_eq!(fault(made(json!({"userName": "a", ACME: {"badge": ""}}))).1, format!("{ACME}:badge"));
}

// S-MULTI-02, A-11
#[test]
fn two_primaries_are_refused() {
    let body = |second: bool| {
        json!({"userName": "a", "emails": [
        {"value": "x", "primary": true}, {"value": "y", "primary": second}]})
    };
    assert!(create(&rt("User"), user(body(false))).is_ok());
    assert_eq!(fault(create(&rt("User"), user(body(true)))), (ScimType::InvalidValue, "emails".into()));
}

// A-59, S-SCHEMA-05
#[test]
fn canonical_values_bind_only_where_enforced() {
    let site = |v: &str| create(&rt("User"), user(json!({"userName": "a", ACME: {"site": v}})));
    assert_eq!(site("north").unwrap().as_map()[ACME]["site"], "north");
    assert_eq!(fault(site("West")).1, format!("{ACME}:site"));
    assert!(
        create(&rt("User"), user(json!({"userName": "a", "emails": [{"value": "x", "type": "boat"}]})))
            .is_ok()
    );
}

// S-PUT-02, S-PUT-03, A-12
#[test]
fn put_replaces_everything_but_active() {
    let current = json!({"userName": "a", "active": false, "nickName": "n", "emails": [{"value": "x"}],
                         "externalId": "e", ENTERPRISE_USER: {"department": "d"}});
    let next = put(current.clone(), json!({"userName": "b"})).unwrap();
    assert_eq!(next, json!({"schemas": [USER], "userName": "b", "active": false}));
    let next =
        put(current.clone(), json!({"userName": "a", "active": true, "emails": [{"value": "y"}]})).unwrap();
    assert_eq!(next["active"], true);
    assert_eq!(next["emails"], json!([{"value": "y"}]));
    // S-PUT-06
    assert_eq!(fault(put(current, json!({"nickName": "n"}))).1, "userName");
}

// Design ruling 5
#[test]
fn put_of_active_null_keeps_it_or_is_refused() {
    let current = json!({"userName": "a", "active": false});
    let next = json!({"userName": "a", "active": null});
    assert_eq!(put(current.clone(), next.clone()).unwrap()["active"], false);
    assert_eq!(fault(put_with(current, next, &Dialect::strict())), (ScimType::InvalidValue, "active".into()));
}

// S-PUT-04, A-13
#[test]
fn immutable_values_stay() {
    let with = |acme: Value| json!({"userName": "a", ACME: acme});
    let badge = with(json!({"badge": "1", "contract": {"number": "c", "note": "x"}}));
    assert_eq!(put(badge.clone(), badge.clone()).unwrap()[ACME], badge[ACME]);
    let kept = put(badge.clone(), json!({"userName": "a"})).unwrap();
    assert_eq!(kept[ACME], json!({"badge": "1", "contract": {"number": "c"}}));
    assert_eq!(kept["schemas"], json!([USER, ACME]));
    let changed = put(badge.clone(), with(json!({"badge": "2"})));
    assert_eq!(fault(changed), (ScimType::Mutability, format!("{ACME}:badge")));
    let changed = put(badge, with(json!({"contract": {"number": "d"}})));
    assert_eq!(fault(changed), (ScimType::Mutability, format!("{ACME}:contract.number")));
    assert_eq!(put(json!({"userName": "a"}), with(json!({"badge": "1"}))).unwrap()[ACME]["badge"], "1");
}

// putting back what is there changes nothing, whatever the order of keys (S-MODEL-07).
#[test]
fn put_of_the_current_state_is_no_change() {
    let current =
        create(&rt("User"), user(json!({"userName": "a", "name": {"givenName": "g", "familyName": "f"}})))
            .unwrap();
    let echoed = json!({"name": {"familyName": "f", "givenName": "g"}, "active": true, "userName": "a", "id": "x", "groups": []});
    assert_eq!(replace(&rt("User"), &current, user(echoed), &Dialect::okta()).unwrap(), current);
}

// A-12, option put=merge
#[test]
fn merging_put_keeps_what_is_omitted() {
    let current = user(json!({"userName": "a", "nickName": "n", "title": "t",
                              ENTERPRISE_USER: {"department": "d", "division": "v"}}))
    .document;
    let merged = |next: Value| {
        let document = merge(&rt("User"), &current, user(next), &Dialect::entra()).unwrap();
        Value::Object(document.as_map().clone())
    };
    let next = merged(json!({"userName": "b", "title": null, ENTERPRISE_USER: {"department": null}}));
    assert_eq!(
        next,
        json!({"schemas": [USER, ENTERPRISE_USER], "userName": "b", "nickName": "n",
                            ENTERPRISE_USER: {"division": "v"}})
    );
    assert!(merged(json!({"userName": "b", ENTERPRISE_USER: null})).get(ENTERPRISE_USER).is_none());
}
