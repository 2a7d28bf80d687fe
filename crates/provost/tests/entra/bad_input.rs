//! What is wrong with the input is said with its place, before anything is sent where that can be known.

use super::run::{Target, Untouched, people, person};

#[test]
fn bad_records_are_named_with_their_line_and_the_rest_is_provisioned() {
    let target = Target::new();
    let lines = format!("{}\nnonsense\n{{\"displayName\":\"nobody\"}}\n{}\n", person("ann"), person("ben"));
    target.write("folder/users.jsonl", &lines);
    let done = target.entra(&["provision", "--source", "folder"]).exits(1);
    let done = done.says(&[
        "users.jsonl, line 2: ",
        "users.jsonl, line 3: ",
        "2 created",
        "mend the places named above",
    ]);
    insta::assert_snapshot!("bad-records", done.shown(&target.url));
    assert_eq!(target.names(), ["ann@x.example", "ben@x.example"]);
    let plan = target.entra(&["provision", "--source", "folder", "--dry-run"]).exits(0);
    plan.says(&["users.jsonl, line 2: "]);
}

#[test]
fn a_damaged_file_provisions_and_removes_nobody() {
    let target = Target::new();
    target.write("one.json", &people(&["ann", "ben"]));
    target.entra(&["provision", "--source", "one.json"]).exits(0);
    let whole = people(&["ann", "ben", "cay"]);
    target.write("one.json", &whole[..whole.len() - 30]);
    let damaged = target.entra(&["provision", "--source", "one.json"]).exits(1);
    damaged.says(&["one.json is no organisation file", "line 1 column"]);
    target.entra(&["provision", "--source", "no.json"]).exits(1).says(&["no.json cannot be read"]);
    target.write("people.csv", "name,colour\nann,red\n");
    target
        .entra(&["provision", "--source", "people.csv", "--state-dir", "csv"])
        .exits(1)
        .says(&["has no column"]);
    assert_eq!(target.names(), ["ann@x.example", "ben@x.example"]);
}

#[test]
fn a_wrong_schema_is_refused_with_its_place_before_the_first_request() {
    let target = Target::new();
    let nobody = Untouched::new();
    let schema = target.entra(&["export-schema"]).exits(0).stdout;
    let wrong = schema.replacen("Join(", "Joni(", 1).replacen("[surname]", "[surnmae]", 1);
    assert_ne!(wrong, schema);
    target.write("wrong.json", &wrong);
    target.write("one.json", &people(&["ann"]));
    let args = ["provision", "--schema", "wrong.json", "--source", "one.json", "--tenant-url"];
    let refused = target.entra(&[&args[..], &[nobody.url().as_str()]].concat()).exits(1);
    insta::assert_snapshot!("wrong-schema", refused.shown(&target.url));
    target.write("wrong.json", "{\"synchronizationRules\": [,");
    let refused = target.entra(&[&args[..], &[nobody.url().as_str()]].concat()).exits(1);
    refused.says(&["wrong.json has one mistake, so nothing was sent", "line 1 column 27"]);
    nobody.assert();
}

#[test]
fn an_exported_schema_runs_as_it_is() {
    let target = Target::new();
    let schema = target.entra(&["export-schema", "--external-id", "object-id"]).exits(0).stdout;
    target.write("schema.json", &schema);
    let again = target.entra(&["export-schema", "--schema", "schema.json"]).exits(0).stdout;
    assert_eq!(again, schema);
    target.write("one.json", &people(&["ann"]));
    let plan =
        target.entra(&["provision", "--dry-run", "--source", "one.json", "--schema", "schema.json"]).exits(0);
    assert!(plan.stdout.contains("externalId: “id-of-ann”"), "{}", plan.stdout);
}

#[test]
fn an_expression_shows_its_value_or_a_caret_under_the_fault() {
    let target = Target::new();
    target.write("one.json", &people(&["ann"]));
    let eval =
        |expression: &str| target.entra(&["eval", expression, "--user", "ann", "--source", "one.json"]);
    assert_eq!(eval("Join(\" \", [givenName], [surname])").exits(0).stdout, "ann Example\n");
    let null = eval("[jobTitle]").exits(0).says(&["null"]);
    assert_eq!(null.stdout, "");
    insta::assert_snapshot!("eval-fault", eval("Joni(\" \", [givenName])").exits(1).shown(&target.url));
    insta::assert_snapshot!(
        "eval-fails",
        eval("IIF([jobTitle]=\"a\", \"b\", \"c\")").exits(1).shown(&target.url)
    );
    assert_eq!(target.entra(&["eval", "ToUpper(\"abc\", )"]).exits(0).stdout, "ABC\n");
    let json = target.entra(&["eval", "ToUpper(\"abc\", )", "--json"]).exits(0).json();
    assert_eq!(json["value"], "ABC");
    target.entra(&["eval", "[givenName]"]).exits(1).says(&["whose [givenName]?"]);
}

#[test]
fn settings_that_do_not_fit_are_explained() {
    let target = Target::new();
    target.write("one.json", &people(&["ann"]));
    let run = |args: &[&str]| target.entra(&[&["provision", "--source", "one.json"], args].concat());
    run(&["--dialect", "entra"])
        .exits(2)
        .says(&["`entra` is no dialect; there are entra-default, entra-2020"]);
    run(&["--dialect", "okta-aiw"]).exits(1).says(&["only replayed"]);
    run(&["--rate", "0"]).exits(2).says(&["give a number from 1 on, or `entra`"]);
    run(&["--switch", "op-case"]).exits(1).says(&["it must be NAME=VALUE"]);
    run(&["--switch", "op-cas=lower"]).exits(1).says(&["op-case"]);
    target.entra(&["provision"]).exits(1).says(&["there is no source"]);
    run(&["--state-dir", "one.json"]).exits(1).says(&["one.json cannot be used"]);
    run(&[]).exits(0);
    let other = run(&["--tenant-url", &format!("{}/", target.url.replace("127.0.0.1", "localhost"))]);
    other.exits(1).says(&["the state belongs to the target", "--state-dir of its own"]);
}

#[test]
fn the_configuration_file_has_keys_of_its_own_for_the_engine() {
    let target = Target::new();
    target.write("one.json", &people(&["ann"]));
    let file = format!(
        "tenant-url = \"{}\"\nsource = \"one.json\"\nentra-dialect = \"entra-2020\"\nentra-groups = \"off\"\n",
        target.url
    );
    target.write("provost.toml", &file);
    let mut command = target.command(&["test-connection", "--json"]);
    let report =
        super::run::Run::of(command.env_remove("PROVOST_TENANT_URL").output().unwrap()).exits(0).json();
    let asked = report["requests"].as_array().unwrap();
    assert!(asked.len() == 1 && asked[0]["url"].as_str().unwrap().contains("aadOptscim062020"), "{report}");
}
