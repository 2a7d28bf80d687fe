//! `cargo xtask layers`: the arrows between crates point downwards only, and what is meant to stay in
//! one crate stays there. `ARCHITECTURE.md` draws the house; this table is its lock.

mod graph;
#[cfg(test)]
mod tests;

use crate::Outcome;
use graph::{Graph, Kind};

/// What each crate may use of the workspace.
const HOUSE: &[(&str, &[&str])] = &[
    ("provost-base", &[]),
    ("provost-scim", &[]),
    ("provost-store", &["provost-base", "provost-scim"]),
    ("provost-client", &["provost-base", "provost-scim"]),
    ("provost-docs", &["provost-base"]),
    ("provost-store-sqlite", &["provost-store", "provost-base", "provost-scim"]),
    ("provost-store-postgres", &["provost-store", "provost-base", "provost-scim"]),
    ("provost-service", &["provost-store", "provost-base", "provost-scim"]),
    ("provost-entra", &["provost-client", "provost-base", "provost-scim"]),
    ("provost-delivery", &["provost-service", "provost-base"]),
    ("provost-check", &["provost-entra", "provost-client", "provost-base", "provost-scim"]),
    ("provost-console", &["provost-service", "provost-docs", "provost-base", "provost-scim"]),
    (
        "provost-http",
        &[
            "provost-service",
            "provost-console",
            "provost-docs",
            "provost-entra",
            "provost-base",
            "provost-scim",
        ],
    ),
];

/// The binary, which puts everything together and so may use everything that is shipped.
const COMPOSITION: &str = "provost";

/// Crates of development. They may use anything; nothing that is shipped may use them, except
/// `provost-testkit` in tests.
const DEVELOPMENT: &[&str] = &["provost-testkit", "tests", "xtask", "bench", "example-embed"];

/// What development code may be used from a shipped crate's tests.
const IN_TESTS: &str = "provost-testkit";

/// Outside crates that only these may name.
const CONFINED: &[(&str, &[&str])] = &[
    ("axum", &["provost-http", "bench", "example-embed"]),
    ("tokio-postgres", &["provost-store-postgres", "bench"]),
    (
        "rusqlite",
        &["provost-store-sqlite", "provost-entra", "provost-docs", "tests", "provost-testkit", "bench"],
    ),
];

/// Outside crates that must not be linked at all: TLS is rustls, so that a build needs nothing of the system.
const BANNED: &[&str] = &["openssl", "openssl-sys", "native-tls"];

/// Checks the workspace as Cargo resolves it.
pub(crate) fn run() -> Outcome {
    let graph = Graph::of_workspace()?;
    let problems = problems(&graph);
    if problems.is_empty() {
        println!("layers: {} crates, every arrow points down", graph.members.len());
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

/// Everything wrong with the graph, a sentence each.
fn problems(graph: &Graph) -> Vec<String> {
    let mut problems = Vec::new();
    for member in &graph.members {
        let name = member.name.as_str();
        let allowed = HOUSE.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, allowed)| *allowed);
        if allowed.is_none() && name != COMPOSITION && !DEVELOPMENT.contains(&name) {
            problems.push(format!(
                "{name} has no floor in the house: give it one in xtask/src/layers.rs and ARCHITECTURE.md"
            ));
        }
        for (used, kind) in &member.uses {
            let used = used.as_str();
            if let Some((_, owners)) = CONFINED.iter().find(|(outside, _)| *outside == used)
                && !owners.contains(&name)
            {
                problems.push(format!(
                    "{name} uses {used}, which only {} may: go through them",
                    owners.join(", ")
                ));
            }
            if graph.is_member(used) && !arrow_allowed(name, allowed, used, *kind) {
                problems.push(format!(
                    "{name} uses {used} ({}): the house has no such arrow; move the code down or turn \
                     the dependency around with a trait",
                    kind.name()
                ));
            }
        }
    }
    for banned in BANNED {
        if graph.packages.contains(*banned) {
            problems.push(format!(
                "{banned} is linked: find who brings it with `cargo tree -i {banned}` and switch its TLS to rustls"
            ));
        }
    }
    problems
}

fn arrow_allowed(name: &str, allowed: Option<&[&str]>, used: &str, kind: Kind) -> bool {
    if DEVELOPMENT.contains(&name) {
        return true;
    }
    if DEVELOPMENT.contains(&used) {
        return kind == Kind::Development && used == IN_TESTS;
    }
    // A crate without a floor is reported once, not for each of its arrows; a crate may test itself with
    // its own optional features.
    used == name || name == COMPOSITION || allowed.is_none_or(|allowed| allowed.contains(&used))
}
