mod check;

use proptest::prelude::*;

use super::{Path, PathTarget, parse};
use crate::dialect::Dialect;
use crate::error::{ScimError, ScimType};
use crate::filter::Parsed;

fn read(text: &str, dialect: &Dialect) -> Path<Parsed> {
    parse(text, dialect).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn refused(text: &str) -> ScimError {
    match parse(text, &Dialect::entra()) {
        Ok(path) => panic!("{text} was read as {path}"),
        Err(error) => error,
    }
}

// S-PATCH-03
#[test]
fn paths_of_every_form_print_as_they_are_read() {
    for text in [
        "members",
        "name.familyName",
        r#"addresses[type eq "work"]"#,
        r#"members[value eq "2819c223-7f76-453a-919d-413861904646"]"#,
        r#"members[value eq "2819c223"].displayName"#,
        r#"emails[type eq "work" and value ew "example.com"].value"#,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        r#"urn:example:ext:1.0:User:badges[colour eq "red"].code"#,
        "manager.$ref",
        "urn:example:extension:2.0",
        r#"roles[primary eq "True"].value"#,
    ] {
        assert_eq!(read(text, &Dialect::strict()).to_string(), text);
        assert_eq!(read(&format!(" {text} "), &Dialect::entra()).to_string(), text);
    }
    let schema = read("urn:example:extension:2.0", &Dialect::strict()).target;
    assert_eq!(schema, PathTarget::Schema("urn:example:extension:2.0".into()));
}

#[test]
fn one_value_of_a_plain_list_is_named_by_a_condition() {
    let path = read(r#"schemas eq "urn:x:y""#, &Dialect::strict());
    assert_eq!(path.to_string(), r#"schemas[value eq "urn:x:y"]"#);
}

#[test]
fn what_stands_in_brackets_gives_filter_errors_and_the_rest_path_errors() {
    for text in [
        "",
        "emails[0]",
        "emails[0].value",
        "a.b.c",
        "name.familyName[x pr]",
        r#"emails[type eq "work"]value"#,
        r#"emails[type eq "work"].value.x"#,
        r#"emails[type eq "work"].urn:x:value"#,
        "emails/0",
        "/emails",
        "name givenName",
        "emails pr",
        r#"name.givenName eq "x""#,
        "$.emails",
        r#"emails[type eq "work"][0]"#,
    ] {
        assert_eq!(refused(text).scim_type, Some(ScimType::InvalidPath), "{text}: {}", refused(text));
    }
    for text in [
        "emails[type eq",
        "emails[]",
        "emails[type = \"work\"]",
        "emails[type eq \"work\"",
        "emails[a[b pr]]",
    ] {
        assert_eq!(refused(text).scim_type, Some(ScimType::InvalidFilter), "{text}: {}", refused(text));
    }
}

#[test]
fn path_errors_help() {
    let cases = [
        "emails[0].value",
        "a.b.c",
        "emails pr",
        "/emails",
        r#"emails[type eq "work"]value"#,
        "emails[type = \"work\"]",
    ];
    let report: String = cases.iter().map(|text| format!("{text}\n    {}\n", refused(text).detail)).collect();
    insta::assert_snapshot!(report);
}

proptest! {
    #[test]
    fn no_text_upsets_the_parser(text in "\\PC{0,30}") {
        if let Ok(path) = parse(&text, &Dialect::entra()) {
            let printed = path.to_string();
            prop_assert_eq!(parse(&printed, &Dialect::strict()), Ok(path));
        }
    }

    #[test]
    fn what_is_read_prints_to_itself(text in "(members|name|\\.|value|\\[|\\]|type eq|\"x\"| |urn:a:|b:|2\\.0|pr){1,8}") {
        if let Ok(path) = parse(&text, &Dialect::entra()) {
            let printed = path.to_string();
            prop_assert_eq!(parse(&printed, &Dialect::strict()), Ok(path), "{}", printed);
        }
    }
}
