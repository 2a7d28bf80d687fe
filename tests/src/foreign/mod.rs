//! SCIM servers that others wrote, provisioned by the engine as `provost entra` runs it. What they cannot do is found, each
//! of it by its cause; what they can do is no finding. `cargo xtask test --only foreign` installs them.
//!
//! The snapshots are the whole of what is found. Each finding was tried by hand with `curl` against the version named in
//! `tests/foreign`, and is what that server does. When a version changes, so do they: try again before accepting.

mod life;
mod server;

use life::Life;
use server::Server;

/// Both of Entra's forms.
const DIALECTS: [&str; 2] = ["entra-default", "entra-2020"];

#[test]
fn scim2_server_is_found_out() {
    for dialect in DIALECTS {
        let server = Server::scim2_server();
        insta::assert_snapshot!(format!("scim2-server-{dialect}"), Life::of(&server, dialect));
    }
}

#[test]
fn scimmy_is_found_out() {
    for dialect in DIALECTS {
        let server = Server::scimmy(false);
        insta::assert_snapshot!(format!("scimmy-{dialect}"), Life::of(&server, dialect));
    }
}

#[test]
fn a_service_that_reads_removals_to_the_letter_loses_members_and_is_found_out() {
    let life = Life::of(&Server::scimmy(true), "entra-default");
    let (before, after) = life.split_once("Pilot loses ben").unwrap();
    assert!(!before.contains("members-lost") && after.contains("members-lost"), "{life}");
    // With the flag the member stands in the path.
    let life = Life::of(&Server::scimmy(true), "entra-2020");
    assert!(!life.contains("members-lost"), "{life}");
}

#[test]
fn of_provost_nothing_is_found() {
    for dialect in DIALECTS {
        let server = Server::provost();
        let life = Life::of(&server, dialect);
        insta::assert_snapshot!("provost", life);
        assert!(!life.contains(" × "), "{dialect}: {life}");
    }
}
