//! How the job stands, and what it did.

use serde_json::json;

use super::run::{Run, Target, command, people, person};

#[test]
fn the_job_is_shown_and_its_log_in_three_forms() {
    let target = Target::new();
    let none = target.entra(&["status"]).exits(1);
    none.says(&["no job has run with ./provost-entra as its --state-dir"]);
    target.write("one.json", &people(&["ann"]));
    target.entra(&["provision", "--source", "one.json"]).exits(0);
    insta::assert_snapshot!("status", target.entra(&["status"]).exits(0).shown(&target.url));
    let status = target.entra(&["status", "--json"]).exits(0).json();
    assert_eq!(
        (status["status"]["code"].as_str(), status["templateId"].as_str()),
        (Some("Active"), Some("scim"))
    );

    insta::assert_snapshot!("logs", target.entra(&["logs"]).exits(0).shown(&target.url));
    let json = target.entra(&["logs", "--json"]).exits(0).json();
    let entries = json["value"].as_array().unwrap();
    assert_eq!((entries.len(), entries[0]["provisioningAction"].as_str()), (1, Some("create")), "{json}");
    let html = target.entra(&["logs", "--format", "html"]).exits(0).stdout;
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"), "{html}");
    target.entra(&["logs", "--failures"]).exits(0).says(&["nothing of that is in the log"]);
    let of_ann = target.entra(&["logs", "--object", "id-of-ann", "--json"]).exits(0).json();
    assert_eq!(of_ann["value"].as_array().unwrap().len(), 1);
}

#[test]
fn a_restart_goes_over_everything_again() {
    let target = Target::new();
    target.write("one.json", &people(&["ann", "ben"]));
    let provision = || target.entra(&["provision", "--source", "one.json", "--json"]).exits(0).json();
    assert_eq!(provision()["initial"], true);
    assert_eq!(provision()["initial"], false);
    target.entra(&["restart"]).exits(0);
    let again = provision();
    assert_eq!((again["initial"].as_bool(), again["untouched"].as_u64()), (Some(true), Some(2)), "{again}");
    target.entra(&["restart", "--reset-scope", "Full"]).exits(0);
    let again = provision();
    assert_eq!((again["adopted"].as_u64(), again["created"].as_u64()), (Some(2), Some(0)), "{again}");
    target.entra(&["restart", "--reset-scope", "Everything"]).exits(1).says(&["is no reset scope"]);
}

#[test]
fn a_token_that_was_pasted_wrongly_is_told_beside_what_the_target_says() {
    let target = Target::new();
    let look = |token: &str| target.entra(&["test-connection", "--secret-token", token]).exits(1);
    let token = target.token.as_str();
    for (pasted, seen) in [
        (format!("\"{token}\""), "the token stands in quotation marks"),
        (format!("Bearer {token}"), "the token begins with `Bearer`: Entra adds that itself"),
        (
            format!("{}...", &token[..12]),
            "the token ends with dots: it was copied where it is shown shortened",
        ),
        (target.url.clone(), "the token is an address: the Tenant URL was pasted in its place"),
    ] {
        let said = look(&pasted).says(&[&format!("Look at the Secret Token first: {seen}.")]);
        assert!(said.stdout.contains("401"), "what the target said is told too: {}", said.stdout);
        for text in [&said.stdout, &said.stderr] {
            assert!(!text.contains(&token[4..]), "the token is told: {text}");
        }
    }
    // Nothing can be seen of one that was only cut short: no guess is made.
    let cut = look(&token[..token.len() - 3]);
    assert!(!cut.stderr.contains("Look at the Secret Token"), "{}", cut.stderr);
    let fine = target.entra(&["test-connection"]).exits(0);
    assert!(!fine.stderr.contains("Look at the Secret Token"), "{}", fine.stderr);
}

#[test]
fn failures_are_told_by_their_cause_and_what_changed_behind_the_engine_is_read_back() {
    let target = Target::new();
    let groups: Vec<_> = ["One", "Two"]
        .iter()
        .map(|name| json!({"id": format!("id-of-{name}"), "displayName": name, "members": []}))
        .collect();
    target.write("one.json", &json!({"users": [person("ann")], "groups": groups}).to_string());
    let set = |groups: &str| {
        let set = command(target.folder.path(), &["tenant", "set", "default", "--groups", groups]).output();
        Run::of(set.unwrap()).exits(0);
        // A server that runs sees it within a second.
        std::thread::sleep(std::time::Duration::from_millis(1100));
    };
    let provision = || target.entra(&["provision", "--source", "one.json", "--verify", "--concurrency", "1"]);
    set("off");
    // Both groups are refused for one reason: one finding, and what is missing is no second one.
    provision().exits(1).says(&["  2 × create Group: ", "    One, Two", "operations that failed: 2"]);
    let found = target.entra(&["logs", "--findings"]).exits(0).stdout;
    assert!(found.contains("  2 × create Group: ") && found.contains("    → "), "{found}");
    let json = target.entra(&["logs", "--findings", "--json"]).exits(0).json();
    assert_eq!(
        (json["count"].as_u64(), json["operation"].as_str()),
        (Some(2), Some("create Group")),
        "{json}"
    );

    set("on");
    target.entra(&["restart"]).exits(0);
    provision().exits(0).says(&["read back: 3 objects, and what was acknowledged is there"]);
    target.write("other.csv", "user name,department\nann@x.example,Elsewhere\n");
    let import = ["learner", "import", "other.csv", "--force"];
    Run::of(command(target.folder.path(), &import).output().unwrap()).exits(0);
    provision().exits(1).says(&[
        "1 × read User: values that were acknowledged are not there when read back: urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "the target did not keep what it acknowledged",
    ]);
}
