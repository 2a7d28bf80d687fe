//! The case table of PATCH: T4 to T8, T11, and primary elements.

use serde_json::json;

use super::kit::*;
use crate::{Dialect, Quirk};

#[test]
fn t4_lists_of_simple_values() {
    let tags = json!({ACME: {"tags": ["a", "b"]}});
    makes(
        tags.clone(),
        json!([{"op": "add", "path": "tags", "value": ["B", "c"]}]),
        json!({ACME: {"tags": ["a", "b", "c"]}}),
    );
    makes(
        tags.clone(),
        json!([{"op": "add", "path": "tags", "value": "c"}]),
        json!({ACME: {"tags": ["a", "b", "c"]}}),
    );
    makes(
        json!({ACME: {"codes": ["a"]}}),
        json!([{"op": "add", "path": "codes", "value": ["A", "a"]}]),
        json!({ACME: {"codes": ["a", "A"]}}),
    );
    makes(
        tags.clone(),
        json!([{"op": "replace", "path": "tags", "value": ["c"]}]),
        json!({ACME: {"tags": ["c"]}}),
    );
    makes(tags.clone(), json!([{"op": "replace", "path": "tags", "value": []}]), json!({}));
    makes(tags, json!([{"op": "remove", "path": "tags"}]), json!({}));
}

// A-09, S-PATCH-11
#[test]
fn t5_elements_are_added_once() {
    let work = json!({"emails": [{"value": "a@x", "type": "work"}]});
    let add = |value| json!([{"op": "add", "path": "emails", "value": value}]);
    makes(work.clone(), add(json!([{"value": "A@X", "type": "WORK"}])), work.clone());
    makes(
        work.clone(),
        add(json!({"value": "a@x", "type": "work", "display": "A"})),
        json!({"emails": [{"value": "a@x", "type": "work", "display": "A"}]}),
    );
    makes(
        work.clone(),
        add(json!([{"value": "a@x", "type": "home"}, {"value": "a@x", "type": "home"}])),
        json!({"emails": [{"value": "a@x", "type": "work"}, {"value": "a@x", "type": "home"}]}),
    );
    makes(
        json!({"roles": [{"value": "r", "type": "t"}]}),
        json!([{"op": "add", "path": "roles", "value": [{"value": "r"}]}]),
        json!({"roles": [{"value": "r", "type": "t"}]}),
    );
    let address = json!({"addresses": [{"type": "work", "locality": "Ulm"}]});
    makes(
        address.clone(),
        json!([{"op": "add", "path": "addresses", "value": [{"locality": "Ulm", "type": "work", "primary": true}]}]),
        json!({"addresses": [{"type": "work", "locality": "Ulm", "primary": true}]}),
    );
    makes(
        address,
        json!([{"op": "add", "path": "addresses", "value": [{"type": "work", "locality": "Bern"}]}]),
        json!({"addresses": [{"type": "work", "locality": "Ulm"}, {"type": "work", "locality": "Bern"}]}),
    );
    makes(
        work.clone(),
        json!([{"op": "replace", "path": "emails", "value": [{"value": "b"}]}]),
        json!({"emails": [{"value": "b"}]}),
    );
    makes(work.clone(), json!([{"op": "replace", "path": "emails", "value": null}]), json!({}));
    makes(work, json!([{"op": "remove", "path": "emails"}]), json!({}));
}

#[test]
fn t6_selected_elements() {
    let both =
        json!({"emails": [{"value": "w", "type": "work", "display": "W"}, {"value": "h", "type": "home"}]});
    let path = "emails[type eq \"work\"]";
    makes(
        both.clone(),
        json!([{"op": "add", "path": path, "value": {"value": "v"}}]),
        json!({"emails": [{"value": "v", "type": "work", "display": "W"}, {"value": "h", "type": "home"}]}),
    );
    // A-47
    makes(
        both.clone(),
        json!([{"op": "replace", "path": path, "value": {"value": "v"}}]),
        json!({"emails": [{"value": "v", "type": "work"}, {"value": "h", "type": "home"}]}),
    );
    makes(
        both.clone(),
        json!([{"op": "replace", "path": path, "value": {"value": "v", "type": "other"}}]),
        json!({"emails": [{"value": "v", "type": "other"}, {"value": "h", "type": "home"}]}),
    );
    makes(
        both.clone(),
        json!([{"op": "remove", "path": path}]),
        json!({"emails": [{"value": "h", "type": "home"}]}),
    );
    makes(
        both.clone(),
        json!([{"op": "replace", "path": path, "value": null}]),
        json!({"emails": [{"value": "h", "type": "home"}]}),
    );
    // A-10
    makes(both.clone(), json!([{"op": "remove", "path": "emails[value pr]"}]), json!({}));
    refuses(both.clone(), json!([{"op": "replace", "path": path, "value": 7}]), "invalidValue", path);
    // S-PATCH-17, A-08
    makes(both.clone(), json!([{"op": "remove", "path": "emails[type eq \"other\"]"}]), both);
}

// A-06
#[test]
fn t6_t7_add_makes_the_element_that_the_filter_asks_for() {
    makes(
        json!({}),
        json!([{"op": "add", "path": "emails[type eq \"Work\" and primary eq true]", "value": {"value": "v"}}]),
        json!({"emails": [{"type": "Work", "primary": true, "value": "v"}]}),
    );
    makes(
        json!({}),
        json!([
            {"op": "add", "path": "addresses[type eq \"work\"].locality", "value": "Ulm"},
            {"op": "add", "path": "addresses[type eq \"work\"].region", "value": "BW"}]),
        json!({"addresses": [{"type": "work", "locality": "Ulm", "region": "BW"}]}),
    );
    for filter in
        ["type eq \"work\" or type eq \"home\"", "type ne \"work\"", "type pr", "not (type eq \"work\")"]
    {
        for operation in [json!({"op": "add"}), json!({"op": "replace"})] {
            let mut operation = operation;
            operation["value"] = json!("v");
            operation["path"] = json!(format!("photos[{filter}].value"));
            let error = run(&user(json!({})), json!([operation]), &Dialect::entra()).unwrap_err();
            assert_eq!(error.scim_type, Some(crate::ScimType::NoTarget), "{filter}: {error}");
        }
    }
}

// S-PATCH-14, A-05
#[test]
fn t6_t7_replace_wants_a_target_or_makes_it() {
    let path = "emails[type eq \"work\"]";
    for (path, value) in [(path.to_owned(), json!({"value": "v"})), (format!("{path}.value"), json!("v"))] {
        let operations = json!([{"op": "replace", "path": path, "value": value}]);
        refuses_in(&Dialect::strict(), json!({}), operations.clone(), "noTarget", &path);
        makes_in(
            &Dialect::entra(),
            json!({}),
            operations,
            json!({"emails": [{"type": "work", "value": "v"}]}),
        );
    }
}

#[test]
fn t7_sub_attributes_of_selected_elements() {
    let three = json!({"emails": [{"value": "1", "type": "work"}, {"value": "2", "type": "work"}, {"value": "3", "type": "home"}]});
    for op in ["add", "replace"] {
        makes(
            three.clone(),
            json!([{"op": op, "path": "emails[type eq \"WORK\"].display", "value": "D"}]),
            json!({"emails": [{"value": "1", "type": "work", "display": "D"}, {"value": "2", "type": "work", "display": "D"}, {"value": "3", "type": "home"}]}),
        );
    }
    makes(
        three.clone(),
        json!([{"op": "remove", "path": "emails[value eq \"3\"].type"}]),
        json!({"emails": [{"value": "1", "type": "work"}, {"value": "2", "type": "work"}, {"value": "3"}]}),
    );
    // Of the element only its type would be left.
    makes(
        three.clone(),
        json!([{"op": "remove", "path": "emails[type eq \"home\"].value"}]),
        json!({"emails": [{"value": "1", "type": "work"}, {"value": "2", "type": "work"}]}),
    );
    // Unless something comes in its place.
    makes(
        json!({"emails": [{"value": "3", "type": "home", "primary": true}]}),
        json!([{"op": "remove", "path": "emails[type eq \"home\"].value"}, {"op": "add", "path": "emails[type eq \"home\"].value", "value": "4"}]),
        json!({"emails": [{"value": "4", "type": "home", "primary": true}]}),
    );
    makes(three.clone(), json!([{"op": "remove", "path": "emails[type eq \"other\"].value"}]), three);
    makes(
        json!({ACME: {"cards": [{"value": "1", "colours": ["red"]}]}}),
        json!([{"op": "add", "path": "cards[value eq \"1\"].colours", "value": "blue"}]),
        json!({ACME: {"cards": [{"value": "1", "colours": ["red", "blue"]}]}}),
    );
    let cards = json!({ACME: {"cards": [{"value": "1", "serial": "s"}]}});
    let path = format!("{ACME}:cards[value eq \"1\"].serial");
    refuses(cards.clone(), json!([{"op": "replace", "path": path, "value": "t"}]), "mutability", &path);
    makes(cards.clone(), json!([{"op": "replace", "path": path, "value": "s"}]), cards.clone());
    let whole = format!("{ACME}:cards[value eq \"1\"]");
    refuses(
        cards.clone(),
        json!([{"op": "replace", "path": whole, "value": {"value": "2"}}]),
        "mutability",
        &path,
    );
    // The list itself may be replaced (A-13).
    makes(
        cards,
        json!([{"op": "replace", "path": "cards", "value": [{"value": "1", "serial": "t"}]}]),
        json!({ACME: {"cards": [{"value": "1", "serial": "t"}]}}),
    );
}

#[test]
fn t8_sub_attributes_of_every_element() {
    let two = json!({"emails": [{"value": "1", "type": "work"}, {"value": "2"}]});
    for op in ["add", "replace"] {
        makes(
            two.clone(),
            json!([{"op": op, "path": "emails.type", "value": "home"}]),
            json!({"emails": [{"value": "1", "type": "home"}, {"value": "2", "type": "home"}]}),
        );
        let operations = json!([{"op": op, "path": "emails.value", "value": "1"}]);
        refuses_in(&Dialect::strict(), json!({}), operations.clone(), "noTarget", "emails.value");
        makes_in(&Dialect::entra(), json!({}), operations, json!({"emails": [{"value": "1"}]}));
    }
    makes(
        two.clone(),
        json!([{"op": "remove", "path": "emails.type"}]),
        json!({"emails": [{"value": "1"}, {"value": "2"}]}),
    );
    makes(two, json!([{"op": "remove", "path": "emails.value"}]), json!({}));
    makes(json!({}), json!([{"op": "remove", "path": "emails.value"}]), json!({}));
}

#[test]
fn t11_selected_simple_values() {
    let tags = json!({ACME: {"tags": ["a", "b", "c"]}});
    makes(
        tags.clone(),
        json!([{"op": "remove", "path": "tags[value eq \"B\"]"}]),
        json!({ACME: {"tags": ["a", "c"]}}),
    );
    makes(
        tags.clone(),
        json!([{"op": "remove", "path": "tags eq \"b\""}]),
        json!({ACME: {"tags": ["a", "c"]}}),
    );
    makes(
        tags.clone(),
        json!([{"op": "replace", "path": "tags[value eq \"b\"]", "value": "x"}]),
        json!({ACME: {"tags": ["a", "x", "c"]}}),
    );
    let path = format!("{ACME}:tags[value eq \"b\"]");
    refuses(tags.clone(), json!([{"op": "add", "path": path, "value": "x"}]), "invalidPath", &path);
    let path = format!("{ACME}:tags[value eq \"z\"]");
    refuses(tags.clone(), json!([{"op": "replace", "path": path, "value": "x"}]), "noTarget", &path);
    makes(tags.clone(), json!([{"op": "remove", "path": path}]), tags);
}

// S-PATCH-08, A-11
#[test]
fn one_element_is_primary() {
    let two = json!({"emails": [{"value": "1", "type": "work", "primary": true}, {"value": "2", "type": "home"}],
                     "roles": [{"value": "r", "primary": true}]});
    let after = json!({"emails": [{"value": "1", "type": "work", "primary": false}, {"value": "2", "type": "home", "primary": true}],
                       "roles": [{"value": "r", "primary": true}]});
    for operation in [
        json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}),
        json!({"op": "add", "path": "emails[type eq \"home\"]", "value": {"primary": true}}),
        json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "2", "primary": true}}),
        json!({"op": "add", "path": "emails", "value": [{"value": "2", "type": "home", "primary": true}]}),
        json!({"op": "add", "value": {"emails": [{"value": "2", "type": "home", "primary": true}]}}),
    ] {
        makes(two.clone(), json!([operation]), after.clone());
    }
    let one_left =
        json!({"emails": [{"value": "2", "type": "home"}], "roles": [{"value": "r", "primary": true}]});
    makes(two.clone(), json!([{"op": "remove", "path": "emails[primary eq true]"}]), one_left);
    for (operation, path) in [
        (json!({"op": "replace", "path": "emails.primary", "value": true}), "emails.primary"),
        (
            json!({"op": "add", "path": "emails", "value": [{"value": "3", "primary": true}, {"value": "4", "primary": true}]}),
            "emails",
        ),
        (
            json!({"op": "replace", "path": "emails", "value": [{"value": "3", "primary": true}, {"value": "4", "primary": true}]}),
            "emails",
        ),
        (
            json!({"op": "add", "path": "ims", "value": [{"value": "3", "primary": true}, {"value": "4", "primary": true}]}),
            "ims",
        ),
    ] {
        refuses(two.clone(), json!([operation]), "invalidValue", path);
    }
}

// A-07
#[test]
fn remove_with_a_value_removes_what_is_listed() {
    let mut dialect = Dialect::strict();
    dialect.set(Quirk::RemoveWithValue, true);
    let emails = json!({"emails": [{"value": "1", "type": "work"}, {"value": "1", "type": "home"}, {"value": "2"}],
                        "addresses": [{"type": "work", "locality": "Ulm"}, {"type": "home", "locality": "Ulm"}],
                        ACME: {"tags": ["a", "b"]}});
    let cases = [
        (
            "emails",
            json!([{"value": "1", "type": "work"}]),
            "emails",
            json!([{"value": "1", "type": "home"}, {"value": "2"}]),
        ),
        ("emails", json!([{"value": "1"}]), "emails", json!([{"value": "2"}])),
        (
            "emails",
            json!({"value": "2", "type": "work"}),
            "emails",
            json!([{"value": "1", "type": "work"}, {"value": "1", "type": "home"}]),
        ),
        (
            "addresses",
            json!([{"type": "home", "locality": "ULM", "region": null}]),
            "addresses",
            json!([{"type": "work", "locality": "Ulm"}]),
        ),
        ("tags", json!(["B", "x"]), ACME, json!({"tags": ["a"]})),
        ("emails", json!([]), "emails", emails["emails"].clone()),
        (
            "emails[type eq \"work\"]",
            json!([{"value": "9"}]),
            "emails",
            json!([{"value": "1", "type": "home"}, {"value": "2"}]),
        ),
        ("emails[type eq \"work\"].value", json!("9"), "emails", emails["emails"].clone()),
    ];
    for (path, value, changed, now) in cases {
        let operations = json!([{"op": "remove", "path": path, "value": value}]);
        let mut after = emails.clone();
        after[changed] = now;
        makes_in(&dialect, emails.clone(), operations.clone(), after);
        assert!(run(&user(emails.clone()), operations, &Dialect::strict()).is_err());
    }
    makes_in(
        &dialect,
        json!({"title": "T"}),
        json!([{"op": "remove", "path": "title", "value": "t"}]),
        json!({}),
    );
    makes_in(
        &dialect,
        json!({"title": "T"}),
        json!([{"op": "remove", "path": "title", "value": "U"}]),
        json!({"title": "T"}),
    );
    makes_in(
        &dialect,
        json!({"title": "T"}),
        json!([{"op": "remove", "path": "title", "value": null}]),
        json!({}),
    );
}
