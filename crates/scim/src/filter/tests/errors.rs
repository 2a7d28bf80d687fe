use super::super::{Limits, parse};
use super::{refused, strict};
use crate::dialect::Dialect;
use crate::error::ScimType;

// S-FILTER-01
#[test]
fn errors_say_where_what_and_what_instead() {
    let told = |text: &str| refused(text, &Dialect::entra()).detail;
    let cases = [
        r#"userName == "x""#,
        r#"userName=="x""#,
        r#"userName regex "x""#,
        r#"userName"#,
        r#"userName eq"#,
        r#""#,
        r#"userName eq "x"#,
        r#"(userName eq "x""#,
        r#"userName eq "x")"#,
        r#"userName eq "x" title pr"#,
        r#"userName eq "x" && title pr"#,
        r#"displayName eq John Smith"#,
        r#"not title pr"#,
        r#"userName eq "x" and"#,
        r#""bjensen" eq userName"#,
        r#"emails[type eq "work""#,
        r#"emails[]"#,
        r#"emails[ims[type eq "x"]]"#,
        r#"name.familyName.first eq "x""#,
        r#"userName eq "\q""#,
        r#"title in ("a", "b")"#,
        r#"User:userName eq "x""#,
        r#"displayName eq "Ümläüte und eine sehr lange Zeile" and displayName foo "noch eine recht lange Zeile""#,
    ];
    let report: String = cases.iter().map(|text| format!("{text}\n    {}\n", told(text))).collect();
    insta::assert_snapshot!(report);
}

#[test]
fn the_strict_dialect_says_which_leniency_is_missing() {
    let told = |text: &str| refused(text, &Dialect::strict()).detail;
    let cases = [
        r#"userName eq bjensen"#,
        r#"userName eq 'bjensen'"#,
        r#"members[value eq"x"]"#,
        r#"title pr and(userName pr)"#,
        r#"emails[type eq "work"].value eq "x""#,
    ];
    let report: String = cases.iter().map(|text| format!("{text}\n    {}\n", told(text))).collect();
    insta::assert_snapshot!(report);
}

// S-USER-02
#[test]
fn errors_never_repeat_a_password() {
    let detail = refused(r#"Password eq "hunter2" hunter2"#, &Dialect::entra()).detail;
    assert!(!detail.contains("hunter2"), "{detail}");
}

#[test]
fn length_and_depth_are_bounded() {
    let nested = |depth: usize| format!("{}a pr{}", "(".repeat(depth), ")".repeat(depth));
    strict(&nested(32));
    let error = refused(&nested(33), &Dialect::strict());
    assert_eq!(error.scim_type, Some(ScimType::InvalidFilter));
    refused(&"not (".repeat(1_000), &Dialect::strict());
    let long = format!("a eq \"{}\"", "x".repeat(9_000));
    assert!(refused(&long, &Dialect::strict()).detail.contains("8192"));
    let limits = Limits { length: 10_000, ..Limits::default() };
    assert!(parse(&long, &Dialect::strict(), &limits).is_ok());
    // Length alone does not deepen the tree.
    strict(&vec!["a pr"; 900].join(" or "));
}
