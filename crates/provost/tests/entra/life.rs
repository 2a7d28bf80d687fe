//! Provisioning, told before, done, and told after.

use super::run::{Target, people, person};
use serde_json::json;

#[test]
fn the_connection_is_tested_and_what_is_wrong_is_said_with_its_remedy() {
    let target = Target::new();
    let works = target.entra(&["test-connection"]).exits(0);
    insta::assert_snapshot!("test-connection", works.shown(&target.url));
    let json = target.entra(&["test-connection", "--json", "--groups", "off"]).exits(0).json();
    assert_eq!((json["passed"].as_bool(), json["requests"].as_array().unwrap().len()), (Some(true), 1));

    let wrong = target.entra(&["test-connection", "--secret-token", "pvt_wrong"]).exits(1);
    insta::assert_snapshot!("test-connection-wrong-token", wrong.shown(&target.url));
    let elsewhere = target.url.trim_end_matches("/scim_v2");
    let wrong = target.entra(&["test-connection", "--tenant-url", elsewhere]).exits(1);
    assert!(wrong.stdout.contains(&format!("Use {} as Tenant URL", target.url)), "{}", wrong.stdout);
    let dead = target.entra(&["test-connection", "--tenant-url", "http://127.0.0.1:9/scim"]).exits(1);
    assert!(dead.stdout.contains("No connection could be made"), "{}", dead.stdout);
    let none = target.command(&["test-connection"]).env_remove("PROVOST_SECRET_TOKEN").output().unwrap();
    super::run::Run::of(none).exits(1).says(&["nothing to sign in with", "PROVOST_SECRET_TOKEN"]);
    let none = target.command(&["test-connection"]).env_remove("PROVOST_TENANT_URL").output().unwrap();
    super::run::Run::of(none).exits(1).says(&["no Tenant URL"]);
}

#[test]
fn a_plan_says_what_a_cycle_then_does() {
    let target = Target::new();
    let mut gone = person("zoe");
    gone["accountEnabled"] = json!(false);
    let document = json!({"users": [person("ann"), person("ben"), gone], "groups": [
        {"id": "g", "displayName": "Pilot", "members": [{"id": "id-of-ann"}, {"id": "id-of-zoe"}]}]});
    target.write("one.json", &document.to_string());
    let quiet = ["--concurrency", "1", "--source", "one.json"];
    let run = |args: &[&str]| target.entra(&[args, &quiet[..]].concat());

    let plan = run(&["provision", "--dry-run"]).exits(0);
    insta::assert_snapshot!("plan", plan.shown(&target.url));
    assert_eq!(target.names(), Vec::<String>::new(), "a plan writes nothing");
    let done = run(&["provision"]).exits(0);
    insta::assert_snapshot!("provision", done.shown(&target.url));
    assert_eq!(target.names(), ["ann@x.example", "ben@x.example"]);
    let again = run(&["provision", "--json"]).exits(0).json();
    let counts = ["created", "updated", "untouched", "members_added", "problem_count"];
    let counts = counts.map(|name| again[name].as_u64().unwrap());
    assert_eq!((again["initial"].as_bool(), counts), (Some(false), [0, 0, 3, 0, 0]), "{again}");

    let mut changed = document;
    changed["users"][0]["department"] = json!("Teaching");
    changed["users"][1]["accountEnabled"] = json!(false);
    target.write("one.json", &changed.to_string());
    let plan = run(&["provision", "--dry-run"]).exits(0);
    insta::assert_snapshot!("plan-changes", plan.shown(&target.url));
    let lines = run(&["provision", "--dry-run", "--json"]).exits(0);
    let actions: Vec<String> = lines
        .stdout
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["action"].as_str().map(str::to_owned)
        })
        .collect();
    assert!(actions.contains(&"update".to_owned()) && actions.contains(&"disable".to_owned()), "{actions:?}");
    let done = run(&["provision", "--json"]).exits(0).json();
    assert_eq!((done["updated"].as_u64(), done["disabled"].as_u64()), (Some(1), Some(1)), "{done}");
}

#[test]
fn who_is_there_already_is_adopted_and_differences_are_found_person_by_person() {
    let target = Target::new();
    target.write("one.json", &people(&["ann", "ben"]));
    let missing = target.entra(&["diff", "--source", "one.json"]).exits(1);
    insta::assert_snapshot!("diff-missing", missing.shown(&target.url));
    target.entra(&["provision", "--source", "one.json"]).exits(0);
    target.entra(&["diff", "--source", "one.json"]).exits(0).says(&["source and target agree: 2 compared"]);

    let mut other = person("ann");
    other["department"] = json!("Teaching");
    target.write("other.json", &json!({"users": [other, person("cay")], "groups": []}).to_string());
    let differs = target.entra(&["diff", "--source", "other.json", "--state-dir", "fresh"]).exits(1);
    for text in [
        "differs    user ann",
        "department: “Research” → “Teaching”",
        "missing    user cay",
        "too many   user ben",
    ] {
        assert!(differs.stdout.contains(text), "no “{text}” in:\n{}", differs.stdout);
    }
    let plan =
        target.entra(&["provision", "--source", "other.json", "--state-dir", "fresh", "--dry-run"]).exits(0);
    assert!(plan.stdout.contains("adopt      user ann"), "{}", plan.stdout);
    let lines = target.entra(&["diff", "--source", "other.json", "--state-dir", "fresh", "--json"]).exits(1);
    assert_eq!(lines.json()["summary"]["extra"], 1, "{}", lines.stdout);
}

#[test]
fn one_person_or_group_is_provisioned_on_demand_in_five_steps() {
    let target = Target::new();
    let group = json!({"id": "g", "displayName": "Pilot", "members": [{"id": "id-of-ann"}]});
    let document = json!({"users": [person("ann"), person("ben")], "groups": [group]});
    target.write("one.json", &document.to_string());
    let run = |args: &[&str]| target.entra(&[&["on-demand", "--source", "one.json"], args].concat());
    let ann = run(&["--user", "ann@x.example"]).exits(0);
    insta::assert_snapshot!("on-demand", ann.shown(&target.url));
    assert_eq!(target.names(), ["ann@x.example"]);
    let pilot = run(&["--group", "Pilot", "--member", "ann", "--json"]).exits(0).json();
    assert_eq!(pilot["members_added"], 1, "{pilot}");
    run(&["--user", "nobody"]).exits(1).says(&["has no user “nobody”"]);
    run(&["--group", "Pilot", "--groups", "off"]).exits(1).says(&["groups are not provisioned by this job"]);
    let refused =
        target.entra(&["on-demand", "--source", "one.json", "--user", "ben", "--secret-token", "pvt_wrong"]);
    let refused = refused.exits(1);
    assert!(refused.stdout.contains("1. Test connection: failure"), "{}", refused.stdout);
    assert_eq!(target.names(), ["ann@x.example"]);
}

#[test]
fn too_many_removals_are_held_back_until_they_are_allowed() {
    let target = Target::new();
    target.write("one.json", &people(&["ann", "ben", "cay"]));
    let run = |args: &[&str]| target.entra(&[&["provision", "--source", "one.json"], args].concat());
    run(&[]).exits(0);
    target.write("one.json", &people(&["ann"]));
    run(&["--delete-threshold", "1"]).exits(1).says(&["TooManyDeletes", "in quarantine"]);
    let status = target.entra(&["status", "--json"]).exits(0).json();
    assert_eq!(status["status"]["quarantine"]["reason"], "TooManyDeletes", "{status}");
    target.entra(&["restart", "--reset-scope", "ForceDeletes"]).exits(0);
    let done = run(&["--delete-threshold", "1", "--json"]).exits(0).json();
    assert_eq!(done["disabled"], 2, "{done}");
}
