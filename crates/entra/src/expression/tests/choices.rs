//! Functions that choose, questions, comparisons and null.

use serde_json::json;

use super::{env, eval, fails, gives, gives_null, object};
use crate::expression::{Expression, Flowed};
use crate::mapping::{AppRole, Seen, Virtual};
use crate::model::{Kind, SourceObject, Value};

#[test]
fn switch_matches_keys_with_case_and_null_as_the_empty_text() {
    let zone =
        r#"Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney", "QLD", "Australia/Brisbane")"#;
    gives(zone, &[("state", "QLD")], "Australia/Brisbane");
    gives(zone, &[("state", "qld")], "Australia/Sydney");
    gives(zone, &[], "Australia/Sydney");
    gives_null(r#"Switch([state], , "a", "b")"#, &[("state", "x")]);
    gives(r#"Switch([flag], "other", "true", "1", "", "0")"#, &[], "0");
    gives(r#"Switch([country],[country],"","Other")"#, &[], "Other");
    gives(r#"Switch([country],[country],"","Other")"#, &[("country", "DE")], "DE");
    gives(r#"Switch(ToLower([s]), "0", "true", "1", "false", "0")"#, &[("s", "TRUE")], "1");
    for (deleted, active) in [("True", "False"), ("False", "True")] {
        gives(
            r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#,
            &[("IsSoftDeleted", deleted)],
            active,
        );
        gives("Not([IsSoftDeleted])", &[("IsSoftDeleted", deleted)], active);
    }
}

#[test]
fn iif_compares_and_refuses_null() {
    let either = r#"IIF([country]="USA",[country],[department])"#;
    gives(either, &[("country", "USA")], "USA");
    gives(either, &[("country", "DE"), ("department", "R&D")], "R&D");
    gives_null(either, &[("country", "DE")]);
    for text in [
        either,
        r#"IIF([country]="","Other",[country])"#,
        r#"IIF(IsNullOrEmpty([country]),"Other",[country])"#,
        r#"IIF(IsPresent([country]),[country],"Other")"#,
    ] {
        assert!(fails(text, &[("country", "")]).contains("[country] in the condition"), "{text}");
        assert!(fails(text, &[]).contains("Switch([country]"), "{text}");
    }
    gives(r#"IIF([a] <> "x", "yes", "no")"#, &[("a", "y")], "yes");
    for (condition, holds) in [
        ("[n] > 9", true),
        ("[n] >= 10", true),
        ("[n] < 9", false),
        ("[n] <= 10.0", true),
        ("[n] = 10", true),
        (r#"[n] = "10""#, false),
        ("10 = 10.0", true),
        ("-1 < 0.5", true),
        ("[n] <> 10", false),
        ("Now() > CDate(\"12/1/2020\")", true),
        ("\"b\" > \"a\"", true),
        ("Len([n]) = 4", true),
    ] {
        gives(&format!(r#"IIF({condition}, "y", "n")"#), &[("n", "10.0")], if holds { "y" } else { "n" });
    }
    gives(r#"IIF([t], "y", "n")"#, &[("t", "true")], "y");
    assert!(fails(r#"IIF([t], "y", "n")"#, &[("t", "perhaps")]).contains("neither True nor False"));
    // The branch not taken is not looked at.
    gives(r#"IIF("1" = "1", "y", CDate("never"))"#, &[], "y");
}

#[test]
fn first_values_and_flows_that_stop() {
    let upn = &[("userPrincipalName", "a@x"), ("empty", "")];
    gives("Coalesce([mail],[userPrincipalName])", upn, "a@x");
    gives(r#"Coalesce([mail], [other], "none")"#, upn, "none");
    gives(r#"Coalesce([empty], "none")"#, upn, "");
    gives_null("Coalesce([mail])", upn);
    let ignored = |text: &str| assert_eq!(eval(text, upn), Ok(Flowed::Ignored), "{text}");
    ignored("IgnoreFlowIfNullOrEmpty([department])");
    ignored("IgnoreFlowIfNullOrEmpty([empty])");
    ignored(r#"IgnoreFlowIfNullOrEmpty(Switch([prefix], "", "3443", "Dr."))"#);
    ignored(r#"Append(IgnoreFlowIfNullOrEmpty([department]), "x")"#);
    gives("IgnoreFlowIfNullOrEmpty([userPrincipalName])", upn, "a@x");
}

#[test]
fn questions() {
    let o = &[("empty", ""), ("text", "x"), ("many", "a|b")];
    for (text, answer) in [
        ("IsNull([none])", true),
        ("IsNull([empty])", false),
        ("IsNullOrEmpty([none])", true),
        ("IsNullOrEmpty([empty])", true),
        ("IsNullOrEmpty([text])", false),
        ("IsPresent([text])", true),
        ("IsPresent([many])", true),
        ("IsPresent([empty])", false),
        ("IsString([text])", true),
        ("IsString([many])", false),
        ("IsString([none])", false),
        ("Not([none])", true),
        ("Not(\"True\")", false),
        ("CBool([none] = [gone])", true),
        ("CBool([none] < 1)", false),
        ("CBool([many] = [many])", true),
        ("CBool([many] = [text])", false),
    ] {
        gives(text, o, if answer { "True" } else { "False" });
    }
}

#[test]
fn roles_become_a_name_or_objects() {
    let roles = [
        AppRole { id: "r1".into(), value: Some("Admin".into()), display_name: Some("Administrator".into()) },
        AppRole { id: "r0".into(), value: None, display_name: Some("msiam_access".into()) },
    ];
    let person = SourceObject {
        kind: Kind::User,
        id: "u1".into(),
        attributes: object(&[]),
        manager: None,
        soft_deleted: false,
        enabled: true,
    };
    let run = |text: &str, roles: &[AppRole]| {
        let computed = Virtual { is_soft_deleted: false, app_role_assignments: roles };
        let expression = Expression::parse(text).unwrap();
        expression.eval(&Seen { object: &person, computed }, &env()).unwrap()
    };
    let json = |flowed: Flowed| match flowed {
        Flowed::Value(value) => value.to_json(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        run("SingleAppRoleAssignment([appRoleAssignments])", &roles),
        Flowed::Value(Value::from("Admin"))
    );
    assert_eq!(
        json(run("AppRoleAssignmentsComplex([appRoleAssignments])", &roles[..1])).to_string(),
        r#"[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","displayName":"Administrator","value":"Admin"}]"#
    );
    assert_eq!(
        json(run("AssertiveAppRoleAssignmentsComplex([appRoleAssignments])", &roles))[1],
        json!({"primary": false, "type": "WindowsAzureActiveDirectoryRole", "display": "msiam_access", "value": "msiam_access"})
    );
    assert_eq!(
        json(run("AppRoleAssignments([appRoleAssignments])", &roles)),
        json!(["Admin", "msiam_access"])
    );
    for function in
        ["SingleAppRoleAssignment", "AppRoleAssignmentsComplex", "AssertiveAppRoleAssignmentsComplex"]
    {
        assert_eq!(run(&format!("{function}([appRoleAssignments])"), &[]), Flowed::Null);
    }
}

#[test]
fn results_are_bounded() {
    // Each function in the chain makes the text a hundred times longer.
    let mut text = r#""aaaaaaaaaa""#.to_owned();
    for _ in 0..20 {
        text = format!(r#"Replace({text}, "a", , , "{}", , )"#, "a".repeat(100));
    }
    assert!(fails(&text, &[]).contains("longer than"));
    let joined = format!(r#"Join("", {})"#, vec!["[x]"; 1_000].join(", "));
    assert!(fails(&joined, &[("x", &"y".repeat(10_000))]).contains("longer than"));
}
