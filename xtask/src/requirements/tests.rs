//! The check must find holes, and must not be fooled by code that merely cites a clause.

use super::catalogue::{self, Requirement};
use super::scan::{Mention, ids, ids_in_name, in_rust};
use super::{Report, workspace};

fn catalogue(levels: &[(&str, &str)]) -> Vec<Requirement> {
    let text: String = levels
        .iter()
        .map(|(id, level)| {
            format!(
                "[[requirement]]\nid = {id:?}\nlevel = {level:?}\nclause = \"c\"\nsentence = \"s\"\nproof = \"http\"\n"
            )
        })
        .collect();
    catalogue::read(&text).unwrap()
}

fn mention(id: &str) -> Mention {
    Mention { id: id.to_owned(), place: "tests/src/it.rs::works".to_owned() }
}

#[test]
fn ids_are_found_whole() {
    assert_eq!(ids("// S-PATCH-07, S-I18N-01 and A-05."), ["S-PATCH-07", "S-I18N-01", "A-05"]);
    assert_eq!(ids("US-PATCH-07 S-patch-07 S-PATCH-7 S-PATCH-071 RSA-25 A-1 X-A-05 A-05x S--01"), [""; 0]);
}

#[test]
fn ids_are_read_from_names() {
    assert_eq!(ids_in_name("s_patch_07_answers_200_and_a_05"), ["S-PATCH-07", "A-05"]);
    assert_eq!(ids_in_name("s_patch_07_s_patch_08"), ["S-PATCH-07", "S-PATCH-08"]);
    assert_eq!(ids_in_name("has_patch_07"), [""; 0]);
}

#[test]
fn a_comment_above_a_test_belongs_to_it() {
    let text = "// S-GET-01\n#[test]\nfn gets() {\n    // S-GET-02\n    check();\n}\n";
    let found = in_rust("crates/scim/src/get/tests.rs", text);
    assert_eq!(
        found,
        ["S-GET-01", "S-GET-02"]
            .map(|id| Mention { id: id.to_owned(), place: "crates/scim/src/get/tests.rs::gets".to_owned() })
    );
}

#[test]
fn code_that_cites_a_requirement_does_not_prove_it() {
    let text = "/// S-GET-01\nfn get() {}\n\n#[cfg(test)]\nmod tests {\n    // S-GET-02\n    #[test]\n    fn it() {}\n}\n";
    let found = in_rust("crates/scim/src/get.rs", text);
    assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["S-GET-02"]);
    let elsewhere = "/// S-GET-01\nfn get() {}\n\n#[cfg(test)]\nmod tests;\n\n/// S-GET-02\nfn more() {}\n";
    assert_eq!(in_rust("crates/scim/src/get.rs", elsewhere), []);
}

#[test]
fn a_must_without_a_test_is_a_hole() {
    let catalogue =
        catalogue(&[("S-A-01", "MUST"), ("S-A-02", "SHALL NOT"), ("S-A-03", "SHOULD"), ("S-A-04", "OUR")]);
    let mentions = [mention("S-A-01")];
    let problems = Report::of(&catalogue, &mentions).problems();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("S-A-02 (SHALL NOT, http) is named by no test"), "{problems:?}");
}

#[test]
fn a_slip_in_an_id_is_reported() {
    let catalogue = catalogue(&[("S-A-01", "MAY")]);
    let mentions = [mention("S-A-09"), mention("S-OTHER-01")];
    let problems = Report::of(&catalogue, &mentions).problems();
    assert_eq!(
        problems,
        ["tests/src/it.rs::works names S-A-09, which is not in docs/reference/requirements.toml"]
    );
}

#[test]
fn the_table_says_who_proves_what() {
    let catalogue = catalogue(&[("S-A-01", "MUST"), ("S-A-02", "MAY")]);
    let mentions = [mention("S-A-01")];
    let table = Report::of(&catalogue, &mentions).table();
    assert_eq!(
        table,
        "S-A-01  MUST (c; http)  s\n    tests/src/it.rs::works\nS-A-02  MAY (c; http)  s\n    no test\n"
    );
}

#[test]
fn a_catalogue_that_contradicts_itself_is_refused() {
    let entry = |id: &str, rest: &str| {
        format!("[[requirement]]\nid = {id:?}\nclause = \"c\"\nsentence = \"s\"\nproof = \"pure\"\n{rest}\n")
    };
    let twice = entry("S-A-01", "level = \"MAY\"").repeat(2);
    let dropped = entry("S-A-01", "level = \"MUST\"\nleft_out = \"too hard\"");
    let misnamed = entry("S-A-1", "level = \"MAY\"");
    let unknown = entry("S-A-01", "level = \"MIGHT\"");
    for (text, complaint) in
        [(twice, "twice"), (dropped, "cannot be left out"), (misnamed, "not of the form"), (unknown, "MIGHT")]
    {
        let error = catalogue::read(&text).unwrap_err();
        assert!(error.contains(complaint), "{error}");
    }
}

#[test]
fn the_catalogue_is_sound() {
    let text = workspace::read(&workspace::root().join(catalogue::FILE)).unwrap();
    assert!(catalogue::read(&text).unwrap().len() > 200);
}
