//! The case table of PATCH: T0 to T3, T9, T10, and mutability.

use serde_json::json;

use super::kit::*;
use crate::Dialect;

#[test]
fn s_patch_04_05_without_a_path_each_member_counts_for_itself() {
    makes(
        json!({"title": "T", "name": {"givenName": "A", "familyName": "L"}}),
        json!([{"op": "replace", "value": {"displayName": "D", "name": {"givenName": "B"}, ACME: {"level": 3}}}]),
        json!({"title": "T", "displayName": "D", "name": {"givenName": "B", "familyName": "L"}, ACME: {"level": 3}}),
    );
    makes(
        json!({"emails": [{"value": "a"}]}),
        json!([{"op": "add", "value": {"emails": [{"value": "b"}], "tags": "x",
            "urn:ietf:params:scim:schemas:core:2.0:User": {"nickName": "N"}}}]),
        json!({"emails": [{"value": "a"}, {"value": "b"}], "nickName": "N", ACME: {"tags": ["x"]}}),
    );
    refuses(json!({}), json!([{"op": "remove"}]), "noTarget", "path");
    for value in [json!("x"), json!([1, 2]), json!(null)] {
        refuses(json!({}), json!([{"op": "add", "value": value}]), "invalidValue", "value");
    }
    refuses(json!({}), json!([{"op": "replace"}]), "invalidValue", "value");
}

#[test]
fn t1_single_values() {
    makes(json!({}), json!([{"op": "add", "path": "title", "value": "T"}]), json!({"title": "T"}));
    makes(
        json!({"title": "T"}),
        json!([{"op": "add", "path": "title", "value": "T"}]),
        json!({"title": "T"}),
    );
    makes(
        json!({"title": "T"}),
        json!([{"op": "replace", "path": "title", "value": "t"}]),
        json!({"title": "t"}),
    );
    // S-PATCH-15
    makes(json!({}), json!([{"op": "replace", "path": "title", "value": "T"}]), json!({"title": "T"}));
    makes(json!({"title": "T"}), json!([{"op": "remove", "path": "title"}]), json!({}));
    makes(json!({}), json!([{"op": "remove", "path": "title"}]), json!({}));
    // S-PATCH-16
    makes(json!({"title": "T"}), json!([{"op": "replace", "path": "title", "value": null}]), json!({}));
    refuses(json!({}), json!([{"op": "add", "path": "title"}]), "invalidValue", "title");
    refuses(json!({}), json!([{"op": "replace", "path": "title", "value": 5}]), "invalidValue", "title");
}

// S-PATCH-12, S-PATCH-13
#[test]
fn what_is_required_stays() {
    refuses(json!({}), json!([{"op": "remove", "path": "userName"}]), "mutability", "userName");
    refuses(
        json!({}),
        json!([{"op": "replace", "path": "userName", "value": null}]),
        "mutability",
        "userName",
    );
    makes(
        json!({}),
        json!([{"op": "remove", "path": "userName"}, {"op": "add", "path": "userName", "value": "bea"}]),
        json!({"userName": "bea"}),
    );
    let seat = json!({ACME: {"seat": {"row": "A", "number": 1}}});
    let row = format!("{ACME}:seat.row");
    refuses(seat.clone(), json!([{"op": "remove", "path": row}]), "mutability", &row);
    makes(seat, json!([{"op": "remove", "path": row}, {"op": "remove", "path": "seat"}]), json!({}));
    refuses(json!({}), json!([{"op": "add", "path": "seat", "value": {"number": 1}}]), "invalidValue", &row);
}

//
#[test]
fn t2_objects_are_merged() {
    let name = json!({"name": {"givenName": "A", "familyName": "L"}});
    for op in ["add", "replace"] {
        makes(
            name.clone(),
            json!([{"op": op, "path": "name", "value": {"GIVENNAME": "B"}}]),
            json!({"name": {"givenName": "B", "familyName": "L"}}),
        );
        makes(
            json!({}),
            json!([{"op": op, "path": "name", "value": {"givenName": "B"}}]),
            json!({"name": {"givenName": "B"}}),
        );
        makes(name.clone(), json!([{"op": op, "path": "name", "value": {}}]), name.clone());
        refuses(json!({}), json!([{"op": op, "path": "name", "value": "x"}]), "invalidValue", "name");
    }
    makes(
        name.clone(),
        json!([{"op": "replace", "path": "name", "value": {"givenName": null}}]),
        json!({"name": {"familyName": "L"}}),
    );
    makes(name.clone(), json!([{"op": "add", "path": "name", "value": {"givenName": null}}]), name.clone());
    makes(
        name.clone(),
        json!([{"op": "replace", "path": "name", "value": {"givenName": null, "familyName": null}}]),
        json!({}),
    );
    makes(name.clone(), json!([{"op": "replace", "path": "name", "value": null}]), json!({}));
    makes(name, json!([{"op": "remove", "path": "name"}]), json!({}));
}

#[test]
fn t3_sub_attributes() {
    let name = json!({"name": {"givenName": "A"}});
    for op in ["add", "replace"] {
        makes(json!({}), json!([{"op": op, "path": "name.givenName", "value": "A"}]), name.clone());
        makes(
            name.clone(),
            json!([{"op": op, "path": "name.familyName", "value": "L"}]),
            json!({"name": {"givenName": "A", "familyName": "L"}}),
        );
    }
    makes(name.clone(), json!([{"op": "remove", "path": "name.givenName"}]), json!({}));
    makes(name.clone(), json!([{"op": "replace", "path": "name.givenName", "value": null}]), json!({}));
    makes(name.clone(), json!([{"op": "remove", "path": "name.familyName"}]), name);
    makes(
        json!({ACME: {"seat": {"row": "A", "notes": ["x"]}}}),
        json!([{"op": "add", "path": "seat.notes", "value": ["X", "y"]}]),
        json!({ACME: {"seat": {"row": "A", "notes": ["x", "y"]}}}),
    );
}

#[test]
fn t9_whole_extensions() {
    let both = json!({ENTERPRISE: {"department": "D", "division": "V"}});
    for op in ["add", "replace"] {
        makes(
            both.clone(),
            json!([{"op": op, "path": ENTERPRISE, "value": {"division": "W", "costCenter": "C"}}]),
            json!({ENTERPRISE: {"department": "D", "division": "W", "costCenter": "C"}}),
        );
        refuses(json!({}), json!([{"op": op, "path": ENTERPRISE, "value": "x"}]), "invalidValue", ENTERPRISE);
    }
    makes(both.clone(), json!([{"op": "replace", "path": ENTERPRISE, "value": null}]), json!({}));
    makes(
        both.clone(),
        json!([{"op": "replace", "path": ENTERPRISE, "value": {"division": null}}]),
        json!({ENTERPRISE: {"department": "D"}}),
    );
    makes(both, json!([{"op": "remove", "path": ENTERPRISE.to_uppercase()}]), json!({}));
    refuses(
        json!({ACME: {"badge": "b"}}),
        json!([{"op": "remove", "path": ACME}]),
        "mutability",
        &format!("{ACME}:badge"),
    );
}

// S-PATCH-10
#[test]
fn t10_extensions_come_and_go_with_their_values() {
    let path = format!("{ENTERPRISE}:department");
    makes(
        json!({}),
        json!([{"op": "add", "path": path, "value": "D"}]),
        json!({ENTERPRISE: {"department": "D"}}),
    );
    makes(
        json!({}),
        json!([{"op": "add", "path": "department", "value": "D"}]),
        json!({ENTERPRISE: {"department": "D"}}),
    );
    makes(json!({ENTERPRISE: {"department": "D"}}), json!([{"op": "remove", "path": path}]), json!({}));
    makes(json!({}), json!([{"op": "remove", "path": path}]), json!({}));
}

// S-PATCH-10
#[test]
fn schemas_follow_the_data() {
    let base = "urn:ietf:params:scim:schemas:core:2.0:User";
    let department = json!({ENTERPRISE: {"department": "D"}});
    makes(json!({}), json!([{"op": "add", "path": "schemas", "value": [ENTERPRISE]}]), json!({}));
    let drop = json!([{"op": "remove", "path": format!("schemas[value eq \"{ENTERPRISE}\"]")}]);
    makes(department.clone(), drop, json!({}));
    let drop = json!([{"op": "remove", "path": format!("schemas eq \"{}\"", ENTERPRISE.to_lowercase())}]);
    makes(department.clone(), drop, json!({}));
    makes(department.clone(), json!([{"op": "replace", "path": "schemas", "value": [base]}]), json!({}));
    // An echo of the list among other values takes nothing away.
    makes(
        department.clone(),
        json!([{"op": "replace", "value": {"schemas": [base], "title": "T"}}]),
        json!({ENTERPRISE: {"department": "D"}, "title": "T"}),
    );
    refuses(json!({}), json!([{"op": "remove", "path": "schemas"}]), "mutability", "schemas");
    refuses(
        json!({}),
        json!([{"op": "replace", "path": "schemas", "value": [ENTERPRISE]}]),
        "mutability",
        "schemas",
    );
    refuses(
        json!({}),
        json!([{"op": "remove", "path": format!("schemas[value eq \"{base}\"]")}]),
        "mutability",
        "schemas",
    );
    let unknown = json!([{"op": "add", "path": "schemas", "value": ["urn:x:y"]}]);
    refuses_in(&Dialect::strict(), json!({}), unknown, "invalidValue", "schemas");
}

// S-PATCH-09, A-14
#[test]
fn read_only_and_immutable_attributes() {
    let score = format!("{ACME}:score");
    for operation in
        [json!({"op": "add", "value": "1"}), json!({"op": "replace", "value": "1"}), json!({"op": "remove"})]
    {
        for path in ["id", "meta", "meta.created", "groups", "groups.value", &score] {
            let mut operation = operation.clone();
            operation["path"] = json!(path);
            refuses(json!({}), json!([operation]), "mutability", path);
        }
    }
    let inside = json!([{"op": "replace", "value": {"id": "x", "meta": {}, "groups": [], ACME: {"score": "1"}, "title": "T"}}]);
    refuses_in(&Dialect::strict(), json!({}), inside.clone(), "mutability", "id");
    makes_in(&Dialect::entra(), json!({}), inside, json!({"title": "T"}));

    let badge = format!("{ACME}:badge");
    let set = json!({ACME: {"badge": "b", "home": {"city": "Ulm"}}});
    for op in ["add", "replace"] {
        makes(json!({}), json!([{"op": op, "path": badge, "value": "b"}]), json!({ACME: {"badge": "b"}}));
        makes(set.clone(), json!([{"op": op, "path": badge, "value": "b"}]), set.clone());
        refuses(set.clone(), json!([{"op": op, "path": badge, "value": "c"}]), "mutability", &badge);
        refuses(
            set.clone(),
            json!([{"op": op, "path": "home.city", "value": "Bern"}]),
            "mutability",
            &format!("{ACME}:home"),
        );
        makes(set.clone(), json!([{"op": op, "path": "home.city", "value": "Ulm"}]), set.clone());
    }
    refuses(set.clone(), json!([{"op": "remove", "path": badge}]), "mutability", &badge);
    makes(json!({}), json!([{"op": "remove", "path": badge}]), json!({}));
}

// S-PATCH-03, S-PATCH-20
#[test]
fn paths_that_mean_nothing() {
    for path in ["shoeSize", "name.shoeSize", "emails[0]", "", "title.x"] {
        let operations = json!([{"op": "add", "path": path, "value": "x"}]);
        let error = super::kit::run(&user(json!({})), operations, &Dialect::entra()).unwrap_err();
        assert_eq!(error.scim_type, Some(crate::ScimType::InvalidPath), "{path}: {error}");
    }
    let operations = json!([{"op": "add", "path": "emails[type eq", "value": "x"}]);
    let error = super::kit::run(&user(json!({})), operations, &Dialect::entra()).unwrap_err();
    assert_eq!(error.scim_type, Some(crate::ScimType::InvalidFilter));
}

// S-PATCH-21
#[test]
fn an_attribute_of_another_type_is_named_as_such() {
    let operations = json!([{"op": "add", "path": "members", "value": [{"value": "x"}]}]);
    let error = super::kit::run(&user(json!({})), operations, &Dialect::strict()).unwrap_err();
    assert!(error.detail.contains("attribute of Group"), "{error}");
}

#[test]
fn an_error_names_its_operation() {
    let operations =
        json!([{"op": "add", "path": "title", "value": "T"}, {"op": "add", "path": "title", "value": 1}]);
    let error = refuses_in(&Dialect::strict(), json!({}), operations, "invalidValue", "title");
    assert!(error.detail.starts_with("Operation 2: "), "{}", error.detail);
}
