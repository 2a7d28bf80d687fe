//! One snapshot for each section and dialect.

use client::Request;
use serde_json::{Map, Value as Json, json};

use super::people::{ANN, FEW};
use super::{CUSTOM, ENTERPRISE, MANAGER, flows, groups, sent, texts, turned, users, wire};
use crate::mapping::AppRole;
use crate::model::{Kind, TargetPath, Value};
use crate::testing::{Listener, Reply};
use crate::wire::{Dialect, SWITCHES, Wire};

const GUID: &str = "7d420df3-0000-4000-8000-000000000000";
const ENGINES: [Dialect; 2] = [Dialect::EntraDefault, Dialect::Entra2020];

fn path(text: &str) -> TargetPath {
    text.parse().unwrap()
}

fn named(section: &str, dialect: Dialect) -> String {
    format!("{section}--{dialect}")
}

/// Rows of one wire.
fn rows<'t>(wire: &Wire, rows: Vec<(&'t str, Request)>) -> Vec<(&'t str, Wire, Request)> {
    rows.into_iter().map(|(title, request)| (title, wire.clone(), request)).collect()
}

#[tokio::test]
async fn section_1_test_connection() {
    for dialect in ENGINES {
        let wire = wire(dialect);
        let probe = |kind, text| wire.probe(kind, &path(text), GUID);
        let text = sent(rows(
            &wire,
            vec![
                ("1.1 a random user", probe(Kind::User, "userName")),
                ("1.1 matched by externalId", probe(Kind::User, "externalId")),
                ("1.1 matched by e-mail", probe(Kind::User, "emails[type eq \"work\"].value")),
                ("1.1 a random group", probe(Kind::Group, "displayName")),
            ],
        ))
        .await;
        insta::assert_snapshot!(named("1-test-connection", dialect), text);
    }
}

#[tokio::test]
async fn section_1_the_flag_goes_with_every_request() {
    let listener = Listener::always(Reply::new(204, &[], "")).await;
    let mut lines = Vec::new();
    let all = [
        (Dialect::Entra2020, "/scim?aadOptscim062020"),
        (Dialect::Entra2020, "/scim"),
        (Dialect::EntraDefault, "/scim?aadOptscim062020"),
        (Dialect::EntraDefault, "/scim?AzureAdScimPatch2017"),
    ];
    for (dialect, tenant_url) in all {
        let wire = wire(dialect);
        let client = wire.client(&listener.url(tenant_url)).bearer("t0ken".into()).build().unwrap();
        let requests = [
            wire.match_query(Kind::User, &path("userName"), "a b+c"),
            wire.read(Kind::Group, "1/2"),
            wire.update(Kind::User, "1", &[]),
            wire.delete(Kind::User, "1"),
        ];
        for request in requests {
            client.send(request).await.unwrap();
        }
        lines.extend(listener.take().iter().map(|came| came.lines().next().unwrap().to_owned()));
        lines.push(String::new());
    }
    insta::assert_snapshot!("1-the-flag", lines.join("\n"));
}

#[tokio::test]
async fn section_2_1_matching_and_reading() {
    for dialect in ENGINES {
        let plain = wire(dialect);
        let find = |text, value| plain.match_query(Kind::User, &path(text), value);
        let mut all = rows(
            &plain,
            vec![
                ("2.1 by userName", find("userName", "a@b.c")),
                ("2.1 by externalId", find("externalId", "x")),
                ("2.1 by e-mail", find("emails[type eq \"work\"].value", "a@b.c")),
                ("2.1 by an extension's attribute", find(&format!("{ENTERPRISE}:employeeNumber"), "7")),
                ("2.1 a value with quotes, plus and umlaut", find("userName", "o\"h+ara & söhne")),
                ("2.1 by id", plain.read(Kind::User, "u1")),
                ("2.5 is it this manager already", plain.reference_check("u1", "m1").unwrap()),
                ("2.7 hard delete", plain.delete(Kind::User, "u1")),
            ],
        );
        let other = turned(dialect, "reference-check", "manager-first");
        let check = other.reference_check("u1", "m1").unwrap();
        all.push(("2.5 the same, manager first", other, check));
        let bare = turned(dialect, "filter-value", "bare");
        for (title, value) in [
            ("2.1 a value without quotes", "jyoung"),
            ("2.1 a number keeps its quotes", "7"),
            ("2.1 words keep their quotes", "Ann Lee"),
        ] {
            all.push((title, bare.clone(), bare.match_query(Kind::User, &path("externalId"), value)));
        }
        insta::assert_snapshot!(named("2.1-matching", dialect), sent(all).await);
        assert!(turned(dialect, "reference-check", "off").reference_check("u1", "m1").is_none());
    }
}

#[tokio::test]
async fn section_2_2_create() {
    let users = users();
    let (few, ann) = (texts(&users, FEW), texts(&users, ANN));
    let custom = texts(&users, &[("userName", "ann@ex.org"), (CUSTOM, "42"), ("nickName", "")]);
    let number = format!("{ENTERPRISE}:employeeNumber");
    for dialect in ENGINES {
        let plain = wire(dialect);
        let mut all = rows(
            &plain,
            vec![
                ("2.2 the sample", plain.create(&users, &few)),
                ("2.2 every attribute of the default mapping", plain.create(&users, &ann)),
                (
                    "2.2 no enterprise value, a custom extension that is not announced",
                    plain.create(&users, &custom),
                ),
            ],
        );
        for (title, name, value) in [
            ("2.2 active as text", "boolean-at-create", "capital-text"),
            ("2.2 the documentation's second example", "post-form", "example-two"),
            ("2.2 primary as text", "primary", "capital-text"),
            ("2.2 the first of each is primary", "primary-marks", "first-of-each"),
            ("2.2 schemas last", "key-order", "schemas-last"),
            ("2.2 no meta", "meta-at-create", "off"),
            ("2.2 no roles", "roles-at-create", "off"),
            ("2.2 application/json", "content-type", "json"),
        ] {
            let wire = turned(dialect, name, value);
            // Of the few only the e-mail address could be marked.
            let request = wire.create(&users, if name == "primary-marks" { &ann } else { &few });
            all.push((title, wire, request));
        }
        let with_manager = turned(dialect, "manager-at-create", "on");
        let number = texts(&users, &[("userName", "ann@ex.org"), (&number, "7")]);
        for (title, flows) in [("2.2 a manager as text", &few), ("2.2 a manager beside a number", &number)] {
            let request = with_manager.create_with(&users, flows, Some((&path(MANAGER), "m1")));
            all.push((title, with_manager.clone(), request));
        }
        insta::assert_snapshot!(named("2.2-create", dialect), sent(all).await);
    }
}

#[tokio::test]
async fn section_2_3_update() {
    let users = users();
    let update = |wire: &Wire, values: &[(&str, &str)], target: &Json| {
        wire.update(Kind::User, "u1", &wire.changes(&texts(&users, values), target))
    };
    let number = format!("{ENTERPRISE}:employeeNumber");
    let several = [
        ("displayName", "A"),
        ("name.givenName", "B"),
        ("emails[type eq \"work\"].value", "c@x"),
        (number.as_str(), "8"),
    ];
    let there = json!({"active": true, "displayName": "a b", "name": {"givenName": "b c"},
        "emails": [{"type": "work", "value": "d@x"}], ENTERPRISE: {"employeeNumber": "7"}});
    for dialect in ENGINES {
        let plain = wire(dialect);
        let mut all = rows(
            &plain,
            vec![
                ("2.3 disable", update(&plain, &[("active", "False")], &there)),
                ("2.3 re-enable", update(&plain, &[("active", "True")], &json!({"active": false}))),
                ("2.3 add single-valued", update(&plain, &[("nickName", "Al")], &there)),
                ("2.3 replace several", update(&plain, &several, &there)),
                ("2.3 add several", update(&plain, &[("name.givenName", "B"), ("title", "T")], &json!({}))),
                ("2.3 add and replace", update(&plain, &[("title", "T"), ("displayName", "A")], &there)),
                ("2.4 every path of the default mapping", update(&plain, ANN, &json!({}))),
                ("2.4 a custom attribute that is a number", update(&plain, &[(CUSTOM, "42")], &there)),
            ],
        );
        for (title, name, value) in [
            (
                "2.3 the other case of op",
                "op-case",
                if dialect == Dialect::Entra2020 { "capital" } else { "lower" },
            ),
            ("2.3 a real boolean", "boolean", "real"),
            ("2.3 a boolean as capital text", "boolean", "capital-text"),
            ("2.3 a boolean as lower-case text", "boolean", "lower-text"),
            ("2.3 Operations before schemas", "key-order", "schemas-last"),
        ] {
            let wire = turned(dialect, name, value);
            let request = update(&wire, &[("active", "False")], &there);
            all.push((title, wire, request));
        }
        insta::assert_snapshot!(named("2.3-update", dialect), sent(all).await);
        // 2.3 clear: a null is not sent, nor an empty text.
        assert!(plain.changes(&texts(&users, &[("displayName", "")]), &there).is_empty());
    }
}

#[tokio::test]
async fn section_2_5_manager() {
    for dialect in ENGINES {
        let mut all = Vec::new();
        for form in ["text", "complex", "reference-list"] {
            let wire = turned(dialect, "manager-form", form);
            let request = wire.set_manager("u1", &path(MANAGER), "m1");
            all.push((form, wire, request));
        }
        for form in ["remove", "remove-by-value", "empty-text", "empty-complex"] {
            let wire = turned(dialect, "manager-clear", form);
            let request = wire.clear_manager("u1", &path(MANAGER), "m1");
            all.push((form, wire, request));
        }
        insta::assert_snapshot!(named("2.5-manager", dialect), sent(all).await);
    }
}

#[tokio::test]
async fn section_2_6_roles() {
    let users = users();
    let element = |name: &str, role: &str| {
        let parts =
            json!({"primary": false, "type": "WindowsAzureActiveDirectoryRole", name: role, "value": role});
        Value::Complex(parts.as_object().cloned().unwrap_or_else(Map::new))
    };
    let several = |name| Value::Many(vec![element(name, "Admin"), element(name, "Reader")]);
    let single = flows(&users, &[("roles[primary eq \"True\"].value", Value::from("Admin"))]);
    let complex = flows(&users, &[("roles", several("displayName"))]);
    let assertive = flows(&users, &[("roles", several("display"))]);
    let admin = AppRole { id: "g".into(), value: Some("Admin".into()), display_name: Some("Admin".into()) };
    let other = json!({"roles": [{"primary": true, "value": "User"}]});
    for dialect in ENGINES {
        let wire = wire(dialect).knowing([admin.clone()]);
        let update = |flows, target: &Json| wire.update(Kind::User, "u1", &wire.changes(flows, target));
        let text = sent(rows(
            &wire,
            vec![
                ("2.6 SingleAppRoleAssignment, POST", wire.create(&users, &single)),
                ("2.6 SingleAppRoleAssignment, PATCH", update(&single, &json!({}))),
                ("2.6 SingleAppRoleAssignment, PATCH of another", update(&single, &other)),
                ("2.6 AppRoleAssignmentsComplex, POST", wire.create(&users, &complex)),
                ("2.6 AppRoleAssignmentsComplex, PATCH adds", update(&complex, &other)),
                ("2.6 AssertiveAppRoleAssignmentsComplex, POST", wire.create(&users, &assertive)),
                ("2.6 AssertiveAppRoleAssignmentsComplex, PATCH replaces", update(&assertive, &other)),
            ],
        ))
        .await;
        insta::assert_snapshot!(named("2.6-roles", dialect), text);
        // What is there already is not sent again, in whichever form the service kept it.
        for there in [json!("Admin"), json!("{\"value\":\"Admin\"}")] {
            let target = json!({"roles": [{"value": there}]});
            assert!(wire.changes(&single, &target).is_empty(), "{target}");
        }
        let more = json!({"roles": [{"value": "Reader"}, {"value": "Admin"}, {"value": "Old"}]});
        assert!(wire.changes(&complex, &more).is_empty(), "a role that is there too much is never removed");
        assert_eq!(wire.changes(&assertive, &more).len(), 1);
    }
}

#[tokio::test]
async fn section_3_groups() {
    let groups = groups();
    let created = texts(&groups, &[("displayName", "Eng"), ("externalId", "oid")]);
    let none: [&str; 0] = [];
    for dialect in ENGINES {
        let plain = wire(dialect);
        let rename = |wire: &Wire| {
            let changes =
                wire.changes(&texts(&groups, &[("displayName", "Eng2")]), &json!({"displayName": "Eng"}));
            wire.update(Kind::Group, "g1", &changes)
        };
        let one = |requests: Vec<Request>| -> Request {
            let [request] = <[Request; 1]>::try_from(requests).unwrap();
            request
        };
        let mut all = rows(
            &plain,
            vec![
                ("3 match", plain.match_query(Kind::Group, &path("displayName"), "Eng")),
                ("3 match by externalId", plain.match_query(Kind::Group, &path("externalId"), "oid")),
                ("3 read", plain.read(Kind::Group, "g1")),
                ("3 create", plain.create(&groups, &created)),
                ("3 rename", rename(&plain)),
                ("3 add a member", one(plain.members("g1", &["u1"], &none))),
                ("3 remove a member", one(plain.members("g1", &none, &["u1"]))),
                ("3 delete", plain.delete(Kind::Group, "g1")),
            ],
        );
        for (title, name, value) in [
            ("3 create with an empty list", "members-at-create", "on"),
            (
                "3 rename in the other form",
                "rename-form",
                if dialect == Dialect::Entra2020 { "pathed" } else { "pathless" },
            ),
        ] {
            let wire = turned(dialect, name, value);
            let request = if name == "rename-form" { rename(&wire) } else { wire.create(&groups, &created) };
            all.push((title, wire, request));
        }
        for (title, name, value) in [
            ("3 several values in one operation", "members-per-operation", "5"),
            ("3 several operations in one PATCH", "operations-per-patch", "5"),
            ("3 without $ref", "member-ref-null", "off"),
        ] {
            let wire = turned(dialect, name, value);
            for request in wire.members("g1", &["u1", "u2"], &["u3", "u4"]) {
                all.push((title, wire.clone(), request));
            }
        }
        let asking = turned(dialect, "reference-check-members", "on");
        let check = asking.member_check("g1", "u1").unwrap();
        all.push(("3 is it a member already", asking, check));
        insta::assert_snapshot!(named("3-groups", dialect), sent(all).await);
        assert!(plain.member_check("g1", "u1").is_none());
        assert!(plain.members("g1", &none, &none).is_empty());
    }
}

#[tokio::test]
async fn jobs_from_before_2018_put_a_dot_behind_the_urn() {
    let (users, groups) = (users(), groups());
    let wire = wire(Dialect::EntraLegacyCustomappsso);
    let number = format!("{ENTERPRISE}:employeeNumber");
    let changes = wire.changes(&texts(&users, &[(&number, "8"), (CUSTOM, "1")]), &json!({}));
    let text = sent(rows(
        &wire,
        vec![
            ("2.3 an extension's attribute", wire.update(Kind::User, "u1", &changes)),
            ("2.3 a manager", wire.set_manager("u1", &path(MANAGER), "m1")),
            ("2.3 a group's URN", wire.create(&groups, &texts(&groups, &[("displayName", "Eng")]))),
        ],
    ))
    .await;
    insta::assert_snapshot!("2.3-legacy", text);
}

#[test]
fn every_switch_that_varies_is_one_of_those_on_the_wire_or_of_the_job() {
    // A switch that nothing reads would be a promise without a deed: those of the wire are turned in the tests above.
    let of_the_job = ["probe-before-cycle", "discovery-at-test", "external-id-in-patch"];
    let source = include_str!("bytes.rs");
    for switch in SWITCHES.iter().filter(|s| s.varies && !of_the_job.contains(&s.name)) {
        assert!(source.contains(&format!("\"{}\"", switch.name)), "{} is turned nowhere", switch.name);
    }
}
