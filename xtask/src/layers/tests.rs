//! The check must be able to fail: each rule is broken once in a made-up workspace.

use serde_json::{Value, json};

use super::graph::Graph;
use super::problems;

/// A crate and its arrows: what it uses, and the kind as in `cargo metadata` (none, "dev", "build").
type Arrows<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

/// A workspace of the given crates, with the given outside crates linked.
fn workspace(arrows: &[Arrows<'_>], outside: &[&str]) -> Graph {
    let package = |name: &str, uses: &[(&str, Option<&str>)]| -> Value {
        let uses: Vec<Value> =
            uses.iter().map(|(name, kind)| json!({ "name": name, "kind": kind })).collect();
        json!({ "id": format!("id of {name}"), "name": name, "dependencies": uses })
    };
    let members: Vec<Value> = arrows.iter().map(|(name, uses)| package(name, uses)).collect();
    let ids: Vec<&Value> = members.iter().map(|member| &member["id"]).collect();
    let others = outside.iter().map(|name| package(name, &[]));
    let packages: Vec<Value> = members.iter().cloned().chain(others).collect();
    Graph::read(&json!({ "packages": packages, "workspace_members": ids }).to_string()).unwrap()
}

/// The one thing wrong with a workspace.
fn problem(arrows: &[Arrows<'_>]) -> String {
    let problems = problems(&workspace(arrows, &["axum", "rusqlite", "serde"]));
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.into_iter().next().unwrap()
}

#[test]
fn a_house_in_order_passes() {
    let graph = workspace(
        &[
            ("provost-base", &[("serde", None)]),
            ("provost-scim", &[]),
            ("provost-store", &[("provost-base", None), ("provost-scim", None)]),
            ("provost-store-sqlite", &[("provost-store", None), ("rusqlite", None)]),
            ("provost-service", &[("provost-store", None), ("provost-testkit", Some("dev"))]),
            ("provost-http", &[("provost-service", None), ("axum", None)]),
            ("provost", &[("provost-http", None), ("provost-store-sqlite", None)]),
            ("provost-testkit", &[("provost-http", None), ("provost-store-sqlite", None)]),
            ("bench", &[("axum", None), ("rusqlite", None), ("provost-http", None)]),
        ],
        &["axum", "rusqlite", "serde"],
    );
    assert_eq!(problems(&graph), Vec::<String>::new());
}

#[test]
fn an_arrow_upwards_is_refused() {
    let found = problem(&[("provost-scim", &[("provost-store", None)]), ("provost-store", &[])]);
    assert!(found.starts_with("provost-scim uses provost-store (dependency)"), "{found}");
}

#[test]
fn a_build_script_is_no_way_around() {
    let found =
        problem(&[("provost-store", &[("provost-service", Some("build"))]), ("provost-service", &[])]);
    assert!(found.contains("(build-dependency)"), "{found}");
}

#[test]
fn the_backend_is_named_by_the_binary_only() {
    let found =
        problem(&[("provost-service", &[("provost-store-sqlite", None)]), ("provost-store-sqlite", &[])]);
    assert!(found.contains("provost-store-sqlite"), "{found}");
    // Not in tests either: they reach it through the test kit.
    problem(&[("provost-service", &[("provost-store-sqlite", Some("dev"))]), ("provost-store-sqlite", &[])]);
}

#[test]
fn the_test_kit_stays_in_tests() {
    problem(&[("provost-service", &[("provost-testkit", None)]), ("provost-testkit", &[])]);
    problem(&[("provost", &[("provost-testkit", None)]), ("provost-testkit", &[])]);
    problem(&[("provost-service", &[("bench", Some("dev"))]), ("bench", &[])]);
}

#[test]
fn a_crate_without_a_floor_is_refused() {
    let found = problem(&[("provost-attic", &[("provost-attic", None)])]);
    assert!(found.starts_with("provost-attic has no floor"), "{found}");
}

#[test]
fn confined_crates_stay_where_they_are() {
    let found = problem(&[("provost", &[("axum", None)])]);
    assert!(found.contains("which only provost-http, bench, example-embed may"), "{found}");
    problem(&[("provost-service", &[("rusqlite", Some("dev"))])]);
}

#[test]
fn other_tls_is_refused_however_deep() {
    let found = problems(&workspace(&[], &["native-tls", "openssl-sys"]));
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn this_workspace_passes() {
    assert_eq!(problems(&Graph::of_workspace().unwrap()), Vec::<String>::new());
}
