//! `provost log show`, by the real binary beside a running server.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be run fails the test")]

mod served;

use serde_json::json as value;
use served::{Served, json, run};

#[test]
fn an_entry_is_shown_with_request_answer_events_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let server = Served::start(folder);
    let user = value!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann@x.org"});
    assert_eq!(server.scim("POST", "/Users", &user).0, 201);
    assert_eq!(server.scim("POST", "/Users", &user).0, 409);

    let log = json(folder, &["log", "--failures", "--limit", "1"]);
    let refused = log[0]["sequence"].to_string();
    let (_, table, _) = run(folder, &["log", "--failures"]);
    assert!(table.starts_with("ENTRY") || table.trim_start().starts_with("ENTRY"), "{table}");
    assert!(table.lines().any(|line| line.trim_start().starts_with(&refused)), "{table}");

    let (code, out, err) = run(folder, &["log", "show", &refused]);
    assert_eq!(code, Some(0), "{err}");
    for part in
        ["status 409", "POST", "\"userName\": \"ann@x.org\"", "\"scimType\": \"uniqueness\"", "What to do: "]
    {
        assert!(out.contains(part), "{part}: {out}");
    }
    let one = json(folder, &["log", "show", &refused]);
    assert_eq!(one["exchange"]["answer"]["status"], 409);
    assert_eq!((&one["events"], &one["connection"]), (&value!([]), &value!("default")));

    let all = json(folder, &["log"]);
    let made =
        all.as_array().unwrap().iter().find(|entry| entry["action"] == "create" && entry["status"] == 201);
    let made = made.unwrap()["sequence"].to_string();
    let told = json(folder, &["log", "show", &made]);
    assert_eq!(told["events"][0]["type"], "learner.created");
    let (_, out, _) = run(folder, &["log", "show", &made]);
    assert!(out.contains("Told the app: learner.created"), "{out}");

    for (args, word) in [
        (vec!["log", "show", "99999"], "the log has no entry 99999"),
        (vec!["log", "show", "ann"], "invalid value 'ann'"),
        (vec!["log", "show", &made, "--tenant", "nobody"], "there is no tenant"),
        (vec!["log", "--failures", "show", &made], "--failures"),
    ] {
        let (code, out, err) = run(folder, &args);
        assert!(code != Some(0) && out.is_empty() && err.contains(word), "{code:?} {out} {err}");
    }
}
