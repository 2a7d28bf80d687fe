//! `provost connection leftovers`, `provost learner protect` and `unprotect`, by the real binary and beside a running server.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be run fails the test")]

mod served;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use served::{Served, json, run};

/// People who were here before any provider.
fn seed(folder: &Path, count: usize) {
    let mut csv = "user name,email\n".to_owned();
    for n in 0..count {
        csv.push_str(&format!("old{n}@x.org,old{n}@x.org\n"));
    }
    std::fs::write(folder.join("people.csv"), csv).unwrap();
    let (code, _, err) = run(folder, &["learner", "import", "people.csv"]);
    assert_eq!(code, Some(0), "{err}");
}

/// Puts a learner's `active` in place; the status.
fn set_active(server: &Served, id: &str, active: bool) -> u16 {
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": active}],
    });
    server.scim("PATCH", &format!("/Users/{id}"), &body).0
}

#[test]
fn who_is_left_over_is_listed_page_by_page_and_the_policy_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (code, out, err) = run(folder, &["connection", "leftovers"]);
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    assert_eq!(err, "nobody is left over\nlist: they stay, and the setup page lists them\n");

    seed(folder, 5);
    let (_, out, err) = run(folder, &["connection", "leftovers", "--limit", "2"]);
    assert!(out.contains("old0@x.org") && out.contains("old1@x.org") && !out.contains("old2@x.org"), "{out}");
    assert!(err.contains("2 shown of 5; more with --after-learner "), "{err}");
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let mut args = vec!["connection", "leftovers", "--limit", "2"];
        if !after.is_empty() {
            args.extend(["--after-learner", &after]);
        }
        let page = json(folder, &args);
        assert_eq!(page["total"], 5);
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["userName"].clone()));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(
        Value::from(seen),
        serde_json::json!(["old0@x.org", "old1@x.org", "old2@x.org", "old3@x.org", "old4@x.org"])
    );

    let set = json(folder, &["connection", "leftovers", "--policy", "deactivate"]);
    assert_eq!((&set["policy"], &set["next"]), (&"deactivate".into(), &Value::Null));
    assert_eq!(json(folder, &["connection", "leftovers"])["policy"], "deactivate", "it stays set");
    let log = json(folder, &["log", "--limit", "1"]);
    assert_eq!(log[0]["code"], "leftovers_policy_changed");

    for (args, word) in [
        (["connection", "leftovers", "--policy", "delete"], "possible values: keep, list, deactivate"),
        (["connection", "leftovers", "--after-learner", "ann"], "--after-learner ann is no id"),
        (["connection", "leftovers", "--tenant", "nobody"], "there is no tenant"),
    ] {
        let (code, out, err) = run(folder, &args);
        assert!(code != Some(0) && out.is_empty() && err.contains(word), "{code:?} {out} {err}");
    }
}

#[test]
fn a_protected_learner_is_not_locked_out_until_the_protection_ends() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    seed(folder, 1);
    let server = Served::start(folder);
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "root@x.org", "active": true,
    });
    assert_eq!(server.scim("POST", "/Users", &body).0, 201);

    let protected = json(folder, &["learner", "protect", "root@x.org"]);
    assert_eq!(protected["protected"], true);
    let id = protected["id"].as_str().unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(set_active(&server, id, false), 400);
    assert_eq!(server.scim("DELETE", &format!("/Users/{id}"), &Value::Null).0, 400);
    assert_eq!(set_active(&server, id, true), 200, "everything else may change");
    let log = json(folder, &["log", "--failures", "--limit", "1"]);
    assert_eq!(log[0]["code"], "protected_learner");

    let (code, out, err) = run(folder, &["learner", "unprotect", id]);
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    assert!(err.contains("is not protected"), "{err}");
    // The server has a session in memory for at most half a second.
    let begun = Instant::now();
    while set_active(&server, id, false) != 200 {
        assert!(begun.elapsed() < Duration::from_secs(10), "the protection does not end");
        std::thread::sleep(Duration::from_millis(100));
    }

    let left = json(folder, &["connection", "leftovers"]);
    assert_eq!((&left["total"], &left["items"][0]["protected"]), (&1.into(), &false.into()));
    run(folder, &["learner", "protect", "old0@x.org"]);
    assert_eq!(json(folder, &["connection", "leftovers"])["items"][0]["protected"], true);
    let (code, _, err) = run(folder, &["learner", "protect", "nobody@x.org"]);
    assert!(code == Some(1) && err.contains("nobody@x.org"), "{err}");
}
