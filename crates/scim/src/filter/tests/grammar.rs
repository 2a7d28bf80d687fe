use super::super::{AttrPath, CompareOp, Expr, Literal};
use super::{lenient, refused, strict};
use crate::dialect::{Dialect, Quirk};
use crate::error::ScimType;

fn attr(name: &str) -> AttrPath {
    let (name, sub) = name.split_once('.').map_or((name, None), |(n, s)| (n, Some(s.to_owned())));
    AttrPath { urn: None, name: name.to_owned(), sub }
}

fn eq(name: &str, value: &str) -> Expr<super::Parsed> {
    Expr::Compare(attr(name), CompareOp::Eq, Literal::String(value.to_owned()))
}

#[test]
fn the_examples_of_the_rfc_are_read_as_printed() {
    // RFC 7644 §3.4.2.2; the two with quotes missing are in `quirks_of_text`.
    for text in [
        r#"userName eq "bjensen""#,
        r#"name.familyName co "O'Malley""#,
        r#"userName sw "J""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
        "title pr",
        r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
        r#"meta.lastModified le "2011-05-13T04:42:34Z""#,
        r#"title pr and userType eq "Employee""#,
        r#"title pr or userType eq "Intern""#,
        r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
        r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
        r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
        r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
        r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
    ] {
        assert_eq!(strict(text).to_string(), text);
    }
}

#[test]
fn not_binds_tighter_than_and_and_and_tighter_than_or() {
    let tree = strict(r#"a eq "1" or not (b eq "2") and c eq "3" or d pr"#).expr;
    let not_b = Expr::Not(Box::new(eq("b", "2")));
    assert_eq!(
        tree,
        Expr::Or(vec![eq("a", "1"), Expr::And(vec![not_b, eq("c", "3")]), Expr::Present(attr("d"))])
    );
    let grouped = strict(r#"((a eq "1" or (b eq "2")) and c eq "3")"#).expr;
    assert_eq!(grouped, Expr::And(vec![Expr::Or(vec![eq("a", "1"), eq("b", "2")]), eq("c", "3")]));
}

#[test]
fn terms_of_one_kind_lie_flat() {
    let tree = strict(r#"(a pr and b pr) and (c pr and (d pr))"#).expr;
    assert!(matches!(tree, Expr::And(terms) if terms.len() == 4));
}

// S-FILTER-02
#[test]
fn words_are_read_in_any_case() {
    let filter = strict(r#"USERNAME Eq "john" AND active EQ TRUE Or NOT (x PR) oR y nE Null"#);
    assert_eq!(filter.to_string(), r#"USERNAME eq "john" and active eq true or not (x pr) or y ne null"#);
}

#[test]
fn spaces_do_no_harm() {
    let filter = strict("  ( title   pr )  and not  ( emails[ type eq \t\"work\" ] ) ");
    assert_eq!(filter.to_string(), r#"title pr and not (emails[type eq "work"])"#);
    assert_eq!(strict(r#"not(a pr)"#), strict(r#"not (a pr)"#));
}

// S-FILTER-10
#[test]
fn a_urn_ends_at_its_last_colon() {
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let Expr::Compare(path, ..) = strict(&format!(r#"{enterprise}:manager.value eq "1""#)).expr else {
        panic!("not a comparison")
    };
    assert_eq!(path.urn.as_deref(), Some(enterprise));
    assert_eq!((path.name.as_str(), path.sub.as_deref()), ("manager", Some("value")));
    let Expr::Present(path) = strict("https://example.com/schema?v=2.0:badge pr").expr else { panic!() };
    assert_eq!(
        (path.urn.as_deref(), path.name.as_str()),
        (Some("https://example.com/schema?v=2.0"), "badge")
    );
}

// S-MODEL-03
#[test]
fn names_may_hold_dollars_dashes_and_underscores() {
    assert_eq!(strict("manager.$ref pr").to_string(), "manager.$ref pr");
    assert_eq!(strict("members[$ref pr]").to_string(), "members[$ref pr]");
    assert_eq!(strict("a-b_c$1 pr").to_string(), "a-b_c$1 pr");
    for text in ["$value pr", "1a pr", "_a pr", "a..b pr", ".a pr", "a. pr", "urn:a: pr", "name.$x pr"] {
        refused(text, &Dialect::entra());
    }
}

#[test]
fn an_attribute_may_be_called_like_an_operator() {
    assert_eq!(
        strict(r#"not eq "x" and or pr and eq eq 1"#).to_string(),
        r#"not eq "x" and or pr and eq eq 1"#
    );
}

// S-FILTER-20
#[test]
fn strings_are_json_strings() {
    let cases = [
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""caf\u00e9""#, "café"),
        (r#""\ud83d\uDE00""#, "😀"),
        (r#""日本 [1] (a) 'b'""#, "日本 [1] (a) 'b'"),
        (r#""""#, ""),
    ];
    for (text, value) in cases {
        assert_eq!(strict(&format!("a eq {text}")).expr, eq("a", value), "{text}");
    }
    for text in [
        r#""\ud83d""#,
        r#""\ud83d\u0041""#,
        r#""\ude00""#,
        r#""\x""#,
        r#""\u00g0""#,
        r#""\u0000""#,
        "\"a\nb\"",
    ] {
        refused(&format!("a eq {text}"), &Dialect::entra());
    }
}

#[test]
fn numbers_are_json_numbers_and_keep_their_digits() {
    for number in ["0", "-1", "1.50", "10000000000000000000000000000000000001", "0.1000000000000000055"] {
        assert_eq!(strict(&format!("a gt {number}")).to_string(), format!("a gt {number}"));
    }
    for text in ["+1", "01", "1.", ".5", "0x1", "1_000", "NaN", "Infinity"] {
        refused(&format!("a gt {text}"), &Dialect::strict());
    }
}

// S-FILTER-09, S-FILTER-19, A-39
#[test]
fn quirks_of_text() {
    let cases = [
        (Quirk::UnquotedLiteral, "externalId eq jyoung", r#"externalId eq "jyoung""#),
        (Quirk::UnquotedLiteral, "(meta.resourceType eq User)", r#"(meta.resourceType eq "User")"#),
        (Quirk::UnquotedLiteral, "userName eq O'Brien@ex.org", r#"userName eq "O'Brien@ex.org""#),
        (Quirk::UnquotedLiteral, "employeeNumber eq 007", r#"employeeNumber eq "007""#),
        (Quirk::SingleQuotes, "displayName sw 'Group'", r#"displayName sw "Group""#),
        (Quirk::SingleQuotes, r#"displayName eq 'it\'s \u0041 \"b\"'"#, r#"displayName eq "it's A \"b\"""#),
        (Quirk::MissingSpace, r#"members[value eq"x"]"#, r#"members[value eq "x"]"#),
        (Quirk::MissingSpace, r#"a eq "x"and(b pr)or c pr"#, r#"a eq "x" and b pr or c pr"#),
        (
            Quirk::ElementSubInFilter,
            r#"emails[type eq "work"].value eq "x""#,
            r#"emails[type eq "work" and value eq "x"]"#,
        ),
        (
            Quirk::ElementSubInFilter,
            r#"emails[type eq "a" or type eq "b"].value pr"#,
            r#"emails[(type eq "a" or type eq "b") and value pr]"#,
        ),
    ];
    for (quirk, text, means) in cases {
        let mut only = Dialect::strict();
        only.set(quirk, true);
        let read = super::parse(text, &only, &super::Limits::default());
        assert_eq!(read.unwrap_or_else(|e| panic!("{text}: {e}")), strict(means), "{text}");
        let error = refused(text, &Dialect::strict());
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidFilter)), "{text}");
        let mut others = Dialect::entra();
        others.set(quirk, false);
        refused(text, &others);
    }
    assert_eq!(lenient(r#"members[value eq'x']"#), strict(r#"members[value eq "x"]"#));
    // Entra's own forms (the provider's matching and reference checks).
    for text in [
        r#"userName eq "a@b.c""#,
        r#"emails[type eq "work"].value eq "a@b.c""#,
        r#"id eq "x" and manager eq "y""#,
    ] {
        lenient(text);
    }
}

#[test]
fn a_dot_after_the_urn_is_moved_where_the_grammar_shows_it() {
    let text = r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager.value eq "1""#;
    let right = r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "1""#;
    assert_eq!(lenient(text), strict(right));
    refused(text, &Dialect::strict());
}

#[test]
fn equalities_are_known_only_of_plain_conjunctions() {
    let names = |text: &str| {
        let filter = strict(text);
        filter
            .expr
            .equalities()
            .map(|terms| terms.iter().map(|(a, v)| format!("{a}={v}")).collect::<Vec<_>>())
    };
    assert_eq!(names(r#"type eq "work""#), Some(vec![r#"type="work""#.into()]));
    assert_eq!(names(r#"a eq 1 and (b eq true)"#), Some(vec!["a=1".into(), "b=true".into()]));
    for text in [r#"a eq 1 or b eq 2"#, "not (a eq 1)", "a pr", "a ne 1", "a eq 1 and b co \"x\""] {
        assert_eq!(names(text), None, "{text}");
    }
}
